"""Autocorrelation times against processes that have known ones."""

import numpy as np
import pytest

from qaimagic.subroutines.mcmc.autocorrelation import autocorrelation


def autoregressive(share, chains, steps, seed):
    """x' = share x + noise, in equilibrium: rho(t) = share^t."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=chains)
    rows = []
    for _ in range(steps):
        x = share * x + np.sqrt(1 - share**2) * rng.normal(size=chains)
        rows.append(x)
    return np.array(rows).T


@pytest.mark.parametrize("share", [0.0, 0.5, 0.9, -0.5, -0.9])
@pytest.mark.parametrize("shape", [(100, 500), (1, 20_000)])
def test_autoregression(share, shape):
    found = autocorrelation(autoregressive(share, *shape, seed=1))
    exact = (1 + share) / (1 - share)
    assert abs(found.time - exact) < 4 * found.standard_error + 0.01 * exact
    assert found.standard_error < 0.2 * max(1, exact)
    assert found.effective_samples == pytest.approx(shape[0] * shape[1] / found.time)


def test_the_error_is_the_scatter_between_repetitions():
    found = [autocorrelation(autoregressive(0.8, 20, 500, seed)) for seed in range(60)]
    times = np.array([each.time for each in found])
    told = np.mean([each.standard_error for each in found])
    assert times.std(ddof=1) == pytest.approx(told, rel=0.4)
    assert abs(times.mean() - 9) < 4 * told / np.sqrt(60) + 0.03 * 9


def test_two_states():
    rng = np.random.default_rng(0)
    moves = rng.random((50, 2000)) < 0.1
    values = (-1.0) ** (np.cumsum(moves, axis=1) + rng.integers(2, size=(50, 1)))
    found = autocorrelation(values)
    assert abs(found.time - 9) < 4 * found.standard_error


def test_the_mean_is_as_uncertain_as_it_says():
    values = autoregressive(0.8, 2000, 200, seed=3)
    found = autocorrelation(values)
    each = values.var() / (200 / found.time)
    assert values.mean(axis=1).var() == pytest.approx(each, rel=0.15)


def test_chains_that_cannot_tell_say_so():
    short = autocorrelation(autoregressive(0.99, 10, 50, seed=0))
    assert short.standard_error == np.inf
    assert np.isnan(short.effective_samples)
    still = autocorrelation(np.full((3, 10), 0.1))
    assert np.isnan(still.time)
    assert np.isnan(still.effective_samples)
    stuck = autocorrelation(np.repeat([[1.0], [2.0]], 20, axis=1))
    assert stuck.standard_error == np.inf
    assert autocorrelation(np.array([[1.0], [2.0]])).standard_error == np.inf
