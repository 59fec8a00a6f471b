"""Graphs as people give them, networkx's or a list of edges, as plain numbered edges."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from qaimagic._checks import did_you_mean, requirement

_WEIGHT = "weight"
_RULE = "be a networkx graph, or several edges (u, v)"


@dataclass(frozen=True)
class PlainGraph:
    """An undirected graph without loops and parallel edges.

    Attributes:
        nodes: What the n nodes are called, those without edges included.
        edges: The nodes that each edge joins, by number.
        weights: The weight of each edge.
    """

    nodes: tuple[Hashable, ...]
    edges: tuple[tuple[int, int], ...]
    weights: tuple[float, ...]


def read_graph(graph: Any, weight: str | None = None) -> PlainGraph:
    """Return a graph with its nodes numbered in their own order.

    Args:
        graph: A networkx graph; or edges (u, v), with weights if wanted, (u, v, w), as an iterable
            or as a dict of weights by (u, v).
        weight: The attribute of networkx's edges that holds their weights, 1 where it is missing;
            None where edges have no weights, and those that a networkx graph has are ignored.

    Raises:
        TypeError: If it is no graph, a node cannot be a key, or a weight is no number.
        ValueError: If it has no nodes, is directed, or has self-loops or parallel edges; or if a
            weight is not finite.
    """
    if hasattr(graph, "is_directed") and hasattr(graph, "nodes"):
        nodes, edges = _of_networkx(graph, weight)
    else:
        edges = list(_of_edges(graph, has_weights=weight is not None))
        nodes = list(dict.fromkeys(node for u, v, _ in edges for node in (u, v)))
    if not nodes:
        fix = "Edges have no nodes without edges; a networkx graph may: `G.add_node(0)`."
        raise ValueError(requirement("graph", "have at least one node", "it has none", fix))
    place = {node: i for i, node in enumerate(nodes)}
    found: dict[tuple[int, int], float] = {}
    for u, v, size in edges:
        if u == v:
            fix = "Take it away: `G.remove_edges_from(networkx.selfloop_edges(G))`."
            raise ValueError(requirement("graph", "have no self-loops", f"{u!r} has one", fix))
        i, j = sorted((place[u], place[v]))
        if (i, j) in found:
            received = f"{u!r} and {v!r} are joined twice"
            raise ValueError(requirement("graph", "have each edge once", received))
        found[i, j] = _checked(u, v, size)
    return PlainGraph(tuple(nodes), tuple(found), tuple(found.values()))


def _of_networkx(graph: Any, weight: str | None) -> tuple[list[Any], list[tuple[Any, Any, Any]]]:
    if graph.is_directed():
        fix = "`G.to_undirected()` forgets the directions."
        raise ValueError(requirement("graph", "be undirected", "it is directed", fix))
    if graph.is_multigraph():
        received = "it is a multigraph"
        fix = "`networkx.Graph(G)` keeps one edge of each pair; add up their weights, if any."
        raise ValueError(requirement("graph", "have each edge once", received, fix))
    edges = list(graph.edges(data=True))
    if weight is not None and weight != _WEIGHT and not any(weight in data for *_, data in edges):
        known = dict.fromkeys(str(name) for *_, data in edges for name in data)
        message = requirement("weight", "be an attribute of the edges", f"it is {weight!r}")
        raise ValueError(message + did_you_mean(str(weight), known))
    size = [1.0 if weight is None else data.get(weight, 1.0) for *_, data in edges]
    return list(graph.nodes), [(u, v, w) for (u, v, _), w in zip(edges, size, strict=True)]


def _of_edges(graph: Any, *, has_weights: bool) -> Iterator[tuple[Any, Any, Any]]:
    if isinstance(graph, str) or not isinstance(graph, Iterable):
        raise TypeError(requirement("graph", _RULE, f"it is {graph!r}"))
    if isinstance(graph, np.ndarray) and graph.ndim == 2 and len(graph) == graph.shape[1]:
        received = f"it is a matrix of shape {graph.shape}"
        fix = "`networkx.from_numpy_array(A)` makes a graph of an adjacency matrix."
        raise TypeError(requirement("graph", _RULE, received, fix))
    if isinstance(graph, Mapping):
        graph = [(*key, size) if isinstance(key, tuple) else key for key, size in graph.items()]
    lengths = (2, 3) if has_weights else (2,)
    for edge in graph:
        is_pair = isinstance(edge, tuple | list | np.ndarray)
        if not is_pair or len(edge) not in lengths:
            extra = ", and a weight (u, v, w) if wanted" if has_weights else ", without weights"
            raise TypeError(requirement("graph", _RULE + extra, f"one edge is {edge!r}"))
        u, v = (node.item() if isinstance(node, np.generic) else node for node in edge[:2])
        for node in (u, v):
            try:
                hash(node)
            except TypeError as error:
                rule = "have nodes that can be keys of a dict"
                raise TypeError(requirement("graph", rule, f"one is {node!r}")) from error
        yield u, v, edge[2] if len(edge) == 3 else 1.0


def _checked(u: Hashable, v: Hashable, size: Any) -> float:
    received = f"that of ({u!r}, {v!r}) is {size!r}"
    if isinstance(size, bool) or not isinstance(size, Real):
        raise TypeError(requirement("graph", "have numbers as weights", received))
    if not math.isfinite(size):
        raise ValueError(requirement("graph", "have finite weights", received))
    return float(size)
