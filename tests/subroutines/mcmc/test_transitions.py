"""Exact transition matrices: detailed balance, gaps and autocorrelation by brute force."""

import itertools

import numpy as np
import pytest

from qaimagic.devices.annealers.spectrum import spectrum
from qaimagic.subroutines.mcmc.proposals import NAMES, Proposal
from qaimagic.subroutines.mcmc.transitions import Transitions


def random_energies(n, seed=0):
    rng = np.random.default_rng(seed)
    terms = {(i,): rng.normal() for i in range(n)}
    terms |= {pair: rng.normal() for pair in itertools.combinations(range(n), 2)}
    return spectrum(terms, [True] * n)


def transitions(name, energies, temperature):
    return Transitions(energies, Proposal(name, energies).probabilities, temperature)


def brute_force(Q, energies, temperature):
    """Metropolis's rule, element by element."""
    size = len(energies)
    P = np.zeros((size, size))
    for i, j in itertools.permutations(range(size), 2):
        P[i, j] = Q[i, j] * min(1.0, np.exp(-(energies[j] - energies[i]) / temperature))
    for i in range(size):
        P[i, i] = 1 - P[i].sum()
    return P


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("temperature", [0.2, 1.0, 5.0])
def test_the_matrix_is_metropolis_rule(name, temperature):
    energies = random_energies(4)
    found = transitions(name, energies, temperature)
    P = brute_force(found.proposals, energies, temperature)
    assert found.matrix == pytest.approx(P, abs=1e-14)
    values = np.sort(np.abs(np.linalg.eigvals(P)))
    assert found.spectral_gap == pytest.approx(1 - values[-2], abs=1e-9)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("temperature", [0.05, 1.0, 50.0])
def test_detailed_balance_and_what_stays(name, temperature):
    found = transitions(name, random_energies(6), temperature)
    p, P = found.probabilities, found.matrix
    weights = np.exp(-(found.energies - found.energies.min()) / temperature)
    assert p == pytest.approx(weights / weights.sum())
    assert found.imbalance < 1e-15
    assert p @ P == pytest.approx(p, abs=1e-14)
    assert P.min() >= -1e-15


def test_imbalance_shows_where_proposals_lean():
    energies = random_energies(3)
    leaning = np.random.default_rng(0).dirichlet(np.ones(8), size=8)
    assert Transitions(energies, leaning, 1.0).imbalance > 1e-3


def test_gaps_in_closed_form():
    flat = np.zeros(8)
    assert transitions("uniform", flat, 1.0).spectral_gap == pytest.approx(1)
    assert transitions("local", flat, 1.0).spectral_gap == pytest.approx(0, abs=1e-12)
    two = transitions("uniform", np.array([0.0, 1.0]), 0.5)
    assert two.spectral_gap == pytest.approx(0.5 + 0.5 * np.exp(-2))


@pytest.mark.parametrize("name", NAMES)
def test_autocorrelation_times_are_sums_over_the_matrix(name):
    energies = random_energies(4, seed=1)
    found = transitions(name, energies, 2.0)
    p, about = found.probabilities, energies - found.probabilities @ energies
    moved, total = about, 0.0
    for _ in range(5000):
        moved = found.matrix @ moved
        total += p @ (about * moved)
    expected = 1 + 2 * total / (p @ about**2)
    assert found.autocorrelation_time(energies) == pytest.approx(expected)


def test_autocorrelation_times_at_the_ends():
    energies = random_energies(4)
    uniform = transitions("uniform", energies, 1e12)
    assert uniform.autocorrelation_time(energies) == pytest.approx(1)
    assert np.isnan(uniform.autocorrelation_time(np.full(16, 0.1)))
    frozen = transitions("quantum", energies, 1e-300)
    assert np.isnan(frozen.autocorrelation_time(energies))
    stuck = Transitions(energies, np.eye(16), 1.0)
    assert stuck.autocorrelation_time(energies) == np.inf
    assert stuck.spectral_gap < 1e-12


@pytest.mark.parametrize("name", NAMES)
def test_acceptance_is_a_sum_over_all_proposals(name):
    energies = random_energies(3)
    found = transitions(name, energies, 0.8)
    expected = sum(
        found.probabilities[i] * found.proposals[i, j] * min(1, np.exp((a - b) / 0.8))
        for i, a in enumerate(energies)
        for j, b in enumerate(energies)
    )
    assert found.acceptance_rate == pytest.approx(expected)


def test_distances_fall_as_the_gap_says():
    found = transitions("quantum", random_energies(5), 1.0)
    far = list(itertools.islice(found.distances(), 301))
    assert far[0] == pytest.approx(0.5 * np.abs(1 / 32 - found.probabilities).sum())
    assert all(b <= a + 1e-15 for a, b in itertools.pairwise(far))
    assert list(itertools.islice(found.distances(every=7), 5)) == pytest.approx(far[:35:7])
    late = np.array(far[60:90])
    assert (late[1:] / late[:-1]).max() == pytest.approx(1 - found.spectral_gap, rel=1e-3)


def test_another_temperature_needs_no_new_proposals():
    found = transitions("quantum", random_energies(4), 1.0)
    cold = found.at(0.3)
    again = transitions("quantum", found.energies, 0.3)
    assert cold.proposals is found.proposals
    assert cold.spectral_gap == again.spectral_gap
    with pytest.raises(ValueError, match="`temperature` must be above 0"):
        found.at(0)


def test_energies_beyond_what_doubles_hold_in_exponents():
    found = transitions("local", 1e6 * random_energies(4), 1e-3)
    assert np.isfinite(found.matrix).all()
    assert found.probabilities.max() == 1
    assert 0 <= found.spectral_gap < 1e-9


def test_quantum_proposals_mix_fastest_at_low_temperature():
    """Five random models of 6 spins at T = 0.3: the mean logarithm of gaps, as in the paper."""
    gaps = {
        name: np.mean(
            [np.log(transitions(name, random_energies(6, s), 0.3).spectral_gap) for s in range(5)]
        )
        for name in NAMES
    }
    assert gaps["quantum"] > gaps["uniform"] + 0.5
    assert gaps["quantum"] > gaps["local"] + 1
