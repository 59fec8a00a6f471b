"""A hybrid layer is a real module: each line here is something PennyLane's TorchLayer gets wrong
or a user would try."""

from __future__ import annotations

import copy
import warnings

import numpy as np
import pennylane as qml
import pytest
import torch
from torch import nn
from torch.nn.utils import parametrize

from qaimagic import HybridLayer, quantum
from qaimagic.errors import CircuitError, DeviceError, QaimagicWarning
from tests.oracles import dense


@quantum
def encoder(inputs, theta: (2, 2, 3)):
    qml.AngleEmbedding(inputs, wires=range(2))
    qml.StronglyEntanglingLayers(theta, wires=range(2))
    return [qml.expval(qml.Z(0)), qml.expval(qml.X(1))]


@pytest.fixture
def layer():
    torch.manual_seed(0)
    return encoder.new()


def test_rabi_oscillation_in_closed_form():
    @quantum
    def rabi(inputs):
        qml.RX(inputs[0], wires=0)
        return qml.expval(qml.Z(0)), qml.probs(wires=0)

    angles = torch.linspace(0, 6, 20, dtype=torch.float64)[:, None]
    up = torch.cos(angles / 2) ** 2
    torch.testing.assert_close(rabi(angles), torch.cat([torch.cos(angles), up, 1 - up], dim=1))


def test_agrees_with_a_dense_reference():
    @quantum
    def circuit(inputs, theta: 2):
        qml.RY(inputs[0], wires=0)
        qml.RX(theta[0], wires=1)
        qml.CNOT([0, 1])
        qml.RZ(theta[1] * inputs[1], wires=1)
        qml.H(1)
        return qml.expval(qml.Z(0) @ qml.X(1)), qml.expval(qml.Y(1))

    x, theta = torch.rand(2), circuit.theta.detach().numpy()
    gates = [
        dense.on({0: dense.rotation(dense.Y, float(x[0]))}, 2),
        dense.on({1: dense.rotation(dense.X, theta[0])}, 2),
        dense.controlled(dense.X, 0, 1, 2),
        dense.on({1: dense.rotation(dense.Z, theta[1] * float(x[1]))}, 2),
        dense.on({1: dense.H}, 2),
    ]
    state = dense.apply(gates, 2)
    expected = [
        dense.expval(state, dense.on({0: dense.Z, 1: dense.X}, 2)),
        dense.expval(state, dense.on({1: dense.Y}, 2)),
    ]
    np.testing.assert_allclose(circuit(x).detach(), expected, atol=1e-6)


def test_gradients_of_weights_and_inputs_in_double_precision():
    layer = encoder.new().double()
    inputs = torch.rand(2, 2, dtype=torch.float64, requires_grad=True)

    def function(inputs, theta):
        return torch.func.functional_call(layer, {"theta": theta}, (inputs,))

    assert torch.autograd.gradcheck(function, (inputs, layer.theta))


def test_any_leading_batch_dimensions(layer):
    inputs = torch.rand(3, 4, 2)
    answers = layer(inputs)
    assert answers.shape == (3, 4, 2)
    torch.testing.assert_close(answers[1, 2], layer(inputs[1, 2]))


def test_an_empty_batch_and_a_single_sample(layer):
    assert layer(torch.rand(0, 2)).shape == (0, 2)
    layer(torch.rand(0, 2)).sum().backward()
    assert layer.theta.grad.abs().sum() == 0
    assert layer(torch.rand(2)).shape == (2,)


def test_measurements_stand_side_by_side():
    @quantum
    def several(inputs):
        qml.AngleEmbedding(inputs, wires=range(2))
        return qml.expval(qml.Z(0)), qml.probs(wires=[0, 1]), qml.var(qml.X(1))

    assert several.n_outputs == 6
    assert several(torch.rand(5, 2)).shape == (5, 6)


def test_a_layer_of_weights_alone():
    @quantum
    def energy(theta: 2):
        qml.RX(theta[0], wires=0)
        qml.RY(theta[1], wires=1)
        return qml.expval(qml.Z(0) @ qml.Z(1))

    assert energy().shape == (1,)
    energy().backward()
    assert energy.theta.grad.abs().sum() > 0


def test_several_data_arguments_by_position_and_name():
    @quantum
    def overlap(query, key, scale: 1 = 1.0):
        qml.AngleEmbedding(query * scale, wires=range(2))
        qml.adjoint(qml.AngleEmbedding)(key, wires=range(2))
        return qml.probs(wires=range(2))

    query, key = torch.rand(3, 2), torch.rand(3, 2)
    assert overlap(query, key=query)[:, 0].tolist() == pytest.approx([1, 1, 1])
    torch.testing.assert_close(overlap(key=key, query=query), overlap(query, key))
    with pytest.raises(ValueError, match="share their batch"):
        overlap(query, key[:2])
    with pytest.raises(TypeError, match="takes `query`, `key`"):
        overlap(query)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_answer_has_the_dtype_of_the_data(layer, dtype):
    inputs = torch.rand(3, 2, dtype=dtype, requires_grad=True)
    answers = layer(inputs)
    assert answers.dtype == dtype
    answers.sum().backward()
    assert (inputs.grad.dtype, layer.theta.grad.dtype) == (dtype, torch.float32)
    assert encoder.new().double()(inputs.double()).dtype == torch.float64


@pytest.mark.parametrize(
    ("inputs", "error", "message"),
    [
        (torch.rand(4, 3), ValueError, r"`inputs` must have shape \(\.\.\., 1 to 2\)"),
        (torch.rand(4, 3), ValueError, r"`encoder` reads 1 to 2 .* `nn.Linear\(3, 2\)` before"),
        (torch.tensor(0.5), ValueError, "a single number"),
        ("hello", TypeError, "be a tensor"),
    ],
)
def test_wrong_inputs_are_refused_by_name_and_shape(layer, inputs, error, message):
    with pytest.raises(error, match=message):
        layer(inputs)


def test_features_that_the_circuit_would_ignore_are_refused():
    @quantum
    def reads_two(inputs):
        qml.RX(inputs[0], wires=0)
        qml.RX(inputs[1], wires=0)
        return qml.expval(qml.Z(0))

    assert reads_two.n_inputs == {"inputs": 2}
    with pytest.raises(ValueError, match=r"have shape \(\.\.\., 2\)"):
        reads_two(torch.rand(4, 30))


@pytest.mark.parametrize(
    ("embed", "features"),
    [
        (lambda x: qml.AmplitudeEmbedding(x, wires=range(3), normalize=True), 8),
        (lambda x: qml.StatePrep(x, wires=range(2)), 4),
        (lambda x: qml.BasisEmbedding(x, wires=range(3)), 3),
        (lambda x: qml.RX((x.reshape(2, 3) @ x.reshape(3, 2)).sum(), wires=0), 6),
        (lambda x: [qml.RX(value, wires=i) for i, value in enumerate(x)], None),
    ],
)
def test_the_number_of_features_is_read_off_the_circuit(embed, features):
    @quantum
    def layer(inputs):
        embed(inputs)
        return qml.expval(qml.Z(0))

    assert layer.n_inputs == {"inputs": features}


def test_registered_parameters_reach_the_circuit(layer):
    inputs = torch.rand(3, 2)
    before = layer(inputs)
    other = encoder.new()
    called = torch.func.functional_call(layer, dict(other.named_parameters()), (inputs,))
    torch.testing.assert_close(called, other(inputs))

    state = {"theta": nn.Parameter(torch.zeros(2, 2, 3))}
    layer.load_state_dict(state, assign=True)
    assert layer.theta is state["theta"]
    assert not torch.allclose(layer(inputs), before)

    class Doubled(nn.Module):
        def forward(self, value):
            return 2 * value

    parametrize.register_parametrization(other, "theta", Doubled())
    original = other.parametrizations.theta.original
    doubled = torch.func.functional_call(encoder.new(), {"theta": 2 * original}, (inputs,))
    torch.testing.assert_close(other(inputs), doubled)


def test_state_dict_round_trip_and_deepcopy_after_a_call(layer):
    inputs = torch.rand(3, 2)
    expected = layer(inputs)
    fresh = encoder.new()
    assert list(layer.state_dict()) == ["theta"]
    fresh.load_state_dict(layer.state_dict())
    torch.testing.assert_close(fresh(inputs), expected)
    copied = copy.deepcopy(layer)
    torch.testing.assert_close(copied(inputs), expected)
    with torch.no_grad():
        copied.theta.zero_()
    torch.testing.assert_close(layer(inputs), expected)


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
def test_the_first_call_may_come_without_gradients(mode, layer):
    @quantum
    def doubled(inputs):
        qml.RX(2 * inputs[0], wires=0)
        return qml.expval(qml.Z(0))

    for model, inputs in ((layer, torch.rand(3, 2)), (doubled, torch.rand(3, 1))):
        with mode():
            first = model(inputs)
        torch.testing.assert_close(first, model(inputs).detach())


def test_new_and_reset_draw_weights_anew(layer):
    before = layer.theta.clone()
    assert not torch.equal(layer.new().theta, before)
    layer.reset_parameters()
    assert not torch.equal(layer.theta, before)


def test_it_prints_what_a_person_wants_to_know(layer):
    text = repr(nn.Sequential(nn.Linear(3, 2), layer))
    assert "encoder: 2 wires · 12 weights (theta (2, 2, 3)) · 2 outputs · on qaimagic.qubit" in text


def test_pennylane_tools_work_on_the_qnode(layer):
    sample = torch.rand(2)
    assert "Rot" in qml.draw(layer.qnode, level="device")(sample, layer.theta)
    specs = qml.specs(layer.qnode)(sample, layer.theta)
    assert specs["num_device_wires"] == 2
    torch.testing.assert_close(torch.stack(layer.qnode(sample, layer.theta)).float(), layer(sample))


def test_shots_follow_the_seed():
    @quantum(shots=50)
    def free(inputs):
        qml.RX(inputs[0], wires=0)
        return qml.expval(qml.Z(0))

    inputs = torch.rand(4, 1)
    torch.manual_seed(3)
    first = free(inputs), free(inputs)
    torch.manual_seed(3)
    assert torch.equal(first[0], free(inputs))
    assert torch.equal(first[1], free(inputs))

    seeded = [quantum(shots=50, seed=5)(free.circuit.function) for _ in range(2)]
    assert torch.equal(seeded[0](inputs), seeded[1](inputs))


def test_samples_and_counts_keep_pennylanes_shapes():
    @quantum(shots=20)
    def samples(inputs):
        qml.RX(inputs[0], wires=0)
        return qml.sample(wires=[0, 1])

    @quantum(shots=20)
    def counts(inputs):
        qml.RX(inputs[0], wires=0)
        return qml.counts(wires=[0, 1])

    assert samples(torch.rand(3, 1)).shape == (3, 20, 2)
    answer = counts(torch.rand(2, 3, 1))
    assert (len(answer), len(answer[0])) == (2, 3)
    assert sum(answer[1][2].values()) == 20
    assert samples.n_outputs is None


def test_angles_that_wrap_are_warned_of_once():
    layer = encoder.new()
    with pytest.warns(QaimagicWarning, match=r"Angles wrap: `inputs` of `encoder` spans") as told:
        nn.Sequential(layer)(100 * torch.rand(20, 2))
    assert told[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        layer(100 * torch.rand(20, 2))
        encoder.new()(3 * torch.rand(20, 2))


def test_a_qnode_sees_the_batch_as_in_torchlayer():
    @qml.qnode(qml.device("default.qubit", wires=2), diff_method="parameter-shift")
    def node(inputs, theta):
        qml.RX(inputs[:, 0], wires=0)
        qml.RY(theta, wires=1)
        qml.CNOT([0, 1])
        return qml.expval(qml.Z(1)), qml.expval(qml.Z(0))

    model = nn.Sequential(nn.Linear(3, 2), HybridLayer(node, {"theta": 1}))
    model(torch.rand(5, 3)).sum().backward()
    assert model[0].weight.grad.abs().sum() > 0
    reference = qml.qnn.TorchLayer(node, {"theta": 1})
    reference.load_state_dict(model[1].state_dict())
    inputs = torch.rand(4, 2)
    torch.testing.assert_close(model[1](inputs), reference(inputs).squeeze(-1).T)


def test_a_qnode_that_mixes_up_samples_is_refused():
    @qml.qnode(qml.device("default.qubit", wires=1))
    def node(inputs, theta):
        qml.RX(inputs[0] + theta, wires=0)
        return qml.expval(qml.Z(0))

    layer = HybridLayer(node, {"theta": 1})
    with pytest.raises(CircuitError, match=r"Write `inputs\[\.\.\., 0\]`"):
        layer(torch.rand(2, 2))
    with pytest.raises(ValueError, match="names `phi`"):
        HybridLayer(node, {"phi": 1})

    @qml.qnode(qml.device("default.qubit", wires=2))
    def two(inputs, theta):
        qml.RX(inputs[0] + theta, wires=0)
        qml.RX(inputs[1], wires=1)
        return qml.expval(qml.Z(0))

    with pytest.raises(CircuitError, match="mixes up the samples"):
        HybridLayer(two, {"theta": 1})(torch.rand(2, 2))


@pytest.mark.parametrize("name", ["default.qubit", "default.mixed", "lightning.qubit"])
def test_measuring_within_a_circuit_may_need_more_wires(name):
    @quantum(device=name)
    def layer(inputs, theta: 1):
        qml.RX(inputs[0], wires=0)
        first = qml.measure(0, reset=True)
        qml.RX(theta, wires=0)
        second = qml.measure(0)
        qml.cond(first & second, qml.X)(1)
        return qml.probs(wires=1)

    inputs = torch.rand(3, 1, dtype=torch.float64)
    once = torch.sin(inputs / 2) ** 2 * torch.sin(layer.theta / 2) ** 2
    torch.testing.assert_close(layer(inputs), torch.cat([1 - once, once], -1), check_dtype=False)


def test_what_a_device_cannot_run_is_said_in_one_sentence():
    @quantum(device="default.qubit")
    def noisy(inputs):
        qml.RX(inputs[0], wires=0)
        qml.BitFlip(0.1, wires=0)
        return qml.expval(qml.Z(0))

    @quantum
    def counted(inputs):
        qml.RX(inputs[0], wires=0)
        return qml.counts()

    with pytest.raises(DeviceError, match=r"BitFlip.*Noise runs on `qaimagic\.qubit`"):
        noisy(torch.rand(2, 1))
    with pytest.raises(DeviceError, match=r"need shots: `--shots 1000`"):
        counted(torch.rand(2, 1))


def test_init_method_as_in_torchlayer():
    node = qml.QNode(encoder.circuit.function, qml.device("default.qubit", wires=2))
    layer = HybridLayer(node, {"theta": (2, 2, 3)}, nn.init.zeros_)
    assert layer.theta.abs().sum() == 0
    other = HybridLayer(node, {"theta": (2, 2, 3)}, {"theta": torch.ones(2, 2, 3)})
    assert other.theta.sum() == 12
