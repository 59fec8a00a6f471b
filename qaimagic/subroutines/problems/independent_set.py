"""``max_independent_set``: as many of a graph's nodes as possible, no two of them joined."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qaimagic._checks import check_number
from qaimagic.devices.annealers.spectrum import Floats
from qaimagic.subroutines.energies.algebra import Energy
from qaimagic.subroutines.energies.problem import Problem
from qaimagic.subroutines.energies.question import Question, States
from qaimagic.subroutines.energies.variables import bits
from qaimagic.subroutines.problems.graphs import read_graph
from qaimagic.subroutines.problems.stating import Rules, stated


def max_independent_set(graph: Any, *, penalty: float = 2.0) -> Problem:
    r"""Return the problem of the largest independent set: how many nodes without an edge between?

    A bit for each node says whether it is chosen:

    .. math:: E(n) = A \sum_{(u, v)} n_u n_v - \sum_u n_u.

    Any penalty A above 1 suffices: to give up one end of an edge within the set costs 1 and gains
    A at least, so that a state of lowest energy has no such edge. With the default of 2 every state
    that has one lies at least 1 above another.

    Args:
        graph: A networkx graph, undirected, without self-loops; or edges (u, v). Weights of
            networkx's edges are ignored.
        penalty: A, what an edge within the set costs. At 1 or below, states of lowest energy may
            have such edges.

    Returns:
        A problem whose value is the number of nodes chosen, and whose solution is their set.

    Raises:
        TypeError: If it is no graph, or the penalty is no number.
        ValueError: If it has no nodes, is directed, has self-loops or parallel edges, or the
            penalty is not positive.

    Example:
        >>> import networkx as nx
        >>> import qaimagic
        >>> answer = qaimagic.anneal(qaimagic.problems.max_independent_set(nx.path_graph(5)))
        >>> answer.solution
        {0, 2, 4}

    References:
        Lucas, Frontiers in Physics 2 (2014) 5, doi:10.3389/fphy.2014.00005;
        Ebadi et al., Science 376 (2022) 1209, doi:10.1126/science.abo6587.
    """
    strength = check_number("penalty", penalty, above=0)
    plain = read_graph(graph)
    chosen, rules = _Chosen(plain.nodes), Rules(none_of=plain.edges)
    x = bits(list(plain.nodes))
    n = list(x.values())
    energy = sum((strength * n[u] * n[v] for u, v in plain.edges), Energy({})) - sum(n)
    question = Question(
        "maximum independent set",
        _size,
        chosen.nodes_of,
        maximise=True,
        is_feasible=rules.are_kept,
        none_of=rules.none_of,
        measure="size",
    )
    return stated(energy, x, question)


def _size(states: States) -> Floats:
    return np.asarray(states.sum(axis=1, dtype=np.float64))


@dataclass(frozen=True)
class _Chosen:
    nodes: tuple[Hashable, ...]

    def nodes_of(self, state: NDArray[np.int8]) -> set[Hashable]:
        return {node for node, bit in zip(self.nodes, state, strict=True) if bit}
