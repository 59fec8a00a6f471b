"""Amplified circuits by three ways: closed form, PennyLane's simulator, the engine."""

from __future__ import annotations

import math

import numpy as np
import pennylane as qml
import pytest

import qaimagic
from qaimagic.bridge.depth import two_qubit_depth
from qaimagic.devices.selection import Choice
from qaimagic.errors import DeviceError
from qaimagic.subroutines.amplitude_estimation.circuits import Circuits
from qaimagic.subroutines.amplitude_estimation.preparation import Preparation, read
from qaimagic.subroutines.amplitude_estimation.source import source_of
from qaimagic.subroutines.amplitude_estimation.states import (
    States,
    amplification,
    exact_chance,
)
from tests.subroutines.amplitude_estimation.bodies import coin, tangle

GOODS = ["c", {"a": 0}, {"a": 1, "c": 0}, {"c": 1, "b": 1, "a": 1}]


def by_pennylane(preparation: Preparation, power: int) -> float:
    tape = preparation.circuit(power)

    @qml.qnode(qml.device("default.qubit", wires=preparation.wires))
    def circuit():
        for operation in tape.operations:
            qml.apply(operation)
        return qml.probs(wires=preparation.good_wires)

    return float(circuit()[preparation.good_index])


@pytest.mark.parametrize("good", GOODS)
def test_chances_follow_the_closed_form_and_pennylane(good) -> None:
    preparation = read(tangle, good)
    a = exact_chance(preparation)
    assert 0.01 < a < 0.99
    states = States(preparation, 0)
    for power in (3, 0, 1, 7):
        closed = math.sin((2 * power + 1) * math.asin(math.sqrt(a))) ** 2
        assert states.chance(power) == pytest.approx(closed, abs=1e-12)
        assert by_pennylane(preparation, power) == pytest.approx(closed, abs=1e-9)
    assert states.chance(1000) == pytest.approx(
        math.sin(2001 * math.asin(math.sqrt(a))) ** 2, abs=1e-9
    )


@pytest.mark.parametrize("good", GOODS)
def test_one_amplification_is_two_reflections(good) -> None:
    preparation = read(tangle, good)
    with qml.queuing.QueuingManager.stop_recording():
        A = qml.matrix(preparation.circuit(0), wire_order=preparation.wires)
    start = np.ones(8)
    start[0] = -1
    good_sign = 1 - 2 * preparation.are_good()
    expected = A @ np.diag(start) @ A.conj().T @ np.diag(good_sign)
    found = amplification(preparation)
    phase = np.vdot(expected, found) / 8
    assert abs(phase) == pytest.approx(1.0, abs=1e-12)
    np.testing.assert_allclose(found, phase * expected, atol=1e-12)


@pytest.mark.parametrize("a", [0.0, 1e-6, 0.5, 1.0])
def test_one_wire(a) -> None:
    preparation = read(coin(a), 0)
    angle = math.asin(math.sqrt(a))
    for power in (0, 1, 5):
        closed = math.sin((2 * power + 1) * angle) ** 2
        assert States(preparation, 0).chance(power) == pytest.approx(closed, abs=1e-12)
    zero = read(coin(a), {0: 0})
    assert States(zero, 0).chance(2) == pytest.approx(math.cos(5 * angle) ** 2, abs=1e-12)


@pytest.mark.parametrize("device", ["default.qubit", "qaimagic.qubit"])
def test_circuits_on_a_device_have_the_chances_of_the_states(device) -> None:
    preparation = read(tangle, {"a": 1, "c": 0})
    circuits, states = Circuits(preparation, Choice(device, None, 0)), States(preparation, 0)
    shots = 10**12
    for power in (0, 1, 4):
        assert circuits.hits(power, shots) / shots == pytest.approx(states.chance(power), abs=1e-5)
    assert circuits.depth(3) == states.depth(3)


def test_shots_of_a_device_are_counted_as_its_own() -> None:
    sampler = qaimagic.devices.get("default.qubit", shots=3)
    circuits = Circuits(read(tangle, {"a": 1, "c": 0}), Choice(sampler, 3, 0))
    chance = exact_chance(read(tangle, {"a": 1, "c": 0}))
    hits = circuits.hits(0, 4000)
    assert hits == pytest.approx(4000 * chance, abs=5 * math.sqrt(4000 * chance * (1 - chance)))
    assert circuits.hits(0, 4000) != hits
    circuits.reseed(0)
    assert circuits.hits(0, 4000) == hits


def test_depth_grows_evenly() -> None:
    preparation = read(tangle, "c")
    states = States(preparation, 0)
    for power in (0, 1, 2, 3, 9):
        assert states.depth(power) == two_qubit_depth(preparation.circuit(power))


def test_devices_that_cannot() -> None:
    preparation = read(tangle, "c")
    with pytest.raises(DeviceError, match="has 2 wires, but the circuit has 3"):
        source_of(preparation, qml.device("default.qubit", wires=2), 0)
    lab = qaimagic.devices.get("qaimagic.qubit", readout=0.1, mitigate="readout")
    with pytest.raises(DeviceError, match="Leave `mitigate` out"):
        source_of(preparation, lab, 0)
    with pytest.raises(DeviceError, match="Did you mean"):
        source_of(preparation, "default.qubits", 0)
