import numpy as np
import pytest
from numpy.polynomial import chebyshev

from qaimagic import polynomials
from qaimagic.subroutines.qsvt.coefficients import largest

FINE = np.cos(np.linspace(0, np.pi, 20001))
EVERY = [
    polynomials.inverse(2, 1e-12),
    polynomials.inverse(8, 1e-4),
    polynomials.inverse(1.01, 1e-2),
    polynomials.sign(0.1, 1e-3),
    polynomials.sign(0.3, 1e-9),
    polynomials.threshold(0.5, 0.2, 1e-3),
    polynomials.threshold(0.3, 0.1, 1e-4, side="below"),
    polynomials.eigenstate_filter(0.1, 1e-3),
    polynomials.cosine(7.0, 1e-8),
    polynomials.cosine(1e-3, 1e-3),
    polynomials.sine(7.0, 1e-8),
    polynomials.evolution(7.0, 1e-8),
    polynomials.exponential(5.0, 1e-8),
    polynomials.exponential(500.0, 1e-3),
]


@pytest.mark.parametrize("polynomial", EVERY, ids=lambda polynomial: polynomial.text)
def test_it_stays_within_one_and_keeps_its_promise(polynomial):
    assert abs(polynomial(FINE)).max() <= 1 + 1e-12
    assert polynomial.bound == pytest.approx(abs(polynomial(FINE)).max(), abs=1e-6)
    assert 0 < polynomial.error <= polynomial.epsilon
    assert 0 < polynomial.scale <= 1
    assert polynomial.text.startswith(polynomial.name)
    assert abs(polynomial.coefficients[-1]) > 0


@pytest.mark.parametrize(
    ("polynomial", "function", "inside"),
    [
        (polynomials.inverse(8, 1e-4), lambda x: 1 / x, abs(FINE) >= 1 / 8),
        (polynomials.sign(0.1, 1e-3), np.sign, abs(FINE) >= 0.1),
        (polynomials.threshold(0.5, 0.2, 1e-3), lambda x: abs(x) > 0.5, abs(abs(FINE) - 0.5) > 0.1),
        (
            polynomials.threshold(0.5, 0.2, 1e-3, side="below"),
            lambda x: abs(x) < 0.5,
            abs(abs(FINE) - 0.5) > 0.1,
        ),
        (polynomials.eigenstate_filter(0.2, 1e-3), lambda x: 0 * x, abs(FINE) >= 0.2),
        (polynomials.cosine(20.0, 1e-6), lambda x: np.cos(20 * x), abs(FINE) >= 0),
        (polynomials.sine(20.0, 1e-6), lambda x: np.sin(20 * x), abs(FINE) >= 0),
        (polynomials.evolution(20.0, 1e-6), lambda x: np.exp(-20j * x), abs(FINE) >= 0),
        (polynomials.exponential(20.0, 1e-6), lambda x: np.exp(20 * (x - 1)), abs(FINE) >= 0),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_it_is_the_function_by_its_scale(polynomial, function, inside):
    x = FINE[inside]
    miss = abs(polynomial(x) / polynomial.scale - function(x)).max()
    assert miss <= polynomial.epsilon
    assert miss == pytest.approx(polynomial.error, rel=0.1)


def test_the_degree_of_the_inverse_grows_as_published():
    for condition in (5, 20, 80):
        for epsilon in (1e-2, 1e-5):
            degree = polynomials.inverse(condition, epsilon).degree
            assert degree == pytest.approx(condition * np.log(condition / epsilon), rel=0.05, abs=2)


def test_the_degree_of_waves_is_the_time_and_of_steps_the_inverse_gap():
    for time in (100.0, 200.0, 400.0):
        assert time < polynomials.cosine(time, 1e-6).degree < 1.5 * time
    wide, narrow = (polynomials.sign(gap, 1e-3).degree for gap in (0.1, 0.05))
    assert narrow == pytest.approx(2 * wide, rel=0.1)


@pytest.mark.parametrize(("condition", "epsilon"), [(3, 1e-2), (10, 1e-3), (40, 1e-4)])
def test_no_polynomial_of_its_degree_is_closer_to_the_inverse(condition, epsilon):
    """By Chebyshev's alternation: the error reaches its largest value once more than there are
    coefficients, with signs in turn.
    """
    best = polynomials.inverse(condition, epsilon)
    low = 1 / condition
    x = low + (1 - low) * (1 - np.cos(np.linspace(0, np.pi, 200 * best.degree))) / 2
    miss = best(x) / best.scale - 1 / x
    signs = np.sign(miss[abs(miss) > 0.99 * abs(miss).max()])
    alternations = 1 + int((signs[1:] != signs[:-1]).sum())
    assert alternations == (best.degree + 1) // 2 + 1


def test_parities():
    assert polynomials.cosine(1.0).parity == "even"
    assert polynomials.sign(0.2).parity == "odd"
    assert polynomials.evolution(1.0).parity == "mixed"
    assert [len(angles) for angles in polynomials.chebyshev([0.1, 0.2, 0.3]).angles] == [3, 2]


def test_ones_own_numbers_stay_as_they_are():
    own = polynomials.chebyshev([0.25, 0.0, 0.5])
    np.testing.assert_array_equal(own.coefficients, [0.25, 0, 0.5])
    assert (own.degree, own.scale, own.error) == (2, 1.0, 0.0)
    assert own.bound == pytest.approx(0.75)
    assert own(0.3) == pytest.approx(chebyshev.chebval(0.3, [0.25, 0, 0.5]))
    assert polynomials.chebyshev([0, 0.5, 0, 0]).degree == 1
    assert polynomials.chebyshev([1e-17, 0.5, -1e-18, 1e-17]).parity == "odd"
    assert polynomials.chebyshev([0.5, 0.5j]).parity == "mixed"


def test_the_largest_value_is_found_between_points_of_a_grid():
    for degree in (1, 5, 30, 301):
        assert largest(np.eye(degree + 1)[degree]) == pytest.approx(1, abs=1e-12)
    numbers = np.random.default_rng(1).normal(size=40)
    assert largest(numbers) == pytest.approx(abs(chebyshev.chebval(FINE, numbers)).max(), rel=1e-6)


@pytest.mark.parametrize(
    ("make", "kind", "says"),
    [
        (lambda: polynomials.chebyshev([0, 2]), ValueError, "it reaches 2. Divide by 2"),
        (lambda: polynomials.chebyshev([0.8, 0.4]), ValueError, "it reaches 1.2"),
        (lambda: polynomials.chebyshev([0, 0]), ValueError, "must not be zero"),
        (lambda: polynomials.chebyshev("x"), TypeError, "it is str"),
        (lambda: polynomials.chebyshev([0.2, 0, 0.2j]), ValueError, "real up to a phase"),
        (lambda: polynomials.inverse(1.0), ValueError, "must be above 1, but it is 1"),
        (lambda: polynomials.inverse("2"), TypeError, "condition"),
        (lambda: polynomials.inverse(10, 0), ValueError, "epsilon"),
        (lambda: polynomials.inverse(10, 1.0), ValueError, "must be below 1"),
        (lambda: polynomials.inverse(10, 1e-13), ValueError, "must be at least 1e-12"),
        (lambda: polynomials.inverse(1e4, 1e-3), ValueError, "degree 4,000 at most"),
        (lambda: polynomials.sign(1.0), ValueError, "must be below 1"),
        (lambda: polynomials.sign(1e-5), ValueError, "degree 4,000 at most"),
        (lambda: polynomials.eigenstate_filter(1e-4), ValueError, "degree 4,000 at most"),
        (lambda: polynomials.threshold(0.1, 0.3), ValueError, "must be below 0.2, with a cut"),
        (lambda: polynomials.threshold(0.9, 0.3), ValueError, "must be below 0.2, with a cut"),
        (lambda: polynomials.threshold(0.5, 0.1, side="abov"), ValueError, "mean `above`"),
        (lambda: polynomials.cosine(-1.0), ValueError, "time"),
        (lambda: polynomials.evolution(1e5), ValueError, "degree 4,000 at most"),
        (lambda: polynomials.exponential(0), ValueError, "beta"),
        (lambda: polynomials.sine(float("nan")), ValueError, "time"),
    ],
)
def test_what_makes_no_polynomial_is_refused(make, kind, says):
    with pytest.raises(kind, match=says):
        make()


def test_it_is_drawn_and_tabulated():
    pytest.importorskip("pandas")
    for polynomial in (polynomials.inverse(5), polynomials.evolution(3.0)):
        page = polynomial.plot().html()
        assert "target" in page
        assert polynomial.plot().text == repr(polynomial) == polynomial.text
        assert len(polynomial.to_frame()) == polynomial.degree + 1
