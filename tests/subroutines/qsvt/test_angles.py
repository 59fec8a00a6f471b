import numpy as np
import pennylane as qml
import pytest
from numpy.polynomial import chebyshev

from qaimagic import polynomials
from qaimagic.subroutines.qsvt.angles import symmetric_angles

X = np.linspace(-1, 1, 401)


def signal_values(angles, x):
    """The corner of the product of signals and phases, by matrices."""
    sines = 1j * np.sqrt(1 - x**2)
    signal = np.moveaxis(np.array([[x, sines], [sines, x]]), -1, 0)
    whole = np.diag(np.exp([1j * angles[0], -1j * angles[0]])) * np.ones((len(x), 1, 1))
    for angle in angles[1:]:
        whole = whole @ signal * np.exp([1j * angle, -1j * angle])
    return whole[:, 0, 0]


def random_polynomial(degree, bound, seed):
    """Chebyshev coefficients of definite parity whose largest value is the bound."""
    numbers = np.random.default_rng(seed).normal(size=degree + 1) / np.arange(1, degree + 2)
    numbers[(degree + 1) % 2 :: 2] = 0.0
    fine = np.cos(np.linspace(0, np.pi, 50 * (degree + 1)))
    return numbers * bound / abs(chebyshev.chebval(fine, numbers)).max()


@pytest.mark.parametrize("degree", [0, 1, 2, 3, 10, 41, 200, 601])
@pytest.mark.parametrize("bound", [0.3, 0.999])
def test_they_reproduce_the_polynomial(degree, bound):
    numbers = random_polynomial(degree, bound, degree)
    angles = symmetric_angles(numbers)
    assert len(angles) == degree + 1
    np.testing.assert_allclose(angles, angles[::-1], atol=0)
    made = signal_values(angles, X).imag
    np.testing.assert_allclose(made, chebyshev.chebval(X, numbers), atol=2e-12)


@pytest.mark.parametrize("degree", [1, 2, 7, 50])
def test_a_polynomial_that_reaches_one_has_angles(degree):
    numbers = np.eye(degree + 1)[degree]
    made = signal_values(symmetric_angles(numbers), X).imag
    np.testing.assert_allclose(made, chebyshev.chebval(X, numbers), atol=1e-11)


@pytest.mark.parametrize(
    "polynomial",
    [
        polynomials.inverse(100, 1e-3),
        polynomials.sign(0.01, 1e-3),
        polynomials.cosine(500.0, 1e-10),
        polynomials.threshold(0.3, 0.02, 1e-3),
    ],
)
def test_degrees_of_hundreds_and_more_are_solved_to_rounding(polynomial):
    assert polynomial.degree > 500
    [angles] = polynomial.angles
    made = signal_values(angles, X).imag
    np.testing.assert_allclose(made, polynomial(X), atol=1e-11)


def test_pennylanes_angles_make_the_same_polynomial():
    numbers = random_polynomial(9, 0.7, 3)
    theirs = qml.poly_to_angles(chebyshev.cheb2poly(numbers), "QSVT")
    x = 0.37
    block = qml.BlockEncode(np.array([[x]]), wires=[0])
    shifts = [qml.PCPhase(angle, dim=1, wires=[0]) for angle in theirs]
    by_pennylane = qml.matrix(qml.QSVT(block, shifts), wire_order=[0])[0, 0].real
    ours = signal_values(symmetric_angles(numbers), np.array([x])).imag[0]
    assert by_pennylane == pytest.approx(ours, abs=1e-6)


def test_what_has_no_angles_is_told():
    with pytest.raises(ArithmeticError, match="degree 3 did not converge"):
        symmetric_angles(np.array([0.0, 0.9, 0.0, 0.9]))
