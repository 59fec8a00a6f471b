"""Quantum-enhanced Markov chains: the published scaling of spectral gaps, on random models.

Layden et al., Nature 619 (2023) 282, arXiv:2203.12497: fully connected, fields and couplings from
the normal distribution. The mean gap falls as 2^(-kn), and k is several times smaller for quantum
proposals than for classical ones.
"""

import numpy as np
import pytest

from qaimagic.devices.annealers.exact import terms_of
from qaimagic.devices.annealers.spectrum import spectrum
from qaimagic.subroutines.mcmc.proposals import Proposal
from qaimagic.subroutines.mcmc.transitions import Transitions
from tests.devices.annealers.models import random_ising

SIZES = (4, 5, 6)
MODELS = 40


@pytest.fixture(scope="module")
def gaps():
    """Spectral gaps at T = 1, of each proposal, shape (sizes, models)."""
    found = {"quantum": [], "uniform": []}
    for n in SIZES:
        levels = []
        for seed in range(MODELS):
            bqm = random_ising(n, seed=1000 * n + seed)
            levels.append(spectrum(terms_of(bqm, list(bqm.variables)), [True] * n))
        for name, rows in found.items():
            rows.append([_gap(name, energies) for energies in levels])
    return {name: np.array(rows) for name, rows in found.items()}


def _gap(name, energies):
    return Transitions(energies, Proposal(name, energies).probabilities, 1.0).spectral_gap


def _exponent(rows):
    """Return k and its standard error, by the bootstrap over models."""
    rng = np.random.default_rng(0)
    fits = []
    for _ in range(200):
        means = [rng.choice(row, len(row)).mean() for row in rows]
        fits.append(-np.polyfit(SIZES, np.log2(means), 1)[0])
    return np.mean(fits), np.std(fits)


def test_the_exponent_is_several_times_smaller(gaps):
    quantum, its_error = _exponent(gaps["quantum"])
    uniform, other_error = _exponent(gaps["uniform"])
    ratio = uniform / quantum
    error = ratio * np.hypot(its_error / quantum, other_error / uniform)
    assert its_error < 0.1
    assert abs(uniform - 1) < 3 * other_error + 0.1
    assert ratio - 2 * error > 1.5
    assert 2.4 - 2 * error < ratio < 3.6 + 2 * error
