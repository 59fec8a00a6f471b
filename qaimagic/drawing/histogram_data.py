"""A histogram as plain data, in words and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape

import numpy as np
from numpy.typing import NDArray

from qaimagic._checks import requirement
from qaimagic.drawing.curves_axes import MINUS, short_number
from qaimagic.drawing.curves_data import Floats

NARROWEST = 7.0
"""The narrowest that a bar of a level of its own may be, in pixels."""
_LEVELS = 40
_BINS = 36
_SPOKEN = 6


@dataclass(frozen=True)
class Histogram:
    """Values with their counts.

    Attributes:
        values: Shape (m,), in any order; equal ones are counted together.
        counts: Shape (m,).
        x_label: What the values are.
        y_label: What was counted.
        mark: A value to mark, such as an exact one, or None.
        mark_label: What stands at the mark.
    """

    values: Sequence[float] | Floats
    counts: Sequence[int] | NDArray[np.int64]
    x_label: str = "energy"
    y_label: str = "reads"
    mark: float | None = None
    mark_label: str = ""

    def __post_init__(self) -> None:
        if not len(self.values) or len(self.values) != len(self.counts):
            rule_text = "hold a count for each of at least one value"
            received = f"there are {len(self.counts)} for {len(self.values)}"
            raise ValueError(requirement("counts", rule_text, received))

    @cached_property
    def levels(self) -> tuple[Floats, NDArray[np.int64]]:
        """The distinct values, ascending, and their counts; values within rounding are one."""
        values = np.asarray(self.values, dtype=np.float64)
        order = np.argsort(values, kind="stable")
        values, counts = values[order], np.asarray(self.counts, dtype=np.int64)[order]
        near = 1e-9 * max(1.0, float(np.abs(values).max()))
        starts = np.flatnonzero(np.diff(values, prepend=-np.inf) > near)
        return values[starts], np.add.reduceat(counts, starts)

    @cached_property
    def span(self) -> tuple[float, float]:
        """The lowest and the highest value, the mark included."""
        values = self.levels[0]
        ends = [float(values[0]), float(values[-1])] + ([] if self.mark is None else [self.mark])
        return min(ends), max(ends)

    @cached_property
    def is_discrete(self) -> bool:
        """Whether each level has a bar of its own, which it has where bars stay wide enough."""
        values = self.levels[0]
        if len(values) == 1:
            return True
        low, high = self.span
        gap = float(np.diff(values).min())
        return len(values) <= _LEVELS and 560.0 * gap / (high - low) >= NARROWEST + 2

    @cached_property
    def bars(self) -> tuple[Floats, Floats, NDArray[np.int64]]:
        """Where each bar begins and ends, and its count; ends are equal for a level."""
        values, counts = self.levels
        if self.is_discrete:
            return values, values, counts
        edges = np.linspace(*self.span, _BINS + 1)
        binned, _ = np.histogram(values, edges, weights=counts)
        return edges[:-1], edges[1:], binned.astype(np.int64)

    @cached_property
    def bar_names(self) -> list[str]:
        """What each bar stands for."""
        low, high, _ = self.bars
        if self.is_discrete:
            return [number(value) for value in low]
        return [f"{number(a)} to {number(b)}" for a, b in zip(low, high, strict=True)]


def histogram_text(data: Histogram) -> str:
    """Return the histogram in one line: the first levels, how many follow, and the mark.

    Example:
        >>> histogram_text(Histogram([-1.0, 1.0], [9, 1], mark=-1.0, mark_label="exact"))
        'energy: -1 in 9 reads, 1 in 1; exact -1'
    """
    values, counts = data.levels
    words = [f"{number(v)} in {n}" for v, n in zip(values, counts, strict=True)][:_SPOKEN]
    words[0] += f" {data.y_label}"
    if len(values) > _SPOKEN:
        words.append(f"and {len(values) - _SPOKEN} higher values up to {number(values[-1])}")
    marked = "" if data.mark is None else f"; {data.mark_label} {number(data.mark)}"
    return f"{data.x_label}: {', '.join(words)}{marked}".replace(MINUS, "-")


def histogram_table(data: Histogram) -> str:
    """Return the bars as an HTML table, escaped."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in (data.x_label, data.y_label))
    body = "".join(
        f'<tr><th scope="row">{words}</th><td>{count:,}</td></tr>'
        for words, count in zip(data.bar_names, data.bars[2].tolist(), strict=True)
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def number(value: float) -> str:
    """Return a value as one reads it."""
    return short_number(float(value) + 0.0, 5).replace("-", MINUS)
