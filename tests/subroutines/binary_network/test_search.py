"""Searches by single flips, on polynomials of any order."""

import numpy as np
import pytest

from qaimagic import BinaryNetwork, anneal, spins
from qaimagic.devices.annealers.spectrum import spectrum
from qaimagic.subroutines.binary_network.search import anneal_spins, descend
from qaimagic.subroutines.energies.problem import read


def cubic():
    s = spins(8)
    rng = np.random.default_rng(2)
    triples = [rng.choice(8, 3, replace=False) for _ in range(14)]
    return read(sum(float(rng.normal()) * s[a] * s[b] * s[c] for a, b, c in triples) + s.sum())


def flipped(states):
    """Every state with each spin flipped, shape (m, n, n)."""
    return states[:, None] * (1 - 2 * np.eye(states.shape[1], dtype=np.int8))


def test_a_descent_ends_where_no_flip_goes_down():
    problem = cubic()
    found = descend(problem, 40, 0)
    energies = problem.energies(found.states)
    around = problem.energies(flipped(found.states).reshape(-1, 8)).reshape(40, 8)
    assert (around >= energies[:, None] - 1e-9).all()
    assert len(np.unique(energies.round(9))) > 1


def test_a_descent_counts_what_it_looks_at():
    """Two spins with fields: a read with k of them up goes down k times, and looks once more."""
    s = spins(2)
    found = descend(read(2.0 * s[0] + s[1]), 100, 0)
    assert (found.states == -1).all()
    starts = np.random.default_rng(0).choice(np.array([-1.0, 1.0]), (100, 2))
    assert found.evaluations == 100 + 2 * (100 + (starts > 0).sum())


def test_annealing_finds_the_ground_state_more_often_than_a_descent():
    problem = cubic()
    ground = spectrum(problem.terms, problem.spins).min()
    shares = []
    for search in (descend, anneal_spins):
        energies = problem.energies(search(problem, 200, 0).states)
        assert energies.min() == pytest.approx(ground)
        shares.append((energies <= ground + 1e-9).mean())
    assert shares[0] < shares[1]
    assert anneal(problem, device="anneal:exact", reads=1).energy == pytest.approx(ground)


def test_both_follow_from_their_seed():
    problem = cubic()
    for search in (descend, anneal_spins):
        first, again, other = (search(problem, 20, seed).states for seed in (3, 3, 4))
        assert (first == again).all()
        assert (first != other).any()


def test_reads_hot_enough_are_spread_evenly():
    """A single sweep at the end of a flat energy leaves spins as they came: about half up."""
    network = BinaryNetwork(1, 1, bias=False)
    flat = network.energy([[1.0], [-1.0]], [1, 1])
    assert flat.terms == {(): 2.0}
    found = anneal_spins(flat, 1000, 0)
    assert abs(found.states.mean()) < 0.1
    assert found.evaluations == 1000 * 101
