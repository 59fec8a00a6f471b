"""Places for the nodes of a graph: the same ones every time."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from qaimagic.drawing.curves_data import Floats

_GAP = 0.8
_SLOW = 40_000
"""Nodes times edges from which distances take more than about half a second to lay out."""


def laid_out(n: int, pairs: Iterable[Sequence[int]]) -> Floats:
    """Return places of n nodes within the unit square, shape (n, 2), the second axis upwards.

    Nodes lie as far apart as the shortest way between them is long, as well as that goes in the
    plane; those of a large and dense graph, which has no such plan, hang on springs. Parts of a
    graph stand side by side, the largest first.

    Args:
        n: How many nodes.
        pairs: Which are joined, by number.

    Example:
        >>> laid_out(2, [(0, 1)]).tolist()
        [[1.0, 0.5], [0.0, 0.5]]

    References:
        Kamada, Kawai, Information Processing Letters 31 (1989) 7,
        doi:10.1016/0020-0190(89)90102-6; Fruchterman, Reingold, Software: Practice and Experience
        21 (1991) 1129, doi:10.1002/spe.4380211102.
    """
    import networkx as nx

    graph: Any = nx.Graph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from(pairs)
    parts = [sorted(part) for part in nx.connected_components(graph)]
    parts.sort(key=lambda part: (-len(part), part[0]))
    sides = [math.sqrt(len(part)) for part in parts]
    width = max(sides[0], math.sqrt(sum((side + _GAP) ** 2 for side in sides)))
    places = np.zeros((n, 2))
    across = down = height = 0.0
    for part, side in zip(parts, sides, strict=True):
        if across > 0 and across + side > width + 1e-9:
            across, down, height = 0.0, down + height + _GAP, 0.0
        own = graph.subgraph(part)
        is_slow = len(part) * own.number_of_edges() > _SLOW
        found = nx.spring_layout(own, seed=0) if is_slow else nx.kamada_kawai_layout(own)
        inner = within_square(np.array([found[i] for i in part]))
        places[part] = np.array([across, -down - side]) + side * inner
        across, height = across + side + _GAP, max(height, side)
    return within_square(places)


def within_square(places: Floats) -> Floats:
    """Return places moved and scaled into the unit square, their middle at its; shapes stay."""
    low, high = places.min(axis=0), places.max(axis=0)
    size = float((high - low).max()) or 1.0
    return np.asarray(0.5 + (places - (low + high) / 2) / size).round(4) + 0.0
