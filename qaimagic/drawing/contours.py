"""Contour lines of numbers on a grid, by marching squares."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from qaimagic.drawing.curves_data import Floats

Edge = tuple[int, int, int]
"""Row and column of a grid point, and whether the edge goes down from it (1) or across (0)."""


def contour_lines(values: Floats, level: float) -> list[Floats]:
    """Return the lines on which numbers between grid points, taken to be linear, have a value.

    Squares with a corner that is NaN or infinite have none. A line that closes ends where it began.

    Args:
        values: Shape (n_rows, n_columns).
        level: The value on the lines.

    Returns:
        For each line its points, shape (n_points, 2), as fractional columns and rows.

    Example:
        >>> contour_lines(np.array([[0.0, 0.0], [1.0, 1.0]]), 0.25)
        [array([[1.  , 0.25],
               [0.  , 0.25]])]
    """
    values = np.asarray(values, dtype=np.float64)
    neighbours: defaultdict[Edge, list[Edge]] = defaultdict(list)
    for one, other in _segments(values, level):
        neighbours[one].append(other)
        neighbours[other].append(one)
    ends = [edge for edge, others in neighbours.items() if len(others) == 1]
    lines = []
    for start in (*ends, *neighbours):
        if neighbours[start]:
            chain = _chain(start, neighbours)
            lines.append(np.array([_crossing(values, level, edge) for edge in chain]))
    return lines


def _segments(values: Floats, level: float) -> Iterator[tuple[Edge, Edge]]:
    """Yield the two edges that each piece of a line joins within a square."""
    above = values > level
    corners = np.stack([above[:-1, :-1], above[:-1, 1:], above[1:, 1:], above[1:, :-1]])
    squares = np.stack([values[:-1, :-1], values[:-1, 1:], values[1:, 1:], values[1:, :-1]])
    mixed = corners.any(axis=0) & ~corners.all(axis=0) & np.isfinite(squares).all(axis=0)
    for row, column in np.argwhere(mixed).tolist():
        top, right = (row, column, 0), (row, column + 1, 1)
        bottom, left = (row + 1, column, 0), (row, column, 1)
        a, b, c, d = corners[:, row, column].tolist()
        crossed = [
            edge
            for edge, differs in ((top, a != b), (right, b != c), (bottom, c != d), (left, d != a))
            if differs
        ]
        if len(crossed) == 2:
            yield crossed[0], crossed[1]
        elif a == (squares[:, row, column].mean() > level):
            yield top, right
            yield bottom, left
        else:
            yield left, top
            yield right, bottom


def _chain(start: Edge, neighbours: dict[Edge, list[Edge]]) -> list[Edge]:
    """Take a line from ``neighbours``, from an end or all around."""
    chain = [start]
    while neighbours[chain[-1]]:
        here = chain[-1]
        following = neighbours[here].pop()
        neighbours[following].remove(here)
        chain.append(following)
    return chain


def _crossing(values: Floats, level: float, edge: Edge) -> tuple[float, float]:
    row, column, down = edge
    first, second = values[row, column], values[row + down, column + 1 - down]
    share = (level - first) / (second - first)
    return column + (0.0 if down else share), row + (share if down else 0.0)
