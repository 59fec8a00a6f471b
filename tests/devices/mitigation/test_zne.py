"""Zero-noise extrapolation, against the line worked out by hand and against the ideal answer."""

import numpy as np
import pennylane as qml
import pytest
import torch

from qaimagic import devices, gradients, quantum
from qaimagic.devices.mitigation.zne import extrapolated
from qaimagic.errors import DeviceError


@quantum
def encoder(inputs, theta: (2, 3, 3)):
    qml.AngleEmbedding(inputs, wires=range(3))
    qml.StronglyEntanglingLayers(theta, wires=range(3))
    return [qml.expval(qml.Z(0)), qml.expval(qml.X(1) @ qml.Y(2)), qml.probs(wires=[2])]


X = torch.randn(6, 3, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


def _layer():
    torch.manual_seed(2)
    return encoder.new()


def _answers(layer, device):
    with devices.override(device), torch.no_grad():
        return layer(X)


def test_the_line_through_one_and_three_times_the_noise():
    chance = 0.02

    def circuit():
        qml.RX(0.7, 0)
        return qml.expval(qml.Z(0)), qml.probs(wires=0)

    tape = qml.tape.make_qscript(circuit)()
    device = devices.get("default.mixed", depolarizing=chance, mitigate="zne").make([0])
    [(value, chances)] = qml.execute([tape], device, diff_method=None)
    shrunk = 1 - 4 * chance / 3
    line = 1.5 * shrunk - 0.5 * shrunk**3
    assert value == pytest.approx(np.cos(0.7) * line)
    np.testing.assert_allclose(chances, [(1 + value) / 2, (1 - value) / 2])


@pytest.mark.parametrize(
    ("device", "noise", "gain"),
    [
        ("qaimagic.qubit", {"depolarizing": 0.005}, 5),
        ("default.mixed", {"depolarizing": 0.005, "damping": 0.002}, 3),
        ("ibm:FakeTorino", {}, 1.5),
    ],
)
def test_it_brings_noisy_answers_nearer_to_the_ideal_ones(device, noise, gain):
    layer = _layer().double()
    ideal = _answers(layer, "qaimagic.qubit")
    raw = _answers(layer, devices.get(device, **noise)) - ideal
    mitigated = _answers(layer, devices.get(device, mitigate="zne", **noise)) - ideal
    assert mitigated.norm() < raw.norm() / gain


@pytest.mark.parametrize("machine", ["ibm:FakeManilaV2", "google:willow_pink"])
def test_no_compiler_cancels_the_folded_gates(machine):
    layer = _layer().double()
    tape = qml.tape.make_qscript(encoder.circuit.function)(
        X[0].numpy(), layer.theta.detach().numpy()
    )
    device = devices.make(machine, range(3))
    (plain, folded), _ = extrapolated(tape)
    one, three = qml.execute([plain, folded], device, diff_method=None)
    [ideal] = qml.execute([plain], qml.device("default.qubit"), diff_method=None)
    assert abs(three[2][0] - one[2][0]) > 1e-3
    np.testing.assert_allclose(three[2], ideal[2], atol=0.3)


def test_its_gradient_is_the_slope_of_the_mitigated_answer():
    layer = _layer().double()
    lab = devices.get("qaimagic.qubit", depolarizing=0.02, mitigate="zne")
    with devices.override(lab):
        layer(X)[:, 0].sum().backward()
        start, step = layer.theta.detach().clone(), torch.zeros_like(layer.theta)
        step[0, 1, 1] = 1e-4
        ends = []
        for sign in (1, -1):
            with torch.no_grad():
                layer.theta.copy_(start + sign * step)
                ends.append(layer(X)[:, 0].sum())
    assert layer.theta.grad[0, 1, 1] == pytest.approx(float(ends[0] - ends[1]) / 2e-4, abs=1e-6)


def test_its_circuits_and_shot_noise_are_told():
    lab = devices.get("ibm:FakeManilaV2", shots=400, seed=1, mitigate="zne")
    layer = _layer()
    _answers(layer, devices.get("ibm:FakeManilaV2", shots=400, seed=1))
    before = layer.circuits
    _answers(layer, lab)
    assert layer.circuits - before == 2 * before
    assert lab.name == "ibm:FakeManilaV2, mitigated by zne"


def test_an_estimate_refuses_sums_whose_scatter_it_does_not_know():
    lab = devices.get("qaimagic.qubit", shots=100, depolarizing=0.01, mitigate="zne")
    with pytest.raises(DeviceError, match=r"mitigated by zne` answers with weighted sums, whose"):
        gradients.estimate(encoder, X, device=lab)
    with devices.override(lab), pytest.raises(DeviceError, match="Leave `mitigate` out"):
        encoder.standard_errors(X)


def test_a_saved_profile_keeps_it():
    lab = devices.get("default.mixed", damping=0.1, mitigate="zne")
    devices.save("mended", lab)
    try:
        assert devices.saved()["mended"] == lab
    finally:
        devices.forget("mended")


@pytest.mark.parametrize(
    ("operations", "measurement", "message"),
    [
        ([qml.RX(0.1, 0)], qml.var(qml.Z(0)), "`zne` extrapolates expectation values and prob"),
        ([qml.RX(0.1, 0)], qml.state(), "but `State` is asked for"),
        ([qml.BitFlip(0.1, 0)], qml.expval(qml.Z(0)), "`BitFlip` cannot be undone"),
    ],
)
def test_what_cannot_be_extrapolated(operations, measurement, message):
    device = devices.get("default.mixed", damping=0.1, mitigate="zne").make([0])
    tape = qml.tape.QuantumScript(operations, [measurement])
    with pytest.raises(DeviceError, match=message):
        qml.execute([tape], device, diff_method=None)


def test_a_start_in_a_given_state_is_prepared_once():
    device = devices.get("default.mixed", depolarizing=0.03, mitigate="zne").make([0, 1])
    start = qml.BasisState([1, 0], wires=[0, 1])
    tape = qml.tape.QuantumScript([start, qml.CNOT([0, 1])], [qml.expval(qml.Z(1))])
    [value] = qml.execute([tape], device, diff_method=None)
    # Seen from the end, Z of the target is ZZ before a CNOT, which both wires' noise shrinks.
    assert value == pytest.approx(-(1.5 * 0.96 - 0.5 * 0.96**4))


def test_bad_input():
    with pytest.raises(
        ValueError, match=r"one of `readout`, `zne`, `readout\+zne`, but it is 'zen'.+`zne`"
    ):
        devices.get("ibm:FakeTorino", mitigate="zen")
    with pytest.raises(DeviceError, match=r"Device `lightning.qubit` has no noise to mitigate"):
        devices.get("lightning.qubit", mitigate="zne")
