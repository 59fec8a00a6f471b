"""A mapped body must answer as the body does for each sample alone, on every device."""

from __future__ import annotations

import pennylane as qml
import pytest
import torch

from qaimagic.bridge.body import record
from qaimagic.bridge.counting import CircuitCounter
from qaimagic.bridge.execution import as_samples, execute
from qaimagic.bridge.mapping import map_body
from qaimagic.errors import CircuitError, DeviceError


def templates(inputs, theta):
    qml.AngleEmbedding(inputs, wires=range(3))
    qml.StronglyEntanglingLayers(theta, wires=range(3))
    return [qml.expval(qml.Z(i)) for i in range(3)]


def amplitudes(inputs, theta):
    qml.AmplitudeEmbedding(inputs[:4] + 2, wires=range(2), normalize=True)
    qml.StronglyEntanglingLayers(theta[:, :2], wires=range(2))
    return qml.probs(wires=[0, 1])


def branches(inputs, theta):
    if inputs[0] > 0.5:
        qml.RX(inputs[1], wires=0)
    qml.RY(theta[0, 0, 0], wires=0)
    return qml.expval(qml.Z(0)), qml.expval(qml.X(0))


def arithmetic(inputs, theta):
    qml.H(0)
    qml.ctrl(qml.RX(torch.sin(inputs[0]) * theta[0, 0, 0], wires=1), control=0)
    qml.adjoint(qml.RZ(inputs[1], wires=1))
    qml.pow(qml.RX(inputs[1], wires=1), 2)
    return qml.expval(qml.X(1) @ qml.Z(0)), qml.expval(qml.Y(1))


def data_in_observable(inputs, theta):
    qml.RX(theta[0, 0, 0], wires=0)
    return qml.expval(inputs[0] * qml.Z(0) + 0.5 * qml.X(0))


def ignores_data(inputs, theta):
    qml.RX(theta[0, 0, 0], wires=0)
    return qml.expval(qml.Z(0))


BODIES = [templates, amplitudes, branches, arithmetic, data_in_observable, ignores_data]
RUNS = [
    ("default.qubit", "backprop"),
    ("default.qubit", "adjoint"),
    ("default.qubit", "parameter-shift"),
    ("default.mixed", "backprop"),
    ("lightning.qubit", "best"),
]


def arguments():
    torch.manual_seed(4)
    theta = torch.rand(2, 3, 3, dtype=torch.float64, requires_grad=True)
    inputs = torch.rand(5, 4, dtype=torch.float64)[:, :4].requires_grad_()
    return inputs, theta


def outputs(body, inputs, theta, name, diff_method, **options):
    device = qml.device(name, wires=3)
    mapped = map_body(body, {"inputs": inputs}, {"theta": theta})
    answers = as_samples(execute(mapped.tapes, device, diff_method=diff_method, **options), mapped)
    return torch.cat([answer.reshape(len(inputs), -1) for answer in answers], dim=-1)


def one_by_one(body, inputs, theta):
    node = qml.QNode(body, qml.device("default.qubit", wires=3))
    rows = [node(sample, theta) for sample in inputs]
    rows = [row if isinstance(row, list | tuple) else [row] for row in rows]
    return torch.stack([torch.cat([value.reshape(-1) for value in row]) for row in rows])


def gradients(values, leaves):
    scale = torch.arange(1.0, values.numel() + 1).reshape(values.shape)
    found = torch.autograd.grad((values * scale).sum(), leaves, allow_unused=True)
    return [torch.zeros_like(x) if g is None else g for g, x in zip(found, leaves, strict=True)]


@pytest.mark.parametrize(("name", "diff_method"), RUNS)
@pytest.mark.parametrize("body", BODIES)
def test_a_batch_answers_as_its_samples_do(body, name, diff_method):
    inputs, theta = arguments()
    if body is templates:
        inputs = inputs[:, :3].detach().requires_grad_()
    expected = one_by_one(body, inputs, theta)
    if body is data_in_observable and diff_method == "adjoint":
        with pytest.raises(DeviceError, match="leaves out numbers inside an observable"):
            outputs(body, inputs, theta, name, diff_method)
        return
    answers = outputs(body, inputs, theta, name, diff_method)
    torch.testing.assert_close(answers, expected, atol=1e-6, rtol=1e-6, check_dtype=False)
    for mine, theirs in zip(
        gradients(answers, [inputs, theta]), gradients(expected, [inputs, theta]), strict=True
    ):
        torch.testing.assert_close(mine, theirs, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("diff_method", ["backprop", "parameter-shift", "finite-diff"])
def test_variances_are_mapped_too(diff_method):
    def body(inputs, theta):
        qml.RX(inputs[0] + theta, wires=0)
        return qml.var(qml.Z(0))

    inputs = torch.rand(4, 1, dtype=torch.float64, requires_grad=True)
    theta = torch.tensor(0.3, dtype=torch.float64, requires_grad=True)
    answers = outputs(body, inputs, theta, "default.qubit", diff_method)
    angles = inputs + theta
    torch.testing.assert_close(answers, torch.sin(angles) ** 2)
    [gradient] = torch.autograd.grad(answers.sum(), [inputs])
    torch.testing.assert_close(gradient, torch.sin(2 * angles), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("body", [templates, amplitudes, arithmetic])
def test_one_broadcast_tape_stands_for_the_batch(body):
    inputs, theta = arguments()
    inputs = inputs[:, :3] if body is templates else inputs
    mapped = map_body(body, {"inputs": inputs}, {"theta": theta})
    assert mapped.is_one_tape
    assert mapped.tapes[0].batch_size == 5


def test_control_flow_on_values_makes_a_tape_for_each_sample():
    inputs = torch.tensor([[0.1, 1.0], [0.9, 1.0]])
    mapped = map_body(branches, {"inputs": inputs}, {"theta": torch.rand(1, 1, 1)})
    assert [len(tape.operations) for tape in mapped.tapes] == [1, 2]


def test_torch_draws_random_numbers_for_each_sample():
    def noisy(inputs, theta):
        qml.RX(inputs[0] + torch.randn(()), wires=0)
        return qml.expval(qml.Z(0))

    answers = outputs(noisy, torch.zeros(4, 1), torch.zeros(1), "default.qubit", "backprop")
    assert len(answers.unique()) == 4


def test_equal_samples_keep_their_own_gradients():
    inputs = torch.full((3, 4), 0.5, dtype=torch.float64, requires_grad=True)
    answers = outputs(amplitudes, inputs, arguments()[1], "default.qubit", "backprop")
    [gradient] = gradients(answers, [inputs])
    assert (gradient.abs().sum(dim=1) > 0).all()


def test_equal_samples_in_an_observable_keep_their_own_gradients():
    inputs = torch.full((3, 4), 0.5, dtype=torch.float64, requires_grad=True)
    answers = outputs(data_in_observable, inputs, arguments()[1], "default.qubit", "backprop")
    [gradient] = torch.autograd.grad(answers.sum(), [inputs])
    assert gradient[0, 0] != 0
    torch.testing.assert_close(gradient, gradient[:1].expand(3, 4))


def test_shots_estimate_the_exact_answer_and_its_gradient():
    inputs, theta = arguments()
    inputs = inputs[:, :3].detach().requires_grad_()
    device = qml.device("default.qubit", wires=3, seed=7)
    mapped = map_body(templates, {"inputs": inputs}, {"theta": theta})
    shots = 40_000
    [*answers] = as_samples(execute(mapped.tapes, device, shots=shots), mapped)
    sampled, exact = torch.stack(answers, -1), one_by_one(templates, inputs, theta)
    error_bar = 1 / shots**0.5
    assert (sampled - exact).abs().max() < 5 * error_bar
    mine, theirs = gradients(sampled.mean()[None], [theta]), gradients(exact.mean()[None], [theta])
    assert (mine[0] - theirs[0]).abs().max() < 5 * error_bar


def test_circuits_are_counted_with_those_of_the_gradient():
    inputs, theta = arguments()
    counter = CircuitCounter()
    answers = outputs(
        ignores_data, inputs, theta, "default.qubit", "parameter-shift", counter=counter
    )
    assert counter.total == 1
    answers.sum().backward()
    assert counter.total == 3


def test_a_users_own_tracker_is_left_alone():
    device, counter = qml.device("default.qubit", wires=1), CircuitCounter()
    with qml.Tracker(device) as tracker:
        tape = record(ignores_data, {"inputs": None, "theta": torch.zeros(1, 1, 1)})
        execute([tape], device, counter=counter)
    assert (tracker.totals["executions"], counter.total) == (1, 0)


def test_an_error_in_the_body_names_its_line():
    def broken(inputs):
        qml.H(0)
        qml.RXX(inputs[0], wires=[0, 1])

    with pytest.raises(CircuitError, match=r"no `qml.RXX`. Did you mean `qml.RX`") as caught:
        map_body(broken, {"inputs": torch.zeros(2, 1)}, {})
    assert caught.value.line == broken.__code__.co_firstlineno + 2
    assert isinstance(caught.value.__cause__, AttributeError)
    assert caught.value.__cause__.__context__ is None
