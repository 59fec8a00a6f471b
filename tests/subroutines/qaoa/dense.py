"""QAOA by dense matrices, from nothing but the problem's energies; and problems with rules."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

import networkx as nx
import numpy as np
from scipy.linalg import expm

from qaimagic import bits, spins
from qaimagic.subroutines.energies.problem import Problem, read
from qaimagic.subroutines.energies.question import Question

X = np.array([[0, 1], [1, 0]], dtype=complex)
Y = np.array([[0, -1j], [1j, 0]])
Z = np.diag([1.0, -1.0]).astype(complex)


def on(n: int, **gates: np.ndarray) -> np.ndarray:
    """Return the matrix on n wires of gates by wires, ``on(3, w1=X)``."""
    return reduce(np.kron, [gates.get(f"w{wire}", np.eye(2)) for wire in range(n)])


def all_states(problem: Problem) -> np.ndarray:
    """Return all states, wire 0 leading, a 1 being a bit of 1 or a spin of -1."""
    n = len(problem.spins)
    ones = np.array([[k >> (n - 1 - i) & 1 for i in range(n)] for k in range(2**n)])
    return np.where(problem.spins, 1 - 2 * ones, ones).astype(np.int8)


def energies(problem: Problem) -> np.ndarray:
    """Return the energy of each of them."""
    return problem.energies(all_states(problem))


def evolved(start, energy, generators, gammas, betas):
    """Return the state after the phases and each generator's mixing in turn."""
    state = start.astype(complex)
    for gamma, beta in zip(gammas, betas, strict=True):
        state = np.exp(-1j * gamma * energy) * state
        for generator in generators:
            state = expm(-1j * beta * generator) @ state
    return state


def cut(graph: nx.Graph):
    """Return minus the size of a cut."""
    s = spins(graph.nodes)
    return sum(d.get("weight", 1) * (s[u] * s[v] - 1) / 2 for u, v, d in graph.edges(data=True))


def asked(energy, is_feasible, **rules) -> Problem:
    """Return a problem with a question that has rules."""
    problem = read(energy)
    question = Question(
        "test", problem.energies, lambda state: state.tolist(), is_feasible=is_feasible, **rules
    )
    return replace(problem, question=question)


def independent_set(graph: nx.Graph) -> Problem:
    """Return a largest set of nodes without edges between them."""
    x = bits(graph.nodes)
    energy = -sum(x[v] for v in graph) + 2 * sum(x[u] * x[v] for u, v in graph.edges)
    return asked(
        energy,
        lambda states: ~np.any([states[:, u] & states[:, v] for u, v in graph.edges], axis=0),
        none_of=tuple(graph.edges),
    )


def colouring(graph: nx.Graph, colours: int) -> Problem:
    """Return a colouring of a graph's nodes, numbered from 0."""
    n = len(graph)
    x = bits((n, colours))
    clashes = sum(x[u, k] * x[v, k] for u, v in graph.edges for k in range(colours))
    groups = tuple(tuple(range(colours * i, colours * (i + 1))) for i in range(n))
    return asked(
        clashes + 3 * ((x.sum(axis=1) - 1) ** 2).sum(),
        lambda states: (states.reshape(-1, n, colours).sum(axis=-1) == 1).all(axis=-1),
        one_of=groups,
    )
