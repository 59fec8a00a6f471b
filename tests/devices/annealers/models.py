"""Small models whose answers are known by brute force, and the brute force."""

from __future__ import annotations

import itertools

import dimod
import numpy as np


def random_ising(n: int, seed: int, scale: float = 1.0) -> dimod.BinaryQuadraticModel:
    rng = np.random.default_rng(seed)
    h = {f"s{i}": scale * rng.normal() for i in range(n)}
    J = {(f"s{i}", f"s{j}"): scale * rng.normal() for i in range(n) for j in range(i)}
    return dimod.BinaryQuadraticModel.from_ising(h, J)


def boltzmann(bqm: dimod.BinaryQuadraticModel, temperature: float) -> dict[tuple[int, ...], float]:
    """Every state's probability, variables in the order of their names."""
    order = sorted(bqm.variables)
    values = (1, -1) if bqm.vartype is dimod.SPIN else (0, 1)
    all_states = list(itertools.product(values, repeat=len(order)))
    energies = np.array([bqm.energy(dict(zip(order, state, strict=True))) for state in all_states])
    weights = np.exp(-(energies - energies.min()) / temperature)
    return dict(zip(all_states, weights / weights.sum(), strict=True))


def chi_square(found: dimod.SampleSet, expected: dict[tuple[int, ...], float]) -> float:
    """Pearson's statistic per degree of freedom: about 1 for samples of that distribution.

    States expected fewer than five times are one cell.
    """
    counts = dict.fromkeys(expected, 0)
    order = found.variables
    for state, n in zip(found.record.sample, found.record.num_occurrences, strict=True):
        named = dict(zip(order, state.tolist(), strict=True))
        counts[tuple(named[variable] for variable in sorted(order))] += int(n)
    total = sum(counts.values())
    rare = [state for state, p in expected.items() if total * p < 5]
    cells = [(counts[s], p) for s, p in expected.items() if s not in rare]
    cells.append((sum(counts[s] for s in rare), sum(expected[s] for s in rare) + 1e-9))
    terms = [(n - total * p) ** 2 / (total * p) for n, p in cells]
    return sum(terms) / (len(terms) - 1)
