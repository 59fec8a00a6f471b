import numpy as np
import pennylane as qml
import pytest
from scipy.linalg import expm

import qaimagic
from qaimagic.bridge.unitaries import unitary_of
from qaimagic.subroutines.hamiltonian_simulation.formulas import gates_of
from qaimagic.subroutines.hamiltonian_simulation.qdrift import (
    channel,
    draw_words,
    drawn_states,
    exponentials_of,
    trace_distance,
)
from qaimagic.subroutines.hamiltonian_simulation.terms import read_terms

OPERATOR = qml.sum(
    qml.Z(0) @ qml.Z(1), qml.s_prod(-0.7, qml.Y(1) @ qml.X(2)), 0.4 * qml.X(0), 0.5 * qml.I(0)
)
START = np.array([0.6, 0, 0.8j, 0, 0, 0, 0, 0])


def test_the_channel_is_the_sum_over_its_words():
    terms = read_terms(OPERATOR)
    rho = np.outer(START, START.conj())
    angle = terms.reach * 0.9 / 4
    for _ in range(4):
        mixed = np.zeros((8, 8), complex)
        for word, factor in zip(terms.words, terms.factors, strict=True):
            turn = expm(-1j * angle * np.sign(factor) * word.to_mat(wire_order=range(3)))
            mixed += abs(factor) / terms.reach * turn @ rho @ turn.conj().T
        rho = mixed
    assert np.allclose(channel(terms, START, 0.9, 4), rho, atol=1e-12)


def test_draws_side_by_side_are_the_circuits_of_the_engine():
    terms = read_terms(OPERATOR)
    drawn = draw_words(terms, 6, 3, np.random.default_rng(0))
    states = drawn_states(terms, START, 0.9, drawn)
    for words, state in zip(drawn, states, strict=True):
        matrix = unitary_of(gates_of(terms, exponentials_of(terms, words), 0.9), range(3))
        assert np.allclose(state, np.exp(-0.45j) * matrix @ START, atol=1e-12)


def test_the_mean_of_draws_is_unbiased():
    result = qaimagic.hamiltonian_simulation(
        OPERATOR, 0.9, method="qdrift", steps=8, draws=2000, state=START, seed=5
    )
    mixed = channel(read_terms(OPERATOR), START, 0.9, 8).diagonal().real
    assert np.all(abs(result.probabilities - mixed) <= 4.5 * result.standard_errors + 1e-12)
    assert result.standard_errors.max() < 0.01
    exact = result.exact_state
    expected = 1 - np.vdot(exact, channel(read_terms(OPERATOR), START, 0.9, 8) @ exact).real
    assert abs(result.infidelity - expected) < 4.5 * result.infidelity_error


def test_shots_are_dealt_among_draws_without_bias():
    result = qaimagic.hamiltonian_simulation(
        OPERATOR, 0.9, method="qdrift", steps=8, draws=500, shots=5000, state=START, seed=2
    )
    mixed = channel(read_terms(OPERATOR), START, 0.9, 8).diagonal().real
    assert np.all(abs(result.probabilities - mixed) <= 4.5 * result.standard_errors + 2e-3)
    assert result.infidelity is None


@pytest.mark.parametrize("steps", [20, 80, 320])
def test_the_channel_stays_within_its_bound(steps):
    result = qaimagic.hamiltonian_simulation(
        OPERATOR, 0.9, method="qdrift", steps=steps, draws=2, state=START
    )
    assert 0 < result.trace_distance <= result.bound
    angle = 0.9 * result.reach
    assert result.bound == pytest.approx(2 * angle**2 / steps * np.exp(2 * angle / steps))
    assert result.trace_distance == pytest.approx(
        trace_distance(channel(read_terms(OPERATOR), START, 0.9, steps), result.exact_state)
    )


def test_an_interrupt_leaves_the_mean_of_the_draws_that_ran(monkeypatch):
    from qaimagic.subroutines.hamiltonian_simulation import running

    keep, calls = running.keep, []

    def interrupted(*args, **kwargs):
        if len(calls) == 3:
            raise KeyboardInterrupt
        calls.append(1)
        return keep(*args, **kwargs)

    monkeypatch.setattr(running, "keep", interrupted)
    result = qaimagic.hamiltonian_simulation(
        OPERATOR, 0.5, method="qdrift", steps=3, device="default.qubit"
    )
    assert (result.circuits, result.is_complete) == (3, False)
    assert "Interrupted" in result.text


def test_shots_that_cannot_be_dealt_evenly_are_not_counted():
    result = qaimagic.hamiltonian_simulation(
        OPERATOR, 0.5, method="qdrift", steps=3, draws=3, shots=100
    )
    assert result.shots == 99
