"""``maxcut``: a graph's nodes on two sides, with as much weight as possible between them."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qaimagic._checks import requirement
from qaimagic.devices.annealers.spectrum import Floats
from qaimagic.subroutines.energies.algebra import Energy
from qaimagic.subroutines.energies.problem import Problem
from qaimagic.subroutines.energies.question import Question, States
from qaimagic.subroutines.energies.variables import spins
from qaimagic.subroutines.problems.graphs import PlainGraph, read_graph
from qaimagic.subroutines.problems.stating import stated


def maxcut(graph: Any, *, weight: str = "weight") -> Problem:
    r"""Return the problem of the largest cut: which two sides have the most weight between them?

    A spin for each node says its side, and the energy is minus the cut:

    .. math:: E(s) = -\sum_{(u, v)} w_{uv} \frac{1 - s_u s_v}{2}.

    In a graph without edges every cut is 0, and a largest one.

    Args:
        graph: A networkx graph, undirected, without self-loops; or edges (u, v) or (u, v, w).
            Weights may be negative.
        weight: The attribute of networkx's edges that holds their weights; 1 where it is missing.

    Returns:
        A problem whose value is the cut, and whose solution is a pair of sets of nodes, the first
        node's side first.

    Raises:
        TypeError: If it is no graph, or a weight is no number.
        ValueError: If it has no nodes, is directed, has self-loops or parallel edges, or a weight
            is not finite.

    Example:
        >>> import qaimagic
        >>> answer = qaimagic.anneal(qaimagic.problems.maxcut([(0, 1), (1, 2), (2, 0), (2, 3)]))
        >>> answer.value, answer.energy
        (3.0, -3.0)

    References:
        Barahona et al., Operations Research 36 (1988) 493, doi:10.1287/opre.36.3.493;
        Lucas, Frontiers in Physics 2 (2014) 5, doi:10.3389/fphy.2014.00005.
    """
    if not isinstance(weight, str):
        rule = "be the name of an attribute of edges"
        raise TypeError(requirement("weight", rule, f"it is {weight!r}"))
    plain = read_graph(graph, weight)
    cut = _Cut(plain)
    s = spins(list(plain.nodes))
    side = list(s.values())
    weighted = zip(plain.edges, plain.weights, strict=True)
    energy = sum((w / 2 * (side[u] * side[v] - 1) for (u, v), w in weighted), Energy({}))
    question = Question("maximum cut", cut.value, cut.sides, maximise=True, measure="cut")
    return stated(energy, s, question)


@dataclass(frozen=True)
class _Cut:
    graph: PlainGraph

    def value(self, states: States) -> Floats:
        total = np.zeros(len(states))
        for (u, v), w in zip(self.graph.edges, self.graph.weights, strict=True):
            total += w * (states[:, u] != states[:, v])
        return total

    def sides(self, state: NDArray[np.int8]) -> tuple[set[Hashable], set[Hashable]]:
        is_first = state == state[0]
        nodes = self.graph.nodes
        return (
            {node for node, first in zip(nodes, is_first, strict=True) if first},
            {node for node, first in zip(nodes, is_first, strict=True) if not first},
        )
