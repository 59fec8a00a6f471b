"""``graph_coloring``: a colour for each node, none like its neighbours'."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qaimagic._checks import check_int, check_number
from qaimagic.subroutines.energies.algebra import Energy
from qaimagic.subroutines.energies.problem import Problem
from qaimagic.subroutines.energies.question import Question
from qaimagic.subroutines.energies.variables import bits
from qaimagic.subroutines.problems.graphs import read_graph
from qaimagic.subroutines.problems.stating import Rules, stated


def graph_coloring(graph: Any, n_colors: int, *, penalty: float = 1.0) -> Problem:
    r"""Return the problem of a colouring: which colours leave no edge with one colour at both ends?

    A bit for each node and colour says whether the node has it:

    .. math:: E(x) = \sum_{(u, v)} \sum_c x_{uc} x_{vc} + A \sum_u \Bigl(1 - \sum_c x_{uc}\Bigr)^2.

    Whatever the penalty A, the energy is 0 for a colouring and positive for everything else.
    Whether there is one with so many colours, nobody can know beforehand: if not, the answer is not
    feasible. With A above :math:`\lfloor d / k \rfloor`, for k colours and largest degree d, ground
    states give each node one colour even then, and have the fewest edges of one colour: a node with
    two colours gains A by giving one up; one without gains A by taking the rarest among its
    neighbours, who have at most one each. The larger A, the more rarely annealers find a colouring.

    Args:
        graph: A networkx graph, undirected, without self-loops; or edges (u, v). Weights of
            networkx's edges are ignored.
        n_colors: How many colours, k.
        penalty: A, what a node without a colour costs; an edge of one colour costs 1.

    Returns:
        A problem with a variable for each (node, colour), whose value is the number of violations,
        nodes without exactly one colour and edges of one colour, and whose solution is a dict of
        colours from 0 on, None for a node without exactly one.

    Raises:
        TypeError: If it is no graph, or a number is of the wrong type.
        ValueError: If it has no nodes, is directed, has self-loops or parallel edges, or a number
            is out of bounds.

    Example:
        >>> import networkx as nx
        >>> import qaimagic
        >>> triangle = nx.cycle_graph(3)
        >>> for k in (2, 3):
        ...     answer = qaimagic.anneal(qaimagic.problems.graph_coloring(triangle, k))
        ...     print(answer.value, answer.is_feasible)
        1.0 False
        0.0 True

    References:
        Lucas, Frontiers in Physics 2 (2014) 5, doi:10.3389/fphy.2014.00005.
    """
    k = check_int("n_colors", n_colors, minimum=1)
    strength = check_number("penalty", penalty, above=0)
    plain = read_graph(graph)
    x = bits([(node, color) for node in plain.nodes for color in range(k)])
    bit = np.array(list(x.values()), dtype=object).reshape(len(plain.nodes), k)
    energy = sum((bit[u, c] * bit[v, c] for u, v in plain.edges for c in range(k)), Energy({}))
    energy = energy + sum(strength * (1 - row.sum()) ** 2 for row in bit)
    number = np.arange(bit.size).reshape(bit.shape).tolist()
    rules = Rules(
        tuple(map(tuple, number)),
        tuple((number[u][c], number[v][c]) for u, v in plain.edges for c in range(k)),
    )
    coloring = _Coloring(plain.nodes, k)
    question = Question(
        "graph colouring",
        rules.violations,
        coloring.colors,
        is_feasible=rules.are_kept,
        one_of=rules.one_of,
        none_of=rules.none_of,
        measure="violations",
    )
    return stated(energy, x, question)


@dataclass(frozen=True)
class _Coloring:
    nodes: tuple[Hashable, ...]
    n_colors: int

    def colors(self, state: NDArray[np.int8]) -> dict[Hashable, int | None]:
        rows = state.reshape(len(self.nodes), self.n_colors)
        return {
            node: int(row.argmax()) if row.sum() == 1 else None
            for node, row in zip(self.nodes, rows, strict=True)
        }
