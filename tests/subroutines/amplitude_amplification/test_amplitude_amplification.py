"""Amplification against its closed form, repetition, and PennyLane's devices."""

from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest

import qaimagic
from qaimagic.subroutines.amplitude_estimation.states import States
from tests.subroutines.amplitude_estimation.bodies import tangle

SEARCH = dict.fromkeys(range(4), 1)


def guess():
    for wire in range(4):
        qml.Hadamard(wire)


def test_what_is_simulated_follows_the_closed_form():
    found = qaimagic.amplitude_amplification(tangle, {"c": 1, "b": 1, "a": 1}, rounds=12)
    assert len(found.successes) == 13
    np.testing.assert_allclose(found.successes, found.formula, atol=1e-9)
    assert found.standard_errors is None
    assert found.queries.tolist() == list(range(1, 27, 2))


def test_by_default_there_are_as_many_rounds_as_are_best():
    found = qaimagic.amplitude_amplification(guess, SEARCH)
    assert found.best == 3 == len(found.successes) - 1
    assert found.successes[3] == found.successes.max() > 0.96
    beyond = qaimagic.amplitude_amplification(guess, SEARCH, rounds=5)
    assert beyond.successes[4] < beyond.successes[3]


def test_repetition_stands_beside_it():
    found = qaimagic.amplitude_amplification(guess, SEARCH)
    assert found.repetitions == pytest.approx(16)
    assert found.expected_queries[0] == pytest.approx(16)
    assert found.cheapest == 2
    assert found.expected_queries[2] == pytest.approx(5 / found.successes[2])
    assert found.repeated[3] == pytest.approx(1 - (15 / 16) ** 7)


def test_shots_scatter_within_their_errors_and_follow_the_seed():
    found = qaimagic.amplitude_amplification(guess, SEARCH, rounds=6, shots=400, seed=1)
    again = qaimagic.amplitude_amplification(guess, SEARCH, rounds=6, shots=400, seed=1)
    other = qaimagic.amplitude_amplification(guess, SEARCH, rounds=6, shots=400, seed=2)
    np.testing.assert_array_equal(found.successes, again.successes)
    assert (found.successes != other.successes).any()
    assert (found.standard_errors > 0).all()
    apart = np.abs(found.successes - found.formula) / found.standard_errors
    assert apart.max() < 4.5


def test_devices_answer_as_the_simulator_does():
    exact = qaimagic.amplitude_amplification(guess, SEARCH, device="default.qubit")
    assert exact.device == "default.qubit"
    np.testing.assert_allclose(exact.successes, exact.formula, atol=1e-9)
    sampler = qml.device("default.qubit", wires=4, seed=3)
    shot = qaimagic.amplitude_amplification(guess, SEARCH, device=sampler, shots=500, rounds=2)
    apart = np.abs(shot.successes - shot.formula) / shot.standard_errors
    assert apart.max() < 4.5


def test_noise_is_told_and_lowers_success():
    noisy = qaimagic.devices.get("default.mixed", depolarizing=0.01)
    found = qaimagic.amplitude_amplification(guess, SEARCH, device=noisy)
    assert found.successes[3] < found.formula[3] - 0.05
    assert "is no ideal machine" in found.text


def test_post_selection_on_a_block_encoding_succeeds_more_often():
    encoding = qaimagic.block_encode(np.diag([1.0, 0.1, 0.1, 0.2]), method="fable")
    vector = np.array([0.0, 1.0, 1.0, 1.0])

    def applied():
        qml.MottonenStatePreparation(vector / np.linalg.norm(vector), wires=encoding.wires)
        encoding.apply()

    found = qaimagic.amplitude_amplification(applied, dict.fromkeys(encoding.auxiliary, 0))
    assert found.exact == pytest.approx(encoding.success_probability(vector), abs=1e-12)
    assert found.exact < 0.0013
    assert found.successes[found.best] > 0.999
    assert found.expected_queries[found.cheapest] < 40 < 800 <= found.repetitions + 1e-6


def test_an_interrupt_leaves_the_rounds_that_ran(monkeypatch):
    chance = States.chance

    def interrupted(self, power):
        if power == 2:
            raise KeyboardInterrupt
        return chance(self, power)

    monkeypatch.setattr(States, "chance", interrupted)
    found = qaimagic.amplitude_amplification(guess, SEARCH)
    assert len(found.successes) == 2
    assert not found.is_complete
    assert "Interrupted after 1 round." in found.text


def test_results_are_told_drawn_and_tabled():
    found = qaimagic.amplitude_amplification(guess, SEARCH)
    assert found.text == (
        "Amplitude amplification: success 0.0625 becomes 0.9613 after 3 rounds (formula 0.9613, "
        f"best 3), 7 queries a try, depth {found.depths[3]}. Until the first success 5.5 queries "
        "are expected with 2 rounds, 16 by repetition."
    )
    assert found.plot().text == repr(found) == found.text
    frame = found.to_frame()
    assert frame["rounds"].tolist() == [0, 1, 2, 3]
    assert frame["depth"].is_monotonic_increasing


def test_a_likely_outcome_needs_no_round():
    def likely():
        qml.RY(2.8, wires=0)

    found = qaimagic.amplitude_amplification(likely, 0)
    assert found.best == 0
    assert found.plot().svg


@pytest.mark.parametrize(
    ("call", "kind", "says"),
    [
        (lambda: qaimagic.amplitude_amplification(guess, 5), ValueError, "names wire 5"),
        (lambda: qaimagic.amplitude_amplification(guess, 0, rounds=-1), ValueError, "at least 0"),
        (lambda: qaimagic.amplitude_amplification(guess, 0, shots=0), ValueError, "at least 1"),
        (lambda: qaimagic.amplitude_amplification("coin", 0), TypeError, "circuit body"),
        (
            lambda: qaimagic.amplitude_amplification(guess, 0, device="qiskit.basicsim"),
            ValueError,
            "`shots` must be given",
        ),
    ],
)
def test_bad_input_is_refused(call, kind, says):
    with pytest.raises(kind, match=says):
        call()


def test_what_is_impossible_cannot_be_amplified():
    def still():
        qml.RZ(1.0, wires=0)

    with pytest.raises(ValueError, match="`good` must be a possible outcome"):
        qaimagic.amplitude_amplification(still, 0)


def test_circuits_whose_probability_is_unknown_are_refused():
    def wide():
        for wire in range(17):
            qml.Hadamard(wire)

    with pytest.raises(ValueError, match="`circuit` must have 16 wires at most"):
        qaimagic.amplitude_amplification(wide, 0)
