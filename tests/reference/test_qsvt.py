"""Published numbers that singular value transformation reproduces.

Sources: Grover's success probability, sin^2((2k + 1) asin(2^(-n/2))), is a Chebyshev polynomial of
degree 2k + 1 (Martyn et al., PRX Quantum 2 (2021) 040203, arXiv:2105.02859). The evolution under
alpha XX + beta ZZ is from the coding challenges of XanaduAI/qhack_2023 (fall_of_sqynet_100). The
systems are those of qiskit-community/qiskit-textbook (ch-applications/hhl_tutorial.ipynb) and of
PennyLane's tutorial_vqls (Bravo-Prieto et al., arXiv:1909.05820).
"""

import numpy as np
import pennylane as qml
import pytest

import qaimagic
from qaimagic import polynomials


@pytest.mark.parametrize(
    ("n", "k", "probability"),
    [(3, 2, 0.9453125), (4, 3, 0.9613189697265625), (5, 4, 0.9991823155432941)],
)
def test_grovers_search_is_a_chebyshev_polynomial(n, k, probability):
    amplitude = 2 ** (-n / 2)
    overlap = np.diag([amplitude, 1.0])
    search = polynomials.chebyshev([0] * (2 * k + 1) + [1])
    result = qaimagic.qsvt(overlap, search, vector=[1, 0])
    assert result.kept.success == pytest.approx(probability, abs=1e-10)
    assert result.degree == 2 * k + 1


@pytest.mark.parametrize(
    ("alpha", "beta", "time", "probability"),
    [
        (0.5, 0.8, 0.2, 0.99003329),
        (0.9, 1.0, 0.4, 0.87590286),
        (1.2, 1.4, 0.8, 0.32892517),
        (0.5, 0.5, 0.7, 0.88242109),
    ],
)
def test_evolution_under_two_words(alpha, beta, time, probability):
    hamiltonian = alpha * (qml.X(0) @ qml.X(1)) + beta * (qml.Z(0) @ qml.Z(1))
    encoding = qaimagic.block_encode(hamiltonian)
    evolution = polynomials.evolution(encoding.alpha * time, 1e-10)
    result = qaimagic.qsvt(encoding, evolution, vector=[1, 0, 0, 0])
    assert result.kept.probabilities[0] == pytest.approx(probability, abs=1e-7)


@pytest.mark.parametrize(
    ("vector", "solution"), [([1, 0], [1.125, 0.375]), ([0, 1], [0.375, 1.125])]
)
def test_the_system_of_the_hhl_tutorial(vector, solution):
    found = qaimagic.qsvt_solve([[1, -1 / 3], [-1 / 3, 1]], vector, epsilon=1e-7)
    np.testing.assert_allclose(found.solution, solution, atol=1e-6)
    assert found.norm == pytest.approx(1.1858541225631423, abs=1e-6)


def test_the_system_of_the_vqls_tutorial():
    words = qml.I(0) + 0.2 * (qml.X(0) @ qml.Z(1)) + 0.2 * qml.X(0)
    matrix = qml.matrix(words, wire_order=[0, 1, 2])
    found = qaimagic.qsvt_solve(matrix, np.ones(8) / np.sqrt(8), epsilon=1e-7)
    low, high = 0.08445946, 0.16554054
    np.testing.assert_allclose(found.probabilities, [low, low, high, high] * 2, atol=1e-6)
    assert found.condition == pytest.approx(2.3333333333333335)
