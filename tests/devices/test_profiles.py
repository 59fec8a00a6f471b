"""A device with shots and noise of one's own, wherever a device's name goes."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pennylane as qml
import pytest
import torch

from qaimagic import HybridLayer, devices, quantum
from qaimagic.errors import DeviceError


def value(body, **noise):
    layer = quantum(body, device=devices.get("qaimagic.qubit", **noise))
    return float(layer(torch.zeros(1, 1, dtype=torch.float64)))


def test_each_kind_of_noise_by_its_closed_form():
    def with_input(inputs):
        qml.RX(inputs[0], wires=0)
        qml.X(0)
        return qml.expval(qml.Z(0))

    assert value(with_input) == pytest.approx(-1, abs=1e-12)
    p = 0.12
    shrink = 1 - 4 * p / 3
    assert value(with_input, depolarizing=p) == pytest.approx(-(shrink**2), abs=1e-12)
    assert value(with_input, damping=p) == pytest.approx(2 * p - 1, abs=1e-12)
    assert value(with_input, readout=p) == pytest.approx(-(1 - 2 * p), abs=1e-12)


@pytest.mark.parametrize("letter", ["X", "Y", "Z"])
def test_readout_errors_strike_in_every_basis(letter):
    prepare = {"X": lambda: qml.H(0), "Y": lambda: qml.RX(-math.pi / 2, 0), "Z": lambda: None}

    def body(inputs):
        qml.RX(inputs[0], wires=1)
        prepare[letter]()
        return qml.expval({"X": qml.X, "Y": qml.Y, "Z": qml.Z}[letter](0))

    assert value(body, readout=0.2) == pytest.approx(0.6, abs=1e-12)


def test_probabilities_are_mixed_by_the_confusion_matrix():
    r = 0.1

    def body(inputs):
        qml.RX(inputs[0], wires=0)
        qml.X(1)
        return qml.probs(wires=(0, 1))

    layer = quantum(body, device=devices.get("qaimagic.qubit", readout=r))
    found = layer(torch.zeros(1, 1, dtype=torch.float64))[0]
    wanted = torch.tensor([(1 - r) * r, (1 - r) ** 2, r * r, r * (1 - r)], dtype=torch.float64)
    torch.testing.assert_close(found, wanted)


def entangled(inputs, theta):
    qml.AngleEmbedding(inputs, wires=range(3))
    qml.StronglyEntanglingLayers(theta, wires=range(3))
    qml.Toffoli((0, 1, 2))
    return [qml.expval(qml.X(0)), qml.expval(qml.Z(0)), qml.expval(qml.Y(1) @ qml.Z(2))]


def outcome(layer, data):
    data = data.clone().requires_grad_()
    layer.theta.grad = None
    answer = layer(data)
    answer.sum().backward()
    return answer.detach(), data.grad, layer.theta.grad


def test_our_engine_and_default_mixed_agree_gradients_included():
    noise = {"depolarizing": 0.02, "damping": 0.03, "readout": 0.04}
    layer = quantum(entangled, weight_shapes={"theta": (2, 3, 3)}).double()
    data = torch.randn(3, 3, dtype=torch.float64)
    with devices.override(devices.get("qaimagic.qubit", **noise)):
        ours = outcome(layer, data)
    with devices.override(devices.get("default.mixed", **noise)):
        theirs = outcome(layer, data)
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other)
    ideal = layer(data).detach()
    assert (ours[0].abs() < ideal.abs()).float().mean() > 0.5


@pytest.mark.parametrize("device", ["qaimagic.qubit", "default.mixed"])
def test_a_gate_is_one_step_whatever_the_device_makes_of_it(device):
    p = 0.1

    def body(inputs):
        qml.RX(inputs[0], wires=2)
        qml.IsingXX(0.5, wires=(0, 1))
        return qml.expval(qml.Z(0))

    layer = quantum(body, device=devices.get(device, depolarizing=p))
    found = layer(torch.zeros(1, 1, dtype=torch.float64))
    assert float(found) == pytest.approx(math.cos(0.5) * (1 - 4 * p / 3), abs=1e-12)


@pytest.mark.parametrize("device", ["qaimagic.qubit", "default.mixed"])
def test_what_is_measured_within_a_circuit_is_no_gate(device):
    p = 0.1
    shrink = 1 - 4 * p / 3

    def body(inputs):
        qml.RX(inputs[0], wires=0)
        outcome = qml.measure(0)
        qml.cond(outcome, qml.CNOT)([1, 2])
        return qml.expval(qml.Z(1)), qml.expval(outcome)

    layer = quantum(body, device=devices.get(device, depolarizing=p))
    found = layer(torch.full((1, 1), 0.7, dtype=torch.float64))[0]
    wanted = torch.tensor([shrink, (1 - math.cos(0.7) * shrink) / 2], dtype=torch.float64)
    torch.testing.assert_close(found, wanted)


@pytest.mark.parametrize("device", ["qaimagic.qubit", "default.mixed"])
def test_channels_are_those_written_by_hand(device):
    p, gamma = 0.06, 0.1

    def strike(*wires):
        for wire in wires:
            qml.DepolarizingChannel(p, wires=wire)
            qml.AmplitudeDamping(gamma, wires=wire)

    def gates(inputs, theta, after):
        qml.AmplitudeEmbedding(np.array([0.6, 0.8, 0.0, 0.0]), wires=(0, 1))
        for gate in (
            lambda: qml.RX(theta[0] * inputs[0], wires=0),
            lambda: qml.PauliRot(theta[1], "XY", wires=(0, 1)),
            lambda: qml.ctrl(qml.RY(theta[2], wires=0), control=1),
            lambda: qml.adjoint(qml.MultiRZ(theta[0], wires=(0, 1))),
        ):
            after(*gate().wires)
        return [qml.expval(qml.Z(0)), qml.var(qml.X(1)), qml.probs(wires=(0, 1))]

    def plain(inputs, theta):
        return gates(inputs, theta, lambda *_: None)

    def struck(inputs, theta):
        return gates(inputs, theta, strike)

    shapes = {"theta": (3,)}
    profile = devices.get(device, depolarizing=p, damping=gamma)
    mine = quantum(plain, device=profile, weight_shapes=shapes).double()
    by_hand = quantum(struck, device="default.mixed", weight_shapes=shapes).double()
    by_hand.load_state_dict(mine.state_dict())
    data = torch.tensor([[0.3], [1.2]], dtype=torch.float64)
    for one, other in zip(outcome(mine, data), outcome(by_hand, data), strict=True):
        torch.testing.assert_close(one, other)


def test_answers_with_shots_lie_within_their_errors():
    noise = {"depolarizing": 0.02, "readout": 0.04}
    layer = quantum(entangled, weight_shapes={"theta": (2, 3, 3)})
    data = torch.randn(4, 3)
    with devices.override(devices.get("qaimagic.qubit", **noise)):
        exact = layer(data).detach()
    lab = devices.get("qaimagic.qubit", shots=4000, seed=5, **noise)
    with devices.override(lab), torch.no_grad():
        drawn, errors = layer(data), layer.standard_errors(data)
    assert ((drawn - exact).abs() < 5 * errors + 1e-3).all()
    assert (drawn != exact).any()


def test_a_seed_brings_the_same_shots_again():
    lab = devices.get("qaimagic.qubit", shots=20, seed=5, depolarizing=0.1)
    data = torch.randn(4, 3)
    theta = torch.rand(2, 3, 3)

    def drawn():
        layer = quantum(entangled, weight_shapes={"theta": (2, 3, 3)}, device=lab)
        with torch.no_grad():
            layer.theta.copy_(theta)
            return layer(data)

    assert torch.equal(drawn(), drawn())


def test_whose_shots_win():
    lab = devices.get("qaimagic.qubit", shots=20)

    def body(inputs):
        qml.RX(inputs[0], wires=0)
        return qml.expval(qml.Z(0))

    def steps(layer):
        """The number of shots, read off the answer of a coin."""
        found = layer(torch.full((64, 1), 1.1)).detach().flatten()
        ones = {n: (1 - found) * n / 2 for n in (10, 20)}
        return next((n for n in ones if torch.allclose(ones[n], ones[n].round(), atol=1e-4)), None)

    assert steps(quantum(body, device=lab)) == 20
    assert steps(quantum(body, device=lab, shots=10)) == 10
    with devices.override(lab):
        assert steps(quantum(body)) == 20
        assert steps(quantum(body, shots=10)) == 20
    with devices.override("qaimagic.qubit"):
        assert steps(quantum(body, device=lab)) is None
    with devices.override(lab, shots=10):
        assert steps(quantum(body)) == 10


def test_a_qnode_runs_on_a_noisy_profile():
    @qml.qnode(qml.device("default.qubit", wires=3))
    def node(inputs, theta):
        return entangled(inputs, theta)

    layer = HybridLayer(node, {"theta": (2, 3, 3)})
    mine = quantum(entangled, weight_shapes={"theta": (2, 3, 3)})
    mine.load_state_dict(layer.state_dict())
    data = torch.randn(4, 3)
    with devices.override(devices.get("qaimagic.qubit", depolarizing=0.05)):
        assert layer.device_name == "qaimagic.qubit, depolarizing 0.05"
        torch.testing.assert_close(layer(data), mine(data))
    assert "default.qubit" in layer.device_name


def test_a_profile_without_noise_or_shots_is_the_device():
    plain = devices.get("qaimagic.qubit")
    layer = quantum(entangled, weight_shapes={"theta": (1, 3, 3)}, device=plain)
    layer(torch.zeros(1, 3))
    assert layer.device_name == "qaimagic.qubit"
    assert layer.circuit.programs.n_traces == 1
    assert plain.make(3).name == "qaimagic.qubit"


def test_it_goes_into_files_and_sets():
    lab = devices.get("qaimagic.qubit", shots=20, damping=0.5)
    assert pickle.loads(pickle.dumps(lab)) == lab
    assert len({lab, devices.get("qaimagic.qubit", shots=20, damping=0.5)}) == 1


def test_more_wires_than_density_matrices_hold_are_sampled():
    def body(inputs):
        qml.RX(inputs[0], wires=0)
        for wire in range(12):
            qml.CNOT((wire, wire + 1))
        return qml.expval(qml.Z(12))

    p, data = 0.02, torch.full((400, 1), 0.4)
    layer = quantum(body, device=devices.get("qaimagic.qubit", depolarizing=p, seed=2))
    with torch.no_grad():
        drawn = layer(data).flatten()
    # Z of the last wire grows upwards: each gate's channels meet it on one wire.
    wanted = math.cos(0.4) * (1 - 4 * p / 3) ** 13
    error = float(drawn.std()) / math.sqrt(len(drawn))
    assert abs(float(drawn.mean()) - wanted) < 5 * error


@pytest.mark.parametrize(
    ("name", "options", "kind", "message"),
    [
        (None, {}, TypeError, "`name` must be a device's name, but it is None"),
        ("qaimagic.qbit", {}, DeviceError, "Did you mean `qaimagic.qubit`"),
        ("lightning.qubit", {"readout": 0.1}, DeviceError, "has no noise channels"),
        ("qaimagic.qubit", {"depolarizing": 1.5}, ValueError, "`depolarizing` must be a prob"),
        ("qaimagic.qubit", {"damping": -0.1}, ValueError, "`damping` must be"),
        ("qaimagic.qubit", {"readout": float("nan")}, ValueError, "`readout` must be"),
        ("qaimagic.qubit", {"shots": 0}, ValueError, "`shots` must be at least 1"),
        ("qaimagic.qubit", {"shots": 1.5}, TypeError, "`shots` must be a whole number"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_runs(name, options, kind, message):
    with pytest.raises(kind, match=message):
        devices.get(name, **options)


def test_the_state_is_not_read_off_wires():
    def body(inputs):
        qml.RX(inputs[0], wires=0)
        return qml.purity(wires=(0,))

    layer = quantum(body, device=devices.get("qaimagic.qubit", readout=0.1))
    with pytest.raises(DeviceError, match="`Purity` is not read off wires at the end"):
        layer(torch.zeros(1, 1))

    def within(inputs):
        qml.RX(inputs[0], wires=0)
        return qml.expval(qml.measure(0))

    layer = quantum(within, device=devices.get("qaimagic.qubit", readout=0.1))
    with pytest.raises(DeviceError, match="`measure` is not read off wires at the end"):
        layer(torch.zeros(1, 1))
