"""Which units of a machine are coupled, and which can be updated, or summed over, at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from qaimagic._checks import check_int, requirement


@dataclass(frozen=True)
class Units:
    """The units of a machine, the visible ones first, and the pairs that are coupled.

    Attributes:
        n_visible: How many units show data.
        n_hidden: How many do not.
        edges: The coupled pairs, each with its smaller number first.
        is_restricted: Whether every visible unit is coupled with every hidden one and no others.
    """

    n_visible: int
    n_hidden: int
    edges: tuple[tuple[int, int], ...]
    is_restricted: bool

    @classmethod
    def of(cls, n_visible: int, n_hidden: int, graph: Any) -> Units:
        """Return the units of a restricted machine, or of one on a graph.

        Raises:
            ValueError: If the graph does not fit, or there are no couplings.
            TypeError: If it is no graph, or a number is none.
        """
        n_visible = check_int("n_visible", n_visible, minimum=1)
        n_hidden = check_int("n_hidden", n_hidden, minimum=0)
        if graph is None:
            if n_hidden == 0:
                fix = "Give hidden units, or a `graph` that couples the visible ones."
                raise ValueError(
                    requirement("n_hidden", "be at least 1 without a graph", "it is 0", fix)
                )
            hidden = range(n_visible, n_visible + n_hidden)
            pairs = tuple((v, h) for v in range(n_visible) for h in hidden)
            return cls(n_visible, n_hidden, pairs, True)
        if not hasattr(graph, "nodes") or not hasattr(graph, "edges"):
            received = f"it is a {type(graph).__name__}"
            raise TypeError(requirement("graph", "be a networkx graph", received))
        nodes = list(graph.nodes)
        if len(nodes) != n_visible + n_hidden:
            rule = f"have {n_visible} + {n_hidden} nodes, the visible ones first"
            raise ValueError(requirement("graph", rule, f"it has {len(nodes)}"))
        place = {node: i for i, node in enumerate(nodes)}
        edges = sorted({tuple(sorted((place[u], place[v]))) for u, v in graph.edges})
        loops = [nodes[u] for u, v in edges if u == v]
        if loops:
            received = f"{loops[0]!r} is coupled with itself"
            raise ValueError(requirement("graph", "have no loops", received))
        if not edges:
            raise ValueError(requirement("graph", "have edges", "it has none"))
        return cls(n_visible, n_hidden, tuple((u, v) for u, v in edges), False)

    def __len__(self) -> int:
        """Return how many units there are."""
        return self.n_visible + self.n_hidden

    def graph(self) -> Any:
        """Return a networkx graph of which these are the units; None of a restricted machine."""
        if self.is_restricted:
            return None
        import networkx as nx

        graph = nx.empty_graph(len(self))
        graph.add_edges_from(self.edges)
        return graph

    @cached_property
    def classes(self) -> tuple[tuple[int, ...], ...]:
        """Sets of units without couplings among themselves, that together hold all units."""
        return self._coloured(range(len(self)))

    @cached_property
    def hidden_classes(self) -> tuple[tuple[int, ...], ...]:
        """The same of the hidden units alone."""
        return self._coloured(range(self.n_visible, len(self)))

    @cached_property
    def summed(self) -> tuple[int, ...]:
        """The largest class: its units are summed over in closed form."""
        return max(self.classes, key=len)

    @cached_property
    def kept(self) -> tuple[int, ...]:
        """All units but those of ``summed``: the states of these are enumerated."""
        return tuple(i for i in range(len(self)) if i not in set(self.summed))

    @cached_property
    def hidden_summed(self) -> tuple[int, ...]:
        """The largest class of hidden units."""
        return max(self.hidden_classes, key=len, default=())

    @cached_property
    def hidden_kept(self) -> tuple[int, ...]:
        """The other hidden units; none where the hidden ones are not coupled with one another."""
        summed = set(self.hidden_summed)
        return tuple(i for i in range(self.n_visible, len(self)) if i not in summed)

    def _coloured(self, units: Sequence[int]) -> tuple[tuple[int, ...], ...]:
        if self.is_restricted:
            parts = (range(self.n_visible), range(self.n_visible, len(self)))
            return tuple(tuple(part) for part in parts if set(part) <= set(units))
        import networkx as nx

        graph = nx.Graph()
        graph.add_nodes_from(units)
        graph.add_edges_from(edge for edge in self.edges if set(edge) <= set(units))
        colours = nx.greedy_color(graph, strategy="largest_first")
        return tuple(
            tuple(unit for unit in units if colours[unit] == colour)
            for colour in range(max(colours.values(), default=-1) + 1)
        )
