"""Systems of linear equations with published solutions.

Sources: the system of two unknowns is that of qiskit-community/qiskit-textbook,
ch-applications/hhl_tutorial.ipynb, and of Zaman et al., arXiv:2108.09004; the system of eight is
that of PennyLane's demonstration tutorial_vqls, after Bravo-Prieto et al., arXiv:1909.05820.
"""

import numpy as np
import pennylane as qml
import pytest

import qaimagic

A = [[1, -1 / 3], [-1 / 3, 1]]


def silent(event):
    del event


@pytest.fixture(params=["hhl", "vqls"])
def solve(request):
    if request.param == "hhl":
        return qaimagic.hhl
    return lambda matrix, vector: qaimagic.vqls(matrix, vector, live=silent)


def test_two_unknowns(solve):
    found = solve(A, [1, 0])
    np.testing.assert_allclose(found.solution, [1.125, 0.375], atol=1e-6)
    assert found.norm == pytest.approx(1.1858541225631423, abs=1e-6)
    assert found.norm**2 == pytest.approx(1.40625, abs=1e-6)
    assert found.condition == pytest.approx(2.0)


def test_the_other_right_side(solve):
    found = solve(A, [0, 1])
    np.testing.assert_allclose(found.solution, [0.375, 1.125], atol=1e-6)
    assert found.probabilities[1] / found.probabilities[0] == pytest.approx(9.0, abs=1e-4)


def test_their_average_and_a_functional(solve):
    found = solve(A, [1, 0])
    average = found.expectation(np.ones((2, 2)) / 4)
    assert np.sqrt(average.value) == pytest.approx(0.75, abs=1e-6)
    functional = found.expectation([[1, 0.5], [0.5, 1]])
    assert functional.value == pytest.approx(1.828125, abs=1e-5)
    assert functional.exact == pytest.approx(1.828125)


def test_the_success_probability_of_two_unknowns():
    """The eigenvalues are 2/3 and 4/3, C is 2/3, and b is half in each eigenvector."""
    assert qaimagic.hhl(A, [1, 0]).success == pytest.approx((1 + 1 / 4) / 2)


@pytest.mark.parametrize("form", ["matrix", "operator"])
def test_the_demonstration_of_vqls(form):
    operator = 1.0 * qml.I(2) + 0.2 * (qml.X(0) @ qml.Z(1)) + 0.2 * qml.X(0)
    matrix = operator if form == "operator" else qml.matrix(operator, wire_order=[0, 1, 2])
    found = qaimagic.vqls(matrix, np.ones(8) / np.sqrt(8), live=silent)
    low, high = 0.08445946, 0.16554054
    published = [low, low, high, high, low, low, high, high]
    np.testing.assert_allclose(found.probabilities, published, atol=1e-6)
    assert found.condition == pytest.approx(7 / 3)


def test_the_demonstration_by_hhl():
    operator = 1.0 * qml.I(2) + 0.2 * (qml.X(0) @ qml.Z(1)) + 0.2 * qml.X(0)
    found = qaimagic.hhl(operator, np.ones(8))
    low, high = 0.08445946, 0.16554054
    np.testing.assert_allclose(
        found.probabilities, [low, low, high, high, low, low, high, high], atol=1e-6
    )
