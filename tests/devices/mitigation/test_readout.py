"""Readout inversion: exact answers come out as on the same device without readout errors."""

from functools import reduce

import numpy as np
import pennylane as qml
import pytest
import torch

from qaimagic import devices, gradients, quantum
from qaimagic.devices import profiles
from qaimagic.devices.machines.machine import Machine
from qaimagic.devices.mitigation.readout import with_inversion
from qaimagic.errors import DeviceError

NOISE = {"depolarizing": 0.01, "damping": 0.02}
SIMULATORS = ("qaimagic.qubit", "default.mixed")


@quantum
def encoder(inputs, theta: (2, 3, 3)):
    qml.AngleEmbedding(inputs, wires=range(3))
    qml.StronglyEntanglingLayers(theta, wires=range(3))
    return [
        qml.expval(qml.Z(0)),
        qml.expval(qml.X(1) @ qml.Y(2)),
        qml.expval(0.7 * qml.X(0) - 0.5 * qml.Z(0) @ qml.Y(1) + 0.3 * qml.I(0)),
        qml.expval(qml.Hadamard(1)),
        qml.var(qml.X(1) @ qml.Z(0)),
        qml.probs(wires=[2, 0]),
    ]


X = torch.randn(4, 3, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


def words(inputs, theta):
    qml.AngleEmbedding(inputs, wires=range(3))
    qml.StronglyEntanglingLayers(theta, wires=range(3))
    return [qml.expval(qml.Z(i)) for i in range(3)]


def _answers(layer, device, **shots):
    with devices.override(device, **shots), torch.no_grad():
        return layer(X)


def _circuits(layer, device):
    before = layer.circuits
    _answers(layer, device)
    return layer.circuits - before


@pytest.mark.parametrize("device", SIMULATORS)
@pytest.mark.parametrize("noise", [{}, NOISE])
def test_exact_answers_are_those_without_readout_errors(device, noise):
    torch.manual_seed(0)
    layer = encoder.new().double()
    free = _answers(layer, devices.get(device, **noise))
    raw = _answers(layer, devices.get(device, readout=0.05, **noise))
    found = _answers(layer, devices.get(device, readout=0.05, mitigate="readout", **noise))
    assert (raw - free).abs().max() > 0.01
    torch.testing.assert_close(found, free, atol=1e-9, rtol=0)


@pytest.mark.parametrize("method", ["best", "parameter-shift"])
def test_gradients_are_those_without_readout_errors(method):
    def body(inputs, theta):
        qml.RX(inputs[0], wires=0)
        qml.RY(theta[0], wires=1)
        qml.CNOT([0, 1])
        qml.RX(theta[1], wires=1)
        return qml.expval(qml.Z(0) @ qml.Y(1)), qml.probs(wires=[1])

    slopes = []
    for options in ({}, {"readout": 0.05, "mitigate": "readout"}):
        lab = devices.get("qaimagic.qubit", **NOISE, **options)
        layer = quantum(body, device=lab, weight_shapes={"theta": 2}, diff_method=method).double()
        with torch.no_grad():
            layer.theta.copy_(torch.tensor([0.4, 1.1]))
        layer(X[:2, :1]).square().sum().backward()
        slopes.append(layer.theta.grad)
    torch.testing.assert_close(*slopes)


def test_both_ways_together_are_extrapolation_without_readout_errors():
    layer = quantum(words, weight_shapes={"theta": (2, 3, 3)}).double()
    free = _answers(layer, devices.get("default.mixed", mitigate="zne", **NOISE))
    both = devices.get("default.mixed", readout=0.05, mitigate="readout+zne", **NOISE)
    torch.testing.assert_close(_answers(layer, both), free, atol=1e-9, rtol=0)


def test_a_metric_is_nearer_to_the_ideal_one():
    layer = quantum(words, weight_shapes={"theta": (1, 3, 3)}).double()
    noise = {"depolarizing": 0.005, "readout": 0.03}
    ideal = layer.metric_tensor(X, approx="block-diag")

    def distance(**mitigate):
        with devices.override(devices.get("qaimagic.qubit", **noise, **mitigate)):
            return (layer.metric_tensor(X, approx="block-diag") - ideal).norm()

    assert distance(mitigate="readout") < distance() / 2
    assert distance(mitigate="readout+zne") < distance() / 10


def test_calibrating_circuits_are_counted_and_run_once():
    layer = quantum(words, weight_shapes={"theta": (2, 3, 3)}).double()
    lab = devices.get("default.mixed", readout=0.05, mitigate="readout")
    assert (lab.mitigation.factor, lab.mitigation.calibrating) == (1, 2)
    plain = _circuits(layer, devices.get("default.mixed", readout=0.05))
    assert _circuits(layer, lab) == plain + lab.mitigation.calibrating
    assert _circuits(layer, lab) == plain
    sampled = devices.get("default.mixed", readout=0.05, shots=50, mitigate="readout")
    for _ in range(2):
        assert _circuits(layer, sampled) == plain + 2


class Misread(Machine):
    """A machine without noise that lays wire k on its wire 5 - k, and misreads each in its way."""

    def __init__(self, wires=None):
        gates = frozenset({"RX", "RY", "RZ", "PauliX", "Hadamard", "S", "CNOT", "U3"})
        super().__init__("test:misread", gates, 6, wires=wires, seed=3)

    def places(self, make):
        if make.places is not None:
            return tuple(make.places[wire] for wire in make.measured)
        return tuple(5 - wire for wire in make.measured)

    def probabilities(self, make, rows):
        gates = []
        for gate in make.gates:
            angles = [rows[:, slot] for slot in gate.slots]
            gates.append(getattr(qml, gate.name)(*angles, wires=gate.wires))
        tape = qml.tape.QuantumScript(gates, [qml.probs(wires=make.measured)])
        [chances] = qml.execute([tape], qml.device("default.qubit", wires=make.n_wires))
        return np.atleast_2d(chances) @ reduce(np.kron, map(misreading, self.places(make))).T

    def samples(self, make, rows, shots, seed):
        rng, size = np.random.default_rng(seed), 2 ** len(make.measured)
        draws = [rng.choice(size, shots, p=chances) for chances in self.probabilities(make, rows)]
        return np.array(draws)[..., np.newaxis] >> np.arange(len(make.measured))[::-1] & 1


def misreading(place):
    p, q = 0.01 * (place + 1), 0.03 * (place + 1)
    return np.array([[1 - p, q], [p, 1 - q]])


def _tape(measurements, angle=0.7, **options):
    gates = [
        qml.RX(angle, 0),
        qml.RY(0.8, 0),
        qml.CNOT([0, 1]),
        qml.RY(0.4, 1),
        qml.CNOT([1, 2]),
        qml.RX(1.2, 2),
        qml.RZ(0.5, 1),
    ]
    return qml.tape.QuantumScript(gates, measurements, **options)


EVERYTHING = [
    qml.expval(qml.Z(0) @ qml.Z(1) @ qml.Z(2)),
    qml.expval(qml.X(1) @ qml.Y(2)),
    qml.expval(qml.X(1)),
    qml.var(qml.Z(0) @ qml.Z(2)),
    qml.expval(qml.Hermitian(np.diag([1.0, 2, 3, 5]) + np.eye(4)[::-1], wires=[2, 0])),
    qml.probs(wires=[2, 0]),
    qml.probs(),
]


@pytest.mark.parametrize("angle", [0.7, np.array([0.7, -0.2, 1.9])])
@pytest.mark.parametrize("wires", [None, 4])
def test_each_wire_is_corrected_as_the_wire_of_the_machine_that_it_is_read_on(angle, wires):
    asked = EVERYTHING[: 6 if wires else None]
    found = qml.execute([_tape(asked, angle)], with_inversion(Misread(wires), {}), None)[0]
    wanted = qml.execute([_tape(asked, angle)], qml.device("default.qubit", wires=wires), None)[0]
    raw = qml.execute([_tape(asked, angle)], Misread(wires), None)[0]
    for one, ideal, misread in zip(found, wanted, raw, strict=True):
        np.testing.assert_allclose(one, ideal, atol=1e-9)
        assert np.abs(misread - ideal).max() > 1e-3


def test_wires_are_calibrated_when_they_are_read_first_and_for_each_number_of_shots():
    device = with_inversion(Misread(), {})

    def circuits(*tapes):
        with qml.Tracker(device) as tracker:
            qml.execute(tapes, device, diff_method=None)
        return tracker.totals["simulations"]

    one, two = _tape([qml.expval(qml.Z(0))]), _tape([qml.probs(wires=[0, 2])])
    assert circuits(one, one.bind_new_parameters([0.1], [0])) == 2 + 2
    assert circuits(two, one) == 2 + 2
    assert circuits(two, one) == 2
    assert circuits(two.copy(shots=10), one.copy(shots=10)) == 2 + 2
    assert circuits(two.copy(shots=20)) == 2 + 1


def test_averages_over_shots_meet_the_true_values():
    shots, repeats = 4000, 30
    device = with_inversion(Misread(), {})
    asked = [qml.expval(qml.Z(0) @ qml.Z(1)), qml.probs(wires=[2])]
    tapes = [_tape(asked, shots=shots)] * repeats
    found = qml.execute(tapes, device, diff_method=None, cache=False)
    [(parity, chances)] = qml.execute([_tape(asked)], qml.device("default.qubit"), None)
    parities = np.array([one for one, _ in found])
    # Both the circuits' shots and the calibration's, which all have in common, scatter.
    calibration = 3 / np.sqrt(shots)
    assert abs(parities.mean() - parity) < 5 * parities.std() / np.sqrt(repeats) + calibration
    assert abs(parities.mean() - parity) < 0.05 < 0.2 * abs(parity)
    np.testing.assert_allclose(np.mean([two for _, two in found], axis=0), chances, atol=0.05)


def test_each_bin_of_shots_is_corrected():
    tape = _tape([qml.expval(qml.Z(0)), qml.probs(wires=[1, 2])], shots=(3000, 2000))
    [bins] = qml.execute([tape], with_inversion(Misread(), {}), diff_method=None)
    [(value, chances)] = qml.execute([tape.copy(shots=None)], qml.device("default.qubit"), None)
    assert len(bins) == 2
    for one, other in bins:
        assert one == pytest.approx(value, abs=0.12)
        np.testing.assert_allclose(other, chances, atol=0.12)


def test_a_seed_brings_the_same_shots_and_calibration_again():
    lab = devices.get("qaimagic.qubit", shots=100, seed=5, readout=0.05, mitigate="readout")
    layers = [encoder.new() for _ in range(2)]
    layers[1].load_state_dict(layers[0].state_dict())
    first, second = (_answers(layer, lab) for layer in layers)
    assert torch.equal(first, second)


@pytest.mark.parametrize("machine", ["ibm:FakeManilaV2", "google:willow_pink"])
def test_machines_calibrate_the_wires_that_their_compiler_chose(machine):
    pytest.importorskip("qiskit_ibm_runtime" if machine.startswith("ibm") else "cirq_google")
    device = devices.make(machine)
    flips = [qml.X(2), qml.X(1), qml.X(0)]
    chosen = _tape([qml.probs(wires=[2, 0, 1])], 0.3)
    chosen = chosen.copy(operations=[*chosen.operations, *flips])
    [ready], _ = device.preprocess_transforms()([chosen])
    at = list(device.read_at(ready).values())
    confusions = [_data_of(machine, place) for place in at]
    assert len({round(p, 6) for p, _ in confusions}) > 1
    [raw] = qml.execute([chosen], device, diff_method=None)
    matrices = [np.array([[1 - p, q], [p, 1 - q]]) for p, q in confusions]
    by_hand = np.linalg.solve(reduce(np.kron, matrices), raw)
    lab = devices.get(machine, mitigate="readout").make(None)
    [found] = qml.execute([chosen], lab, diff_method=None)
    # The gates that prepare ones err as well, which counts as a readout error.
    np.testing.assert_allclose(found, by_hand, atol=3e-3)
    assert np.abs(raw - by_hand).max() > 1.2e-2


def _data_of(machine, place):
    name = machine.partition(":")[2]
    if machine.startswith("ibm"):
        from qiskit_ibm_runtime import fake_provider

        data = getattr(fake_provider, name)().properties().qubit_property(place)
        return data["prob_meas1_prep0"][0], data["prob_meas0_prep1"][0]
    from cirq_google.engine import (
        create_device_from_processor_id,
        load_device_noise_properties,
    )

    qubits = sorted(create_device_from_processor_id(name).metadata.qubit_set)
    return tuple(load_device_noise_properties(name).readout_errors[qubits[place]])


@pytest.mark.parametrize(
    ("measurement", "message"),
    [
        (qml.sample(wires=[0]), "`readout` inverts expectation values, variances and prob"),
        (qml.counts(wires=[0]), "but `Counts` is asked for"),
        (qml.expval(qml.Hermitian(np.eye(4)[::-1], wires=[0, 1])), "`Hermitian` has entangled eig"),
        (qml.probs(wires=range(17)), "read off 16 wires at most, but one needs 17"),
    ],
)
def test_what_cannot_be_inverted(measurement, message):
    device = devices.get("qaimagic.qubit", readout=0.1, mitigate="readout").make(range(17))
    shots = 10 if isinstance(measurement, qml.measurements.SampleMeasurement) else None
    tape = qml.tape.QuantumScript([qml.RX(0.1, 0)], [measurement], shots=shots)
    with pytest.raises(DeviceError, match=message):
        qml.execute([tape], device, diff_method=None)


def test_estimates_refuse_it():
    lab = devices.get("qaimagic.qubit", shots=100, readout=0.1, mitigate="readout")
    layer = quantum(words, weight_shapes={"theta": (2, 3, 3)})
    with pytest.raises(DeviceError, match=r"mitigated by readout` answers with weighted sums"):
        gradients.estimate(layer, X, device=lab)
    with devices.override(lab), pytest.raises(DeviceError, match="Leave `mitigate` out"):
        layer.standard_errors(X)


def test_a_device_without_readout_errors_or_wires_that_are_known(monkeypatch):
    with pytest.raises(DeviceError, match=r"`qaimagic.qubit` has no readout errors to invert. Giv"):
        devices.get("qaimagic.qubit", depolarizing=0.1, mitigate="readout")
    half = devices.get("qaimagic.qubit", readout=0.5, mitigate="readout")
    with pytest.raises(DeviceError, match="that cannot be inverted"):
        _answers(encoder, half)
    vendors = devices.DeviceInfo("vendor.machine", "plug-in", "", "", True, "")
    monkeypatch.setattr(profiles, "info", lambda _: vendors)
    with pytest.raises(DeviceError, match="does not tell which of its wires a circuit is read on"):
        devices.get("vendor.machine", mitigate="readout+zne")
