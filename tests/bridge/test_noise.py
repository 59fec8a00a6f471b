"""PennyLane's noise channels on `qaimagic.qubit`, held to `default.mixed`: density matrices."""

from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest
import torch
from pennylane import numpy as pnp

from qaimagic.bridge.plugin import fallback
from qaimagic.errors import QaimagicNote

_X = np.array([[0, 1], [1, 0]], dtype=complex)
CHANNELS = {
    "depolarizing": lambda p: qml.DepolarizingChannel(p, 0),
    "amplitude damping": lambda p: qml.AmplitudeDamping(p, 1),
    "phase damping": lambda p: qml.PhaseDamping(p, 1),
    "bit flip": lambda p: qml.BitFlip(p, 2),
    "phase flip": lambda p: qml.PhaseFlip(p, 0),
    "generalized damping": lambda p: qml.GeneralizedAmplitudeDamping(p, 0.7, 1),
    "reset": lambda p: qml.ResetError(p, 0.2, 2),
    "Pauli error": lambda p: qml.PauliError("XY", p, [2, 0]),
    "three wires": lambda p: qml.PauliError("ZYX", p, [2, 0, 1]),
    "thermal, short T2": lambda p: qml.ThermalRelaxationError(p, 1.3, 0.9, 0.3, 0),
    "thermal, long T2": lambda p: qml.ThermalRelaxationError(p, 0.9, 1.3, 0.3, 0),
    "own matrices": lambda _: qml.QubitChannel([0.8 * np.eye(2), 0.6 * _X], wires=1),
}
SAMPLE = torch.tensor([0.4, -1.1, 2.3], dtype=torch.float64)
BATCH = torch.tensor(np.random.default_rng(3).normal(size=(4, 3)))
HERMITIAN = np.array([[1.0, 0.5 - 0.2j], [0.5 + 0.2j, -0.3]])


def gates(x, strength, channel):
    qml.AngleEmbedding(x, wires=range(3))
    qml.CNOT([0, 1])
    CHANNELS[channel](strength)
    qml.CRY(x[..., 1], [1, 2])
    qml.Rot(x[..., 0], 0.3, x[..., 2], 2)
    qml.Toffoli([0, 1, 2])


def words(x, strength, channel="depolarizing"):
    gates(x, strength, channel)
    return qml.expval(qml.Z(0) @ qml.X(1) + 0.3 * qml.Y(2)), qml.var(qml.Z(2)), qml.probs([2, 0])


def wide(x, strength):
    gates(x, strength, "amplitude damping")
    return (
        qml.probs(),
        qml.state(),
        qml.density_matrix([2, 0]),
        qml.purity([0]),
        qml.vn_entropy([0, 1]),
        qml.mutual_info([0], [1]),
        qml.expval(qml.Projector([1, 0, 1], range(3))),
        qml.expval(qml.Hermitian(HERMITIAN, 1)),
        qml.probs(op=qml.X(0) @ qml.Y(1)),
    )


def on(name, circuit, wires=3, **options):
    return qml.QNode(circuit, qml.device(name, wires=wires), **options)


def weighed(answers, library=torch):
    total = 0.0
    for answer in answers if isinstance(answers, tuple | list) else [answers]:
        flat = library.reshape(answer, (-1,))
        weights = np.linspace(0.3, 1.7, flat.shape[0])
        weights = torch.tensor(weights) if library is torch else weights
        total = total + library.sum(library.real(flat) * weights)
    return total


def both(circuit, data, strength=0.15, **options):
    is_thermal = "thermal" in options.get("channel", "")
    found = []
    for name in ("default.mixed", "qaimagic.qubit"):
        x = data.clone().requires_grad_()
        p = torch.tensor(strength, dtype=torch.float64, requires_grad=not is_thermal)
        answers = on(name, circuit)(x, p, **options)
        inputs = (x, p) if p.requires_grad else x
        slopes = torch.autograd.grad(weighed(answers), inputs, allow_unused=True)
        found.append((answers, slopes))
    return found


@pytest.mark.parametrize("data", [SAMPLE, BATCH], ids=["sample", "batch"])
@pytest.mark.parametrize("channel", CHANNELS)
def test_every_channel_agrees_with_default_mixed(channel, data):
    (expected, slopes), (answers, own_slopes) = both(words, data, channel=channel)
    for one, other in zip(answers, expected, strict=True):
        assert one.shape == other.shape
        torch.testing.assert_close(one, other, atol=1e-8, rtol=1e-8)
    for one, other in zip(own_slopes, slopes, strict=True):
        torch.testing.assert_close(one, other, atol=1e-7, rtol=1e-7)


@pytest.mark.parametrize("data", [SAMPLE, BATCH], ids=["sample", "batch"])
def test_measurements_of_the_whole_matrix(data):
    (expected, slopes), (answers, own_slopes) = both(wide, data)
    for one, other in zip(answers, expected, strict=True):
        assert one.shape == other.shape
        torch.testing.assert_close(one, other, atol=1e-8, rtol=1e-8)
    for one, other in zip(own_slopes, slopes, strict=True):
        torch.testing.assert_close(one, other, atol=1e-6, rtol=1e-6)


def test_sparse_observables():
    observable = qml.SparseHamiltonian(
        (qml.Z(0) @ qml.X(1) + 0.3 * qml.Y(2)).sparse_matrix(wire_order=range(3)), range(3)
    )

    def circuit(x, strength):
        gates(x, strength, "depolarizing")
        return qml.expval(observable)

    expected = on("default.mixed", words)(SAMPLE, 0.1)[0]
    torch.testing.assert_close(on("qaimagic.qubit", circuit)(SAMPLE, 0.1), expected)


@pytest.mark.parametrize("method", ["best", "backprop", "parameter-shift", "finite-diff"])
def test_autograd_agrees(method):
    x, p = pnp.array(SAMPLE.numpy(), requires_grad=True), pnp.array(0.15, requires_grad=True)
    slopes = []
    for name, way in (("default.mixed", "backprop"), ("qaimagic.qubit", method)):
        node = on(name, words, diff_method=way)
        slopes.append(qml.grad(lambda x, p, n=node: weighed(n(x, p, "bit flip"), pnp))(x, p))
        answers = node(SAMPLE.numpy(), 0.15)
        assert all(isinstance(answer, np.ndarray | float) for answer in answers)
    for one, other in zip(*slopes, strict=True):
        assert np.allclose(one, other, atol=1e-5)


THERMAL = [(0.2, 1.3, 0.9, 0.4), (0.2, 0.9, 1.3, 0.4), (0.0, 1.0, 2.0, 0.1)]


@pytest.mark.parametrize("parameters", THERMAL, ids=str)
def test_gradients_of_thermal_relaxation(parameters):
    """PennyLane's own matrices do not take tensors that are trained."""

    def circuit(*parameters):
        qml.RY(0.8, 0)
        qml.RX(0.5, 0)
        qml.ThermalRelaxationError(*parameters, 0)
        return qml.expval(qml.Z(0) + 0.7 * qml.X(0))

    node = on("qaimagic.qubit", circuit, 1)
    assert np.allclose(node(*parameters), on("default.mixed", circuit, 1)(*parameters))
    tensors = [torch.tensor(one, dtype=torch.float64, requires_grad=True) for one in parameters]
    value = node(*tensors)
    assert np.allclose(value.item(), node(*parameters))
    slopes = torch.autograd.grad(value, tensors)
    for place, slope in enumerate(slopes):
        if parameters[place] == 0 or parameters[2] == 2 * parameters[1]:
            continue
        near = [
            node(*(one + step * (i == place) for i, one in enumerate(parameters)))
            for step in (1e-5, -1e-5)
        ]
        assert np.allclose(slope.item(), (near[0] - near[1]) / 2e-5, atol=1e-6)
    assert all(slope.isfinite() for slope in slopes)
    with pytest.raises(ValueError, match="T_2"):
        node(tensors[0], tensors[1], 3 * tensors[1], tensors[3])


def test_gradient_of_generalized_damping_at_no_damping():
    def circuit(strength):
        qml.RY(0.8, 0)
        qml.GeneralizedAmplitudeDamping(strength, 0.3, 0)
        return qml.expval(qml.Z(0))

    strength = torch.tensor(0.0, dtype=torch.float64, requires_grad=True)
    on("qaimagic.qubit", circuit, 1)(strength).backward()
    assert strength.grad.item() == pytest.approx(0.4 - np.cos(0.8))


def test_a_strength_that_is_an_array_is_refused():
    def circuit(strength):
        qml.BitFlip(strength, 0)
        return qml.expval(qml.Z(0))

    with pytest.raises(qml.exceptions.DeviceError, match="one number for each parameter"):
        on("qaimagic.qubit", circuit, 1)(torch.tensor([0.1, 0.2]))


def test_prepared_states_also_on_untouched_wires():
    def circuit(amplitudes):
        qml.StatePrep(amplitudes, [1, 0])
        qml.BitFlip(0.2, 0)
        qml.StatePrep(np.array([0.6, 0.8]), 2)
        qml.CNOT([2, 0])
        return qml.probs(), qml.expval(qml.Y(0))

    def reference(amplitudes):
        qml.StatePrep(torch.kron(amplitudes, torch.tensor([0.6, 0.8])), [1, 0, 2])
        qml.BitFlip(0.2, 0)
        qml.CNOT([2, 0])
        return qml.probs(), qml.expval(qml.Y(0))

    amplitudes = torch.arange(1, 5).double() / np.sqrt(30)
    found = on("qaimagic.qubit", circuit)(amplitudes)
    for one, other in zip(found, on("default.mixed", reference)(amplitudes), strict=True):
        torch.testing.assert_close(one, other)


def test_mid_circuit_measurements_are_deferred():
    def circuit(x):
        qml.RX(x, 0)
        qml.BitFlip(0.1, 0)
        outcome = qml.measure(0)
        qml.AmplitudeDamping(0.3, 0)
        qml.cond(outcome, qml.RY)(0.7, 1)
        return qml.expval(qml.Z(0)), qml.expval(qml.X(1)), qml.expval(outcome)

    mixed = on("default.mixed", circuit, wires=None)(0.4)
    assert np.allclose(on("qaimagic.qubit", circuit, wires=None)(0.4), mixed)
    drawn = qml.set_shots(on("qaimagic.qubit", circuit, wires=None), 20000)(0.4)
    assert np.allclose(drawn, mixed, atol=0.05)


def test_words_for_wires_and_idle_wires():
    def circuit(x):
        qml.RX(x, "a")
        qml.CNOT(["a", "c"])
        qml.PhaseDamping(0.3, "c")
        return qml.expval(qml.X("a") @ qml.Y("c")), qml.probs(["idle", "c"])

    mixed = on("default.mixed", circuit, ["a", "c", "idle"])(0.4)
    for wires in (None, ["c", "a", "idle"]):
        ours = on("qaimagic.qubit", circuit, wires)(0.4)
        for one, other in zip(ours, mixed, strict=True):
            assert np.allclose(one, other)


def test_noise_models():
    conditions = qml.noise.op_eq(qml.RX) | qml.noise.op_in([qml.RY])
    model = qml.NoiseModel(
        {
            conditions: qml.noise.partial_wires(qml.AmplitudeDamping, 0.1),
            qml.noise.op_eq(qml.CNOT): lambda op, **_: qml.DepolarizingChannel(0.05, op.wires[1]),
        },
        {qml.noise.meas_eq(qml.expval): qml.noise.partial_wires(qml.BitFlip, 0.07)},
    )

    def circuit(x):
        qml.RX(x[0], 0)
        qml.RY(x[1], 1)
        qml.CNOT([0, 1])
        return qml.expval(qml.Z(0)), qml.expval(qml.Z(1) @ qml.X(0))

    found = []
    for name in ("default.mixed", "qaimagic.qubit"):
        x = SAMPLE.clone().requires_grad_()
        answers = qml.add_noise(on(name, circuit, 2), model)(x)
        found.append((*answers, torch.autograd.grad(weighed(answers), x)[0]))
    for one, other in zip(*found, strict=True):
        torch.testing.assert_close(one, other)


def test_precision_follows_the_tensors():
    node = on("qaimagic.qubit", words)
    single = node(SAMPLE.float(), torch.tensor(0.1))
    assert {answer.dtype for answer in single} == {torch.float32}
    for one, other in zip(single, node(SAMPLE, 0.1), strict=True):
        torch.testing.assert_close(one.double(), other, atol=1e-5, rtol=1e-5)


def test_gradient_at_no_noise():
    found = [slopes for _, slopes in both(words, SAMPLE, strength=0.0)]
    torch.testing.assert_close(found[1], found[0], atol=1e-6, rtol=1e-6)


def test_second_derivatives():
    def circuit(x):
        qml.RX(x, 0)
        qml.PhaseFlip(0.1, 0)
        return qml.expval(qml.Y(0))

    x = torch.tensor(0.4, dtype=torch.float64)
    hessian = torch.autograd.functional.hessian(on("qaimagic.qubit", circuit, 1), x)
    assert hessian.item() == pytest.approx(0.8 * np.sin(0.4))


def test_ideal_and_noisy_tapes_in_one_job():
    tapes = [
        qml.tape.QuantumScript([qml.RX(0.3, 0)], [qml.expval(qml.Z(0))]),
        qml.tape.QuantumScript([qml.RX(0.3, 0), qml.BitFlip(0.1, 0)], [qml.expval(qml.Z(0))]),
        qml.tape.QuantumScript([qml.RX(0.3, 0), qml.BitFlip(0.2, 0)], [qml.expval(qml.Z(0))]),
    ]
    answers = qml.device("qaimagic.qubit").execute(tapes)
    assert np.allclose(answers, np.cos(0.3) * np.array([1.0, 0.8, 0.6]))


@pytest.mark.parametrize("data", [SAMPLE, BATCH], ids=["sample", "batch"])
def test_shots(data):
    exact = on("default.mixed", words)(data, 0.2)
    device = qml.device("qaimagic.qubit", wires=3, seed=5)
    drawn = qml.set_shots(qml.QNode(words, device), 40000)(data, 0.2)
    for one, other in zip(drawn, exact, strict=True):
        assert np.shape(one) == other.shape
        assert np.allclose(one, other, atol=0.03)
    again = qml.QNode(words, qml.device("qaimagic.qubit", wires=3, seed=5))
    repeated = qml.set_shots(again, 40000)(data, 0.2)
    assert all(np.array_equal(one, other) for one, other in zip(drawn, repeated, strict=True))


def test_shift_rules_with_shots():
    def circuit(x, p):
        qml.RX(x, 0)
        qml.DepolarizingChannel(p, 0)
        return qml.expval(qml.Z(0))

    x = torch.tensor(0.9, dtype=torch.float64, requires_grad=True)
    p = torch.tensor(0.3, dtype=torch.float64, requires_grad=True)
    node = qml.set_shots(on("qaimagic.qubit", circuit, 1, diff_method="parameter-shift"), 40000)
    slopes = torch.autograd.grad(node(x, p), (x, p))
    assert np.allclose(slopes[0].item(), -0.6 * np.sin(0.9), atol=0.03)
    assert np.allclose(slopes[1].item(), -4 / 3 * np.cos(0.9), atol=0.03)


def test_differences_of_random_numbers_are_refused():
    def circuit(p):
        qml.RX(0.9, 0)
        qml.AmplitudeDamping(p, 0)
        return qml.expval(qml.Z(0))

    p = torch.tensor(0.3, dtype=torch.float64, requires_grad=True)
    for method in ("parameter-shift", "finite-diff", "spsa"):
        node = qml.set_shots(on("qaimagic.qubit", circuit, 1, diff_method=method), 100)
        with pytest.raises(qml.exceptions.DeviceError, match="it would be noise"):
            node(p)


def test_adjoint_is_refused():
    with pytest.raises(qml.exceptions.QuantumFunctionError, match="adjoint"):
        on("qaimagic.qubit", words, diff_method="adjoint")(SAMPLE, 0.1)


def test_what_the_engine_does_not_run_goes_to_default_mixed(monkeypatch):
    monkeypatch.setattr(fallback, "_said", set())

    def circuit():
        qml.H(0)
        qml.BitFlip(0.1, 0)
        qml.Snapshot("flipped")
        return qml.expval(qml.X(0))

    node = qml.snapshots(on("qaimagic.qubit", circuit, 1))
    with pytest.warns(QaimagicNote, match=r"hands this circuit to `default\.mixed`"):
        shots = node()
    assert np.allclose(shots["flipped"], 0.5)
