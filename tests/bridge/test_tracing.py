"""A traced program must answer as the body does for each sample alone, or not be made at all."""

from __future__ import annotations

import random

import numpy as np
import pennylane as qml
import pytest
import torch
from torch import Tensor

from qaimagic.bridge.body import record
from qaimagic.bridge.qnodes import trace_qnode
from qaimagic.bridge.tracing import NotTraceableError, trace
from qaimagic.engine.circuit import Angle, Rotation

BATCH, FEATURES = 5, 4
WIRES = range(3)


def arguments(dtype=torch.float64):
    torch.manual_seed(4)
    theta = torch.rand(2, 3, 3, dtype=dtype, requires_grad=True)
    return torch.rand(BATCH, FEATURES, dtype=dtype, requires_grad=True), theta


def traced(body, inputs=None, theta=None, **options):
    default_inputs, default_theta = arguments()
    return trace(
        lambda given: record(body, given),
        {"inputs": default_inputs if inputs is None else inputs},
        {"theta": default_theta if theta is None else theta},
        wires=WIRES,
        **options,
    )


def answers_of(program, inputs, theta):
    answers = program.run({"inputs": inputs}, {"theta": theta})
    if isinstance(answers, Tensor):
        return answers
    return torch.cat([answer.reshape(len(inputs), -1) for answer in answers], dim=-1)


def one_by_one(body, inputs, theta):
    node = qml.QNode(body, qml.device("default.qubit"))
    rows = [node(sample, theta) for sample in inputs]
    rows = [row if isinstance(row, list | tuple) else [row] for row in rows]
    return torch.stack([torch.cat([torch.as_tensor(v).reshape(-1) for v in row]) for row in rows])


def gradients(values, leaves):
    scale = torch.arange(1.0, values.numel() + 1).reshape(values.shape)
    if values.is_complex():
        values = torch.view_as_real(values).sum(-1)
    found = torch.autograd.grad((values * scale).sum(), leaves, allow_unused=True)
    return [torch.zeros_like(x) if g is None else g for g, x in zip(found, leaves, strict=True)]


def entangle(inputs, theta):
    qml.AngleEmbedding(inputs[:3], wires=WIRES)
    qml.StronglyEntanglingLayers(theta, wires=WIRES)


def templates(inputs, theta):
    entangle(inputs, theta)
    return [qml.expval(qml.Z(i)) for i in WIRES]


def arithmetic(inputs, theta):
    qml.H(0)
    qml.ctrl(qml.RX(torch.sin(inputs[0]) * theta[0, 0, 0], wires=1), control=0)
    qml.adjoint(qml.RZ(2 * theta[0, 1, 1] * inputs[1] - 1, wires=1))
    qml.pow(qml.RX(inputs[1], wires=1), 2)
    qml.RY(theta.sum() / 3, wires=2)
    qml.RY(0.5 - inputs[0] / 2 + theta[1, 0, 0] + inputs[0], wires=2)
    return qml.expval(qml.X(1) @ qml.Z(0)), qml.expval(qml.Y(1)), qml.expval(qml.X(2))


def whole_tensors(inputs, theta):
    squashed = torch.tanh(inputs)
    for wire in WIRES:
        qml.RY(squashed[wire] * torch.pi, wires=wire)
        qml.RX(inputs[wire] * inputs[wire + 1], wires=wire)
    angles = torch.stack([inputs[3], torch.cat([squashed[:1], theta[0, 0, :1]]).sum()])
    qml.AngleEmbedding(angles, wires=[0, 1])
    qml.RZ(torch.where(inputs[0] > 0.5, inputs[1], theta[0, 0, 0]), wires=2)
    qml.RX(inputs.flip(0)[0] + inputs.reshape(2, 2).T[0, 1], wires=2)
    qml.RX((inputs @ inputs) + inputs.mean(), wires=1)
    return qml.expval(qml.Z(0) @ qml.Z(1)), qml.expval(qml.Y(2))


def order_from_a_list(inputs, theta):
    order = [2, 0, 3]
    for wire, feature in enumerate(order):
        qml.RX(inputs[feature], wires=wire)
    qml.AngleEmbedding(inputs[order], wires=WIRES, rotation="Y")
    qml.Rot(*theta[0, 0], wires=0)
    first, second, third = theta[1].unbind(0)
    qml.U3(first[0], second[1], third[2], wires=1)
    return qml.expval(qml.X(0)), qml.expval(qml.X(1)), qml.expval(qml.Z(2))


def mixed_measurements(inputs, theta):
    entangle(inputs, theta)
    return (
        qml.expval(qml.Z(0)),
        qml.probs(wires=[2, 0]),
        qml.var(qml.X(1)),
        qml.expval(0.3 * qml.Z(1) + 0.7 * qml.X(2) @ qml.Y(0)),
    )


def wide_measurements(inputs, theta):
    entangle(inputs, theta)
    return qml.purity(wires=0), qml.expval(qml.Projector([0, 1, 1], wires=WIRES)), qml.probs()


def whole_state(inputs, theta):
    entangle(inputs, theta)
    return qml.state()


def coefficients(inputs, theta):
    entangle(inputs, theta)
    hamiltonian = qml.Hamiltonian([theta[0, 0, 0], 0.5], [qml.Z(0), qml.X(1) @ qml.Z(2)])
    return qml.expval(hamiltonian), qml.expval(
        inputs[3] * qml.Z(0) + torch.sin(inputs[0]) * qml.X(1)
    )


def amplitudes(inputs, theta):
    qml.AmplitudeEmbedding(inputs + 2, wires=range(2), normalize=True)
    qml.StronglyEntanglingLayers(theta[:, :2], wires=range(2))
    return qml.expval(qml.Z(0)), qml.probs(wires=[0, 1])


def normalised_amplitudes(inputs, theta):
    qml.StatePrep(torch.nn.functional.normalize(inputs, dim=0), wires=[2, 0])
    qml.StronglyEntanglingLayers(theta, wires=WIRES)
    return [qml.expval(qml.Z(i)) for i in WIRES]


def amplitudes_of_weights(inputs, theta):
    qml.AmplitudeEmbedding(theta[0, 0], wires=range(2), pad_with=0.3)
    qml.RX(inputs[0], wires=0)
    return qml.expval(qml.Z(0)), qml.expval(qml.Z(1))


def measured_within(inputs, theta):
    qml.RX(inputs[0], wires=0)
    first = qml.measure(0, reset=True)
    qml.RX(theta[0, 0, 0], wires=0)
    second = qml.measure(0)
    qml.cond(first & second, qml.RX)(inputs[1], wires=1)
    return qml.probs(wires=1), qml.expval(qml.Y(1))


def ignores_data(inputs, theta):
    qml.RX(theta[0, 0, 0], wires=0)
    return qml.expval(qml.Z(0))


def only_constants(inputs, theta):
    qml.RX(0.4, wires=0)
    return qml.expval(qml.Z(0))


def stopped_gradients(inputs, theta):
    qml.RX(inputs[0] * theta[0, 0, 0].detach(), wires=0)
    qml.RX(inputs.detach()[1], wires=0)
    return qml.expval(qml.Z(0))


def many_templates(inputs, theta):
    qml.IQPEmbedding(inputs[:3], wires=WIRES, n_repeats=2)
    qml.SimplifiedTwoDesign(theta[0, :, 0], theta[:, :2, :2], wires=WIRES)
    qml.QFT(wires=WIRES)
    qml.IsingXY(theta[0, 0, 0], wires=[0, 1])
    qml.CRot(*theta[0, 1], wires=[0, 2])
    qml.PauliRot(inputs[3], "XYZ", wires=WIRES)
    qml.SingleExcitation(inputs[0], wires=[0, 1])
    qml.BasicEntanglerLayers(theta[0], wires=WIRES, rotation=qml.RZ)
    return [qml.expval(qml.Z(i)) for i in WIRES]


BODIES = [
    templates,
    arithmetic,
    whole_tensors,
    order_from_a_list,
    mixed_measurements,
    wide_measurements,
    whole_state,
    coefficients,
    amplitudes,
    normalised_amplitudes,
    amplitudes_of_weights,
    measured_within,
    ignores_data,
    only_constants,
    stopped_gradients,
    many_templates,
]


@pytest.mark.parametrize("body", BODIES)
def test_a_program_answers_as_its_body_does(body):
    _, theta = arguments()
    program = traced(body)
    torch.manual_seed(11)
    inputs = (torch.rand(7, FEATURES, dtype=torch.float64) * 2 - 1).requires_grad_()
    theta = (theta.detach() + torch.rand_like(theta)).requires_grad_()
    expected, answers = one_by_one(body, inputs, theta), answers_of(program, inputs, theta)
    torch.testing.assert_close(answers, expected, check_dtype=False)
    if expected.requires_grad:
        pairs = zip(
            gradients(answers, [inputs, theta]), gradients(expected, [inputs, theta]), strict=True
        )
        for mine, theirs in pairs:
            torch.testing.assert_close(mine, theirs)


@pytest.mark.parametrize("body", [templates, whole_tensors, amplitudes, coefficients])
def test_single_precision_and_a_batch_of_one(body):
    inputs, theta = (tensor.detach().float() for tensor in arguments())
    program = traced(body, inputs, theta)
    answers = answers_of(program, inputs[:1] + 0.1, theta)
    assert answers.dtype == torch.float32
    expected = one_by_one(body, inputs[:1] + 0.1, theta)
    torch.testing.assert_close(answers, expected, check_dtype=False, atol=1e-5, rtol=1e-5)


def test_weights_and_inputs_are_the_slots_themselves():
    program = traced(templates)
    assert (program.circuit.n_shared, program.circuit.n_varied, program.is_plain) == (18, 4, True)
    first, *_ = program.circuit.operations
    assert first == Rotation(((0, "X"),), Angle(((18, 1.0),)))
    inputs, theta = arguments()
    parts = program.parameters({"inputs": inputs}, {"theta": theta})
    assert parts.varied.data_ptr() == inputs.data_ptr()
    assert parts.shared.data_ptr() == theta.data_ptr()


def test_sums_and_multiples_of_slots_stay_in_the_angle():
    def body(inputs, theta):
        qml.RX(2 * (inputs[1] - theta[0, 0, 2]) / 4 + 1, wires=0)
        return qml.expval(qml.Z(0))

    [rotation] = traced(body).circuit.operations
    assert rotation.angle == Angle(((2, -0.5), (19, 0.5)), 1.0)


def test_what_is_computed_takes_slots_of_its_own_and_no_others():
    def body(inputs, theta):
        qml.RX(inputs[0] * theta[0, 0, 0], wires=0)
        return qml.expval(qml.Z(0))

    circuit = traced(body).circuit
    assert (circuit.n_shared, circuit.n_varied) == (0, 1)


def test_equal_functions_of_single_numbers_are_called_once():
    def body(inputs, theta):
        for wire in WIRES:
            qml.RX(inputs[wire] * theta[0, wire, 0], wires=wire)
            qml.RY(torch.sin(inputs[wire] * inputs[wire + 1] / 2 + theta[0, 0, wire]), wires=wire)
            qml.RZ(inputs[wire] ** 2 + inputs[wire] ** 3, wires=wire)
        return qml.expval(qml.Z(0))

    program = traced(body)
    names = [group.function.overloadpacket.__name__ for group in program.groups]
    assert sorted(names) == ["mul", "pow", "pow", "sin"]
    inputs, theta = arguments()
    torch.testing.assert_close(
        answers_of(program, inputs, theta), one_by_one(body, inputs, theta), check_dtype=False
    )


SCALE = torch.tensor(0.5, requires_grad=True)


def branches(inputs, theta):
    qml.RX(inputs[1], wires=0)
    if inputs[0] > 0.5:
        qml.RX(inputs[1], wires=0)


def item(inputs, theta):
    qml.RX(inputs[0].item(), wires=0)


def as_float(inputs, theta):
    qml.RX(float(inputs[0]), wires=0)


def as_numpy(inputs, theta):
    qml.RX(inputs[0].detach().numpy(), wires=0)


def numpy_function(inputs, theta):
    qml.RX(np.sin(inputs.detach())[0], wires=0)


def as_list(inputs, theta):
    qml.RX(inputs.tolist()[0], wires=0)


def formatted(inputs, theta):
    qml.RX(float(f"{inputs[0]:.3f}"), wires=0)


def as_index(inputs, theta):
    qml.RX(inputs[1], wires=int(inputs[0]))


def of_weights(inputs, theta):
    if theta[0, 0, 0] > 0:
        qml.RX(inputs[1], wires=0)


def caught(inputs, theta):
    try:
        value = float(inputs[0])
    except Exception:
        value = 0.0
    qml.RX(value, wires=0)


def counted(inputs, theta):
    for value in inputs[inputs > 0.5]:
        qml.RX(value, wires=0)


def drawn_by_torch(inputs, theta):
    qml.RX(inputs[0] + torch.randn(()), wires=0)


def drawn_by_numpy(inputs, theta):
    qml.RX(inputs[0] + np.random.normal(), wires=0)


def drawn_by_python(inputs, theta):
    qml.RX(inputs[0] + random.random(), wires=0)


def drawn_angle(inputs, theta):
    qml.RX(torch.rand(()), wires=0)


def in_place(inputs, theta):
    inputs = inputs.clone()
    inputs[0] *= 2
    qml.RX(inputs[0], wires=0)


def into_zeros(inputs, theta):
    angles = torch.zeros(2)
    angles[0] = inputs[0]
    qml.RX(angles[0], wires=0)


def without_gradient(inputs, theta):
    with torch.no_grad():
        angle = inputs[0] * 2
    qml.RX(angle, wires=0)


class _Straight(torch.autograd.Function):
    @staticmethod
    def forward(_, value):
        return torch.round(value)

    @staticmethod
    def backward(_, gradient):
        return gradient


def gradient_of_its_own(inputs, theta):
    qml.RX(_Straight.apply(inputs[0]), wires=0)


def basis_of_inputs(inputs, theta):
    qml.BasisEmbedding(torch.round(inputs[:2]), wires=[0, 1])


def whether_trained(inputs, theta):
    if inputs.requires_grad:
        qml.RX(inputs[0], wires=0)


def noise(inputs, theta):
    qml.BitFlip(0.1, wires=0)


REFUSED = [
    branches,
    item,
    as_float,
    as_numpy,
    numpy_function,
    as_list,
    formatted,
    as_index,
    of_weights,
    caught,
    counted,
    drawn_by_torch,
    drawn_by_numpy,
    drawn_by_python,
    drawn_angle,
    in_place,
    into_zeros,
    without_gradient,
    gradient_of_its_own,
    basis_of_inputs,
    whether_trained,
    noise,
]


@pytest.mark.parametrize("queue", REFUSED)
def test_what_depends_on_values_is_not_traced(queue):
    def body(inputs, theta):
        queue(inputs, theta)
        return qml.expval(qml.Z(0))

    with pytest.raises(NotTraceableError):
        traced(body)


def test_what_is_read_behind_torchs_back_shows_when_the_body_runs_again():
    calls = []

    def hidden_read(inputs, theta):
        with torch._C.DisableTorchFunction():
            angle = inputs.numpy()[0]
        qml.RX(angle, wires=0)
        return qml.expval(qml.Z(0))

    def other_gates_each_time(inputs, theta):
        calls.append(1)
        for _ in calls:
            qml.RX(inputs[0], wires=0)
        return qml.expval(qml.Z(0))

    for body in (hidden_read, other_gates_each_time):
        with pytest.raises(NotTraceableError, match="queues something else"):
            traced(body)


def test_a_tensor_from_outside_is_current_and_trained():
    outside = torch.tensor([0.5, 2.0], dtype=torch.float64, requires_grad=True)

    def body(inputs, theta):
        qml.RX(inputs[0] * outside[1] + outside[0], wires=0)
        return qml.expval(qml.Z(0))

    program = traced(body)
    inputs, theta = arguments()
    with torch.no_grad():
        outside.mul_(3)
    answers = answers_of(program, inputs, theta)
    torch.testing.assert_close(answers[:, 0], torch.cos(inputs[:, 0] * 6 + 1.5))
    [gradient] = torch.autograd.grad(answers.sum(), [outside])
    expected = -torch.sin(inputs[:, 0] * 6 + 1.5)
    torch.testing.assert_close(gradient[1], (expected * inputs[:, 0]).sum())


def test_amplitudes_are_still_checked():
    def body(inputs, theta):
        qml.StatePrep(inputs, wires=range(2), validate_norm=True)
        return qml.expval(qml.Z(0))

    inputs, _ = arguments()
    unit = torch.nn.functional.normalize(inputs.detach(), dim=1)
    program = traced(body, unit)
    assert answers_of(program, unit, arguments()[1]).shape == (BATCH, 1)
    with pytest.raises(NotTraceableError, match="ends differently"):
        answers_of(program, 2 * unit, arguments()[1])
    with pytest.raises(NotTraceableError):
        traced(body, inputs)


def test_second_derivatives():
    program = traced(arithmetic)
    inputs, theta = arguments()

    def function(inputs, theta):
        return answers_of(program, inputs, theta)

    assert torch.autograd.gradgradcheck(function, (inputs[:2], theta))


def test_vmap_over_weights_and_grad():
    program = traced(whole_tensors)
    inputs, theta = arguments()
    thetas = torch.stack([theta, 2 * theta, -theta]).detach()
    mapped = torch.func.vmap(lambda theta: answers_of(program, inputs, theta))(thetas)
    alone = torch.stack([answers_of(program, inputs, theta) for theta in thetas])
    torch.testing.assert_close(mapped, alone)
    gradient = torch.func.grad(lambda theta: answers_of(program, inputs, theta).sum())(thetas[0])
    [expected] = torch.autograd.grad(answers_of(program, inputs, theta).sum(), [theta])
    torch.testing.assert_close(gradient, expected)


def test_tracing_within_a_transform():
    inputs, theta = arguments()

    def answers(theta):
        program = trace(
            lambda given: record(templates, given),
            {"inputs": inputs},
            {"theta": theta},
            wires=WIRES,
        )
        return answers_of(program, inputs, theta)

    thetas = torch.stack([theta, 2 * theta]).detach()
    alone = torch.stack([one_by_one(templates, inputs, theta) for theta in thetas])
    torch.testing.assert_close(torch.func.vmap(answers)(thetas), alone, check_dtype=False)


def of_qnode(function, inputs, theta):
    node = qml.QNode(function, qml.device("default.qubit", wires=WIRES))
    return node, trace(
        lambda given: trace_qnode(node, given),
        {"inputs": inputs},
        {"theta": theta},
        wires=WIRES,
        sees_batch=True,
    )


def for_batches(inputs, theta):
    qml.AngleEmbedding(inputs, wires=WIRES)
    qml.StronglyEntanglingLayers(theta, wires=WIRES)
    qml.RX(torch.tanh(inputs[:, 0]) * theta[0, 0, 0], wires=0)
    qml.RZ(inputs[..., 1] / 2 + theta[0, 0, 1], wires=0)
    qml.RY(theta[0, 0, 2], wires=1)
    return qml.expval(qml.Z(0)), qml.probs(wires=[1, 2])


def amplitudes_for_batches(inputs, theta):
    qml.AmplitudeEmbedding(inputs, wires=[1, 2], normalize=True, pad_with=0.5)
    qml.StronglyEntanglingLayers(theta, wires=WIRES)
    return qml.expval(qml.Z(0) @ qml.Z(1)), qml.expval(qml.X(2))


@pytest.mark.parametrize("function", [for_batches, amplitudes_for_batches])
@pytest.mark.parametrize("size", [1, 4])
def test_a_qnode_is_traced_with_its_batch(function, size):
    _, theta = arguments()
    example = torch.rand(size, 3, dtype=torch.float64)
    node, program = of_qnode(function, example, theta)
    inputs = torch.rand(size, 3, dtype=torch.float64, requires_grad=True)
    answers = answers_of(program, inputs, theta)
    expected = torch.cat([value.reshape(size, -1) for value in node(inputs, theta)], dim=-1)
    torch.testing.assert_close(answers, expected)
    pairs = zip(
        gradients(answers, [inputs, theta]), gradients(expected, [inputs, theta]), strict=True
    )
    for mine, theirs in pairs:
        torch.testing.assert_close(mine, theirs)


def test_a_qnode_that_mixes_samples_is_not_traced():
    def first_sample(inputs, theta):
        qml.RX(inputs[0, 0], wires=0)
        return qml.expval(qml.Z(0))

    def transposed(inputs, theta):
        qml.RX(inputs[0], wires=0)
        return qml.expval(qml.Z(0))

    inputs, theta = torch.rand(3, 3), arguments()[1].float()
    for function in (first_sample, transposed):
        with pytest.raises(NotTraceableError):
            of_qnode(function, inputs, theta)
