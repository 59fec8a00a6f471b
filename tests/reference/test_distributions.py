"""Bars and stripes, and how far a uniform distribution is from them.

Patterns: Benedetti et al., npj Quantum Information 5 (2019) 45, arXiv:1801.07686; the numbers
follow from counting.
"""

import math

import numpy as np
import pytest

from qaimagic.distributions import bars_and_stripes, empirical, kl_divergence, mmd


def uniform(n):
    return np.full(2**n, 2.0**-n)


@pytest.mark.parametrize(("rows", "columns", "count"), [(2, 2, 6), (3, 3, 14), (4, 4, 30)])
def test_there_are_as_many_bars_and_stripes_as_published(rows, columns, count):
    assert bars_and_stripes(rows, columns).shape == (count, rows * columns)


def test_bars_and_stripes_have_the_entropy_of_equal_chances():
    p = empirical(bars_and_stripes(2, 2))

    assert -sum(each * math.log(each) for each in p if each) == pytest.approx(1.791759469228055)


@pytest.mark.parametrize(("rows", "expected"), [(2, 0.9808292530117262), (3, 3.5992672954242493)])
def test_a_uniform_model_has_the_published_divergence(rows, expected):
    assert kl_divergence(bars_and_stripes(rows), uniform(rows**2)) == pytest.approx(
        expected, abs=1e-9
    )


def test_a_uniform_model_has_the_published_discrepancy():
    assert mmd(bars_and_stripes(2), uniform(4)) == pytest.approx(0.01814705738021869, abs=1e-9)
