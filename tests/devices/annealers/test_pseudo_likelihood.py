"""Temperatures by pseudo-likelihood, beside closed forms and those of maximum likelihood."""

import math

import numpy as np
import pytest

from qaimagic.devices.annealers.pseudo_likelihood import pseudo_fitted
from qaimagic.devices.annealers.spectrum import spectrum
from qaimagic.devices.annealers.thermal import Levels, boltzmann, fitted


@pytest.mark.parametrize("temperature", [0.3, 1.0, 7.0])
def test_free_spins_have_a_closed_form(temperature):
    """A spin in a field lies along it with a chance that tells 1/T: log-odds over the gap."""
    share = 1 / (1 + math.exp(-2 / temperature))
    gaps, counts = (
        np.array([[2.0], [-2.0]]),
        np.array([round(1e6 * share), round(1e6 * (1 - share))]),
    )
    found = pseudo_fitted(gaps, counts)
    assert found.value == pytest.approx(temperature, rel=1e-3)
    odds = math.log(counts[0] / counts[1])
    assert found.value == pytest.approx(2 / odds, rel=1e-9)


def test_counts_are_repeated_rows():
    gaps = np.random.default_rng(0).normal(0.5, 1.0, (20, 3))
    counts = np.arange(1, 21)
    whole = pseudo_fitted(np.repeat(gaps, counts, axis=0))
    brief = pseudo_fitted(gaps, counts)
    assert brief.value == pytest.approx(whole.value)
    assert brief.standard_error == pytest.approx(whole.standard_error)


def test_a_single_spin_has_the_error_of_maximum_likelihood():
    levels = Levels.of(np.array([-1.0, 1.0]))
    counts = np.array([800, 200])
    exact = fitted(levels, np.array([-1.0, 1.0]), counts)
    pseudo = pseudo_fitted(np.array([[2.0], [-2.0]]), counts)
    assert pseudo.value == pytest.approx(exact.value)
    assert pseudo.standard_error == pytest.approx(exact.standard_error)


def test_the_error_is_the_scatter_between_repetitions():
    """Three coupled spins, whose conditional likelihoods are not independent of each other."""
    terms, rng = {(0, 1): -1.0, (1, 2): 0.7, (0,): 0.3}, np.random.default_rng(2)
    energies = spectrum(terms, [True] * 3)
    numbers = np.arange(8)
    gaps = np.stack([energies[numbers ^ bit] - energies for bit in (4, 2, 1)], axis=1)
    found = [
        pseudo_fitted(gaps, rng.multinomial(2000, boltzmann(energies, 1.3))) for _ in range(200)
    ]
    values = np.array([each.value for each in found])
    told = np.mean([each.standard_error for each in found])
    assert values.std(ddof=1) == pytest.approx(told, rel=0.2)
    assert abs(values.mean() - 1.3) < 4 * told / math.sqrt(200) + told**2


def test_the_ends_are_zero_and_infinity():
    assert pseudo_fitted(np.array([[1.0, 2.0]])).value == 0
    assert pseudo_fitted(np.array([[1.0], [-1.0]])).value == math.inf
    assert str(pseudo_fitted(np.array([[1.0]]))) == "0"
