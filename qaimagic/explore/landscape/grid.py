"""Values on a grid, coarse first and then finer, in batches, with an ear for whoever stops it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from qaimagic.drawing.curves_data import Floats

Evaluate = Callable[[Floats], Floats]
"""From points, shape (n, 2), to values, shape (n,)."""

_STRIDES = (16, 8, 4, 2, 1)
_FEWEST = 5
_FIRST, _MOST = 4, 4096
_BRISK, _SLOW = 0.1, 0.4


class Level(NamedTuple):
    """The grid at one fineness.

    Attributes:
        x: Shape (n_x,).
        y: Shape (n_y,).
        values: Shape (n_y, n_x).
    """

    x: Floats
    y: Floats
    values: Floats


def strides(n: int) -> list[int]:
    """Return of which points of ``n`` each level takes one, the finest last.

    Example:
        >>> strides(41), strides(20)
        ([8, 4, 2, 1], [1])
    """
    return [
        stride
        for stride in _STRIDES
        if stride == 1 or ((n - 1) % stride == 0 and (n - 1) // stride + 1 >= _FEWEST)
    ]


def levels(
    evaluate: Evaluate,
    x: Floats,
    y: Floats,
    *,
    stop: Callable[[], bool] = lambda: False,
    told: Callable[[int], None] = lambda _: None,
) -> Iterator[Level]:
    """Yield the grid level by level; no point is computed twice.

    Batches grow until one takes a tenth of a second, and shrink where one takes long.

    Args:
        evaluate: Returns the values at points.
        x: Shape (n,).
        y: Shape (n,).
        stop: Asked after each batch; once it is true, a level that is not finished is left out,
            and of the first one what is not known is NaN.
        told: Called after each batch with the number of values so far.
    """
    n = len(x)
    values = np.full((n, n), np.nan)
    known = np.zeros((n, n), dtype=bool)
    size = _FIRST
    for stride in strides(n):
        wanted = np.zeros_like(known)
        wanted[::stride, ::stride] = True
        todo = np.argwhere(wanted & ~known)
        is_first = not known.any()
        while len(todo) and not (stop() and known.any()):
            rows, columns = todo[:size].T
            began = time.perf_counter()
            values[rows, columns] = evaluate(np.stack([x[columns], y[rows]], axis=1))
            took = time.perf_counter() - began
            known[rows, columns] = True
            todo = todo[size:]
            told(int(known.sum()))
            size = min(_MOST, 2 * size) if took < _BRISK else size
            size = max(1, size // 2) if took > _SLOW else size
        if is_first or not len(todo):
            yield Level(x[::stride], y[::stride], values[::stride, ::stride].copy())
        if len(todo) or stop():
            return
