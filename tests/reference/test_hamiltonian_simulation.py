"""Published evolutions that Hamiltonian simulation reproduces.

Source: XanaduAI/qhack_2023_coding_challenges, fall_of_sqynet_100 (the state 00 under
alpha XX + beta ZZ, whose words commute: one Trotter step is exact, and the probability of 00 is
cos^2(alpha t)). Bounds of product formulas: Childs et al., arXiv:1912.08854; of qDRIFT: Campbell,
arXiv:1811.08017.
"""

import numpy as np
import pennylane as qml
import pytest

import qaimagic

CASES = [
    (0.5, 0.8, 0.2, 1, 0.99003329),
    (0.9, 1.0, 0.4, 2, 0.87590286),
    (1.2, 1.4, 0.8, 3, 0.32892517),
    (0.5, 0.5, 0.7, 2, 0.88242109),
]


@pytest.mark.parametrize("method", ["trotter-1", "trotter-2", "trotter-4"])
@pytest.mark.parametrize(("alpha", "beta", "time", "depth", "expected"), CASES)
def test_the_probability_of_00_after_trotter_steps(method, alpha, beta, time, depth, expected):
    operator = alpha * qml.X(0) @ qml.X(1) + beta * qml.Z(0) @ qml.Z(1)
    result = qaimagic.hamiltonian_simulation(operator, time, method=method, steps=depth)
    assert result.probabilities[0] == pytest.approx(expected, abs=1e-7)
    assert result.operator_error < 1e-12


@pytest.mark.parametrize(("alpha", "beta", "time", "depth", "expected"), CASES)
def test_the_same_by_qsvt(alpha, beta, time, depth, expected):
    operator = alpha * qml.X(0) @ qml.X(1) + beta * qml.Z(0) @ qml.Z(1)
    result = qaimagic.hamiltonian_simulation(operator, time, method="qsvt", epsilon=1e-8)
    assert result.probabilities[0] == pytest.approx(expected, abs=1e-7)
    angle = min((alpha + beta) * time, np.pi / 2)
    assert result.success == pytest.approx(1 / (1 + np.sin(angle)) ** 2, abs=1e-6)
    assert result.amplified_success == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(("alpha", "beta", "time", "depth", "expected"), CASES)
def test_the_mean_of_qdrift_s_draws(alpha, beta, time, depth, expected):
    operator = alpha * qml.X(0) @ qml.X(1) + beta * qml.Z(0) @ qml.Z(1)
    result = qaimagic.hamiltonian_simulation(
        operator, time, method="qdrift", steps=400, draws=400, seed=1
    )
    room = 4.5 * result.standard_errors[0] + result.trace_distance
    assert abs(result.probabilities[0] - expected) < room
    assert result.trace_distance <= result.bound
