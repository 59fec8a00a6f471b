"""How far samples are from their distribution by chance: by hand, in closed form, and by trying."""

import numpy as np
import pytest

from qaimagic.subroutines.distributions.noise import expected_total_variation, noise_of

RNG = np.random.default_rng(4)
DISTRIBUTIONS = {
    "coin": np.array([0.5, 0.5]),
    "biased": np.array([0.9, 0.1]),
    "with a hole": np.array([0.25, 0.0, 0.75]),
    "certain": np.array([1.0, 0.0]),
    "many": RNG.dirichlet(np.full(64, 0.3)),
}


def tried(p, n, times=4000):
    counts = np.random.default_rng(1).multinomial(n, p, size=times)
    distances = 0.5 * np.abs(counts / n - p).sum(axis=1)
    return distances.mean(), distances.std()


@pytest.mark.parametrize("name", DISTRIBUTIONS)
@pytest.mark.parametrize("n", [1, 10, 300])
def test_the_expected_distance_is_that_of_many_tries(name, n):
    p = DISTRIBUTIONS[name]
    mean, spread = tried(p, n)
    found = expected_total_variation(p, n)
    assert found == pytest.approx(mean, abs=4 * spread / np.sqrt(4000) + 1e-12)


def test_two_tosses_by_hand():
    """Two tosses of a coin: half of the time both fall alike, at 1/2 from it, else at 0."""
    assert expected_total_variation(np.array([0.5, 0.5]), 2) == pytest.approx(0.25)


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_the_spread_is_that_of_many_tries(name):
    p = DISTRIBUTIONS[name]
    mean, spread = tried(p, 200)
    found = noise_of(p, 200)
    assert found.mean == expected_total_variation(p, 200)
    assert found.spread == pytest.approx(spread, rel=0.3, abs=1e-12)
    assert found.most == found.mean + 3 * found.spread
    assert mean <= found.most
