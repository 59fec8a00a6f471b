"""Functions of spins as polynomials."""

import itertools
from math import comb

import numpy as np
import pytest

from qaimagic.subroutines.binary_network.expansion import loss_terms, settings, walsh


def test_settings_stand_in_the_order_of_product():
    assert settings(3).tolist() == [list(row) for row in itertools.product((1, -1), repeat=3)]


@pytest.mark.parametrize("n", [1, 2, 4])
def test_coefficients_are_averages_against_products(n):
    values = np.random.default_rng(n).normal(size=(3, 2**n))
    rows = settings(n)
    for k, chosen in enumerate(itertools.product((0, 1), repeat=n)):
        product = np.prod(rows[:, np.flatnonzero(chosen)], axis=1)
        assert walsh(values)[:, k] == pytest.approx((values * product).mean(axis=1))


def test_parsevals_identity_and_the_function_comes_back():
    values = np.random.default_rng(0).normal(size=(2, 16))
    coefficients = walsh(values)
    assert (coefficients**2).sum(axis=1) == pytest.approx((values**2).mean(axis=1))
    assert 16 * walsh(coefficients) == pytest.approx(values)


def test_the_majority_of_three():
    """(a + b + c - a b c) / 2: O'Donnell (2014), 1.1, doi:10.1017/CBO9781139814782."""
    majority = walsh(np.sign(settings(3).sum(axis=1))[None])[0]
    assert majority.tolist() == [0, 0.5, 0.5, 0, 0.5, 0, 0, -0.5]


def test_one_unit_with_one_weight_by_hand():
    """(w sign(x) - y)^2 over x = 1, y = 1 and x = -1, y = 1: 2 - 2 w (1 - 1) / 2 = 2."""
    answers = np.array([[1.0, -1.0], [-1.0, 1.0]])
    assert loss_terms(answers, np.array([1.0, 1.0]), 1, has_bias=False) == {(): 2.0}
    assert loss_terms(answers, np.array([1.0, -1.0]), 1, has_bias=False) == {(): 2.0, (0,): -2.0}


@pytest.mark.parametrize(("n", "n_hidden"), [(3, 3), (4, 2), (5, 2)])
def test_the_number_of_terms_is_the_one_that_is_stated(n, n_hidden):
    """For inputs in general position nearly all of those that there may be are there."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, n))
    answers = np.where(X @ settings(n).T >= 0, 1.0, -1.0)
    y = rng.choice([-1.0, 1.0], 200)
    terms = loss_terms(answers, y, n_hidden, has_bias=True)
    most = 2 + n_hidden * 2**n + comb(n_hidden, 2) * 4 ** (n - 1)
    assert 0.9 * most <= len(terms) <= most
    assert max(map(len, terms)) <= 2 * n
