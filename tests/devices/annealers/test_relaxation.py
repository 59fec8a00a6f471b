"""Vectors in the place of spins, and a bound that lies below every state."""

import itertools

import numpy as np
import pytest

from qaimagic.devices.annealers.relaxation import lower_bound, relaxed


def random_couplings(n, seed):
    A = np.random.default_rng(seed).normal(size=(n, n))
    A = A + A.T
    np.fill_diagonal(A, 0)
    return A


def lowest(A):
    all_states = np.array(list(itertools.product((1.0, -1.0), repeat=len(A))))
    return np.einsum("si,ij,sj->s", all_states, A, all_states).min()


@pytest.mark.parametrize("seed", range(5))
def test_any_multipliers_give_a_bound(seed):
    A = random_couplings(7, seed)
    rng = np.random.default_rng(seed)
    for multipliers in (np.zeros(7), rng.normal(size=7), 10 * rng.normal(size=7)):
        assert lower_bound(A, multipliers) <= lowest(A)


@pytest.mark.parametrize("seed", range(5))
def test_vectors_come_down_to_the_bound_and_no_lower(seed):
    A = random_couplings(9, seed)
    V, bound = relaxed(A, np.random.default_rng(seed), gap=1e-6, sweeps=5000)
    assert np.linalg.norm(V, axis=1) == pytest.approx(1)
    energy = np.sum((A @ V) * V)
    assert bound <= energy <= bound + 2e-6 * abs(bound)
    assert bound <= lowest(A)


def test_few_sweeps_still_prove_something():
    A = random_couplings(9, 0)
    _, early = relaxed(A, np.random.default_rng(0), gap=1e-9, sweeps=1)
    _, late = relaxed(A, np.random.default_rng(0), gap=1e-9, sweeps=2000)
    assert early < late <= lowest(A)
