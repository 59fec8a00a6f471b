"""The steps of a timeline: a column for each, or for several, stacked in the bar's order."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qaimagic.drawing import theme
from qaimagic.drawing.curves_axes import Axis
from qaimagic.drawing.curves_data import Floats
from qaimagic.drawing.curves_marks import at, rule, text_at
from qaimagic.drawing.timeline_data import Timeline, duration
from qaimagic.drawing.timeline_marks import block

HEIGHT = 186.0
_LEFT, _RIGHT = 46.0, 8.0
_ABOVE, _BELOW = 40.0, 40.0
_MOST = 96
_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
_WIDEST = 30.0
_FAR = 3.0
"""How many times as high as nearly all others a column must be to be cut off at the top."""


def steps_panel(data: Timeline, *, top: float, width: float) -> list[str]:
    """Return the panel's elements, ``HEIGHT`` pixels from ``top`` down.

    Args:
        data: What to draw; it must have steps.
        top: Pixels.
        width: Pixels.
    """
    firsts, columns = in_columns(data.steps)
    heights = columns.sum(axis=1)
    highest = ceiling(heights)
    size, unit = next((pair for pair in _UNITS if highest >= pair[0]), _UNITS[-1])
    vertical = Axis(0.0, highest / size, start=top + HEIGHT - _BELOW, end=top + _ABOVE)
    ticks = vertical.ticks(3)
    left = max(_LEFT, 16.0 + 6.5 * max(len(label) for _, label in ticks))
    end = float(firsts[-1])
    horizontal = Axis(float(firsts[0]), end, start=left, end=width - _RIGHT, whole=True)
    heading = (
        f"time of a step, {unit}"
        if len(columns) == len(data.steps)
        else f"mean time of a step, {unit}"
    )
    parts = [text_at(2.0, top + 10.0, heading, size=theme.FONT_SIZE, weight=600)]
    parts += _frame(vertical, horizontal, ticks)
    for index, column in enumerate(columns / size):
        begin, stop = (at(horizontal, float(firsts[index + place])) for place in (0, 1))
        parts += _column(data, column, vertical, begin, stop)
    longest = float(data.steps.sum(axis=1).max())
    parts += _cut_off(heights > 1.0001 * highest, longest, firsts, horizontal, top + _ABOVE)
    return parts


def in_columns(steps: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Return where columns begin, and the mean of their steps.

    Args:
        steps: Seconds of each step by phase, shape (n, n_parts).

    Returns:
        The first step of each column, counted from 1, and one beyond the last, shape (m + 1,);
        the means, shape (m, n_parts), m at most 96.
    """
    n = len(steps)
    length = -(-n // _MOST)
    firsts = np.append(np.arange(0, n, length), n)
    sums = np.add.reduceat(steps, firsts[:-1], axis=0)
    return firsts + 1, sums / np.diff(firsts)[:, None]


def ceiling(heights: Floats) -> float:
    """Return where the axis ends: at the highest column, unless few tower above all others.

    Example:
        >>> ceiling(np.array([90.0, *[1.0] * 19])), ceiling(np.array([2.0, *[1.0] * 19]))
        (1.5, 2.0)
    """
    highest = max(float(heights.max()), 1e-9)
    usual = float(np.quantile(heights, 0.9, method="lower"))
    return 1.5 * usual if highest > _FAR * usual > 0 else highest


def _frame(vertical: Axis, horizontal: Axis, ticks: list[tuple[float, str]]) -> list[str]:
    left, right, floor = horizontal.start, horizontal.end, vertical.start
    parts = []
    for value, label in ticks:
        y = at(vertical, value)
        parts.append(rule(left, y, right, y, theme.GRID_OPACITY))
        parts.append(text_at(left - 7.0, y + 4.0, label, anchor="end", muted=True))
    parts.append(rule(left, floor, right, floor, theme.WIRE_OPACITY))
    half = (at(horizontal, horizontal.low + 1) - left) / 2
    for value, label in horizontal.ticks(10):
        x = at(horizontal, value) + half
        if x + 3.5 * len(label) < right + _RIGHT:
            parts.append(text_at(x, floor + 16.0, label, anchor="middle", muted=True))
    middle = (left + right) / 2
    parts.append(text_at(middle, floor + 33.0, "step", anchor="middle", muted=True))
    return parts


def _column(data: Timeline, column: Floats, vertical: Axis, begin: float, stop: float) -> list[str]:
    """Return the blocks of one column, from the floor up, cut off where the axis ends."""
    gap = 1.0 if stop - begin > 4.0 else 0.0
    wide = min(_WIDEST, stop - begin - gap)
    x = (begin + stop - wide) / 2
    parts, below = [], 0.0
    for part, value in zip(data.parts, column.tolist(), strict=True):
        above = min(below + value, vertical.high)
        low, high = at(vertical, below), at(vertical, above)
        if low - high > 0.05:
            parts.append(block(part, x, high, wide, low - high, corner=0.0))
        below = above
    return parts


def _cut_off(
    which: NDArray[np.bool_],
    longest: float,
    firsts: NDArray[np.int64],
    horizontal: Axis,
    top: float,
) -> list[str]:
    """Return a mark over each column that is cut off, and how long the longest step took."""
    edges = horizontal.pixels(firsts.astype(np.float64))
    middles = ((edges[:-1] + edges[1:]) / 2)[which].tolist()
    parts = [f'<path d="M{x:.1f},{top - 10:.1f}l-4,7h8z" fill="{theme.INK}"/>' for x in middles]
    if middles:
        words, x = f"up to {duration(longest)}", middles[0]
        fits = x + 8.0 + 6.5 * len(words) < horizontal.end
        place, anchor = (x + 8.0, "start") if fits else (x - 8.0, "end")
        parts.append(text_at(place, top - 4.0, words, anchor=anchor))
    return parts
