"""A matrix with few entries in each row as a sum of few with one entry in each row and column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qaimagic.subroutines.matrices.reading import Matrix


@dataclass(frozen=True, eq=False)
class Part:
    """A matrix with one entry in each row and column at most.

    Attributes:
        rows: The row of each column's entry, a permutation, shape (2^n,).
        values: The entries by column, 0 where there is none, shape (2^n,).
        shift: How far below the diagonal all entries are, around the edge; None if they are not.
    """

    rows: NDArray[np.int64]
    values: NDArray[np.complex128]
    shift: int | None


def sparsity_of(matrix: Matrix) -> int:
    """Return the most entries that a row or a column has.

    Example:
        >>> sparsity_of(np.array([[1, 2], [0, 3]]))
        2
    """
    there = matrix != 0
    return int(max(there.sum(axis=0).max(), there.sum(axis=1).max()))


def parts_of(square: Matrix) -> list[Part]:
    """Return parts that add up to a matrix, as many as its sparsity.

    Banded and circulant matrices are cut along their diagonals, which go on around the edge. Others
    are cut as the edges of a bipartite graph are coloured, which takes as many colours as its
    largest degree (König).

    Args:
        square: Shape (2^n, 2^n).
    """
    size = len(square)
    columns = np.arange(size)
    shifts = np.unique((np.subtract(*np.nonzero(square))) % size).tolist()
    if len(shifts) <= sparsity_of(square):
        along = [(columns + shift) % size for shift in shifts]
        return [
            Part(rows, square[rows, columns], shift)
            for rows, shift in zip(along, shifts, strict=True)
        ]
    colours = _coloured(square)
    parts = []
    for colour in range(sparsity_of(square)):
        rows = np.array([colours[column].get(colour, -1) for column in range(size)])
        values = np.where(rows >= 0, square[rows, columns], 0)
        parts.append(Part(_completed(rows), values, None))
    return parts


def _coloured(square: Matrix) -> list[dict[int, int]]:
    """Return the row of each colour for each column, the largest entries coloured first."""
    sparsity = sparsity_of(square)
    of_row: list[dict[int, int]] = [{} for _ in square]
    of_column: list[dict[int, int]] = [{} for _ in square]
    rows, columns = np.nonzero(square)
    for at in np.argsort(-np.abs(square[rows, columns]), kind="stable").tolist():
        row, column = int(rows[at]), int(columns[at])
        free = [c for c in range(sparsity) if c not in of_row[row]]
        both = [c for c in free if c not in of_column[column]]
        if both:
            colour = both[0]
        else:
            colour = free[0]
            other = next(c for c in range(sparsity) if c not in of_column[column])
            _swap_along(of_row, of_column, column, colour, other)
        of_row[row][colour] = column
        of_column[column][colour] = row
    return of_column


def _swap_along(
    of_row: list[dict[int, int]],
    of_column: list[dict[int, int]],
    column: int,
    colour: int,
    other: int,
) -> None:
    """Swap two colours along the path that leaves a column by the first of them."""
    edges = []
    while True:
        row = of_column[column].get(colour)
        if row is None:
            break
        edges.append((row, column, colour, other))
        following = of_row[row].get(other)
        if following is None:
            break
        edges.append((row, following, other, colour))
        column = following
    for row, column, old, _ in edges:
        of_row[row].pop(old, None)
        of_column[column].pop(old, None)
    for row, column, _, new in edges:
        of_row[row][new] = column
        of_column[column][new] = row


def _completed(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a permutation that agrees with rows where they are not -1, and closes their chains."""
    full = rows.copy()
    starts = set(range(len(rows))) - set(rows[rows >= 0].tolist())
    for start in starts:
        end = start
        while rows[end] >= 0:
            end = int(rows[end])
        full[end] = start
    return full
