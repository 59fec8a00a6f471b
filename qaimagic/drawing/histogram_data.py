"""A histogram as plain data, in words and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

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
_SMALLEST = 5e-4


@dataclass(frozen=True)
class Histogram:
    """Values with their counts.

    Attributes:
        values: Shape (m,), in any order; equal ones are counted together.
        counts: Shape (m,); whole numbers, or shares such as probabilities.
        x_label: What the values are.
        y_label: What was counted.
        mark: A value to mark, such as an exact one, or None.
        mark_label: What stands at the mark.
        expected: For each value the count that a distribution expects, shape (m,), or None. A
            value that was expected and never came has a count of 0.
        expected_label: Which distribution that is.
        errors: Whether the counts are of independent samples, whose standard errors are drawn; of
            shares these errors, shape (m,).
    """

    values: Sequence[float] | Floats
    counts: Sequence[float] | NDArray[np.int64] | Floats
    x_label: str = "energy"
    y_label: str = "reads"
    mark: float | None = None
    mark_label: str = ""
    expected: Sequence[float] | Floats | None = None
    expected_label: str = ""
    errors: bool | Floats = False

    def __post_init__(self) -> None:
        if not len(self.values) or len(self.values) != len(self.counts):
            rule_text = "hold a count for each of at least one value"
            received = f"there are {len(self.counts)} for {len(self.values)}"
            raise ValueError(requirement("counts", rule_text, received))
        if self.expected is not None and len(self.expected) != len(self.values):
            received = f"there are {len(self.expected)} for {len(self.values)}"
            raise ValueError(requirement("expected", "hold a number for each value", received))

    @cached_property
    def _order(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The places of the values, ascending, and where in them each level begins."""
        values = np.asarray(self.values, dtype=np.float64)
        order = np.argsort(values, kind="stable")
        near = 1e-9 * max(1.0, float(np.abs(values).max()))
        return order, np.flatnonzero(np.diff(values[order], prepend=-np.inf) > near)

    @cached_property
    def is_counted(self) -> bool:
        """Whether the counts are whole numbers, and no shares."""
        return np.asarray(self.counts).dtype.kind != "f"

    @cached_property
    def levels(self) -> tuple[Floats, NDArray[Any]]:
        """The distinct values, ascending, and their counts; values within rounding are one."""
        order, starts = self._order
        values = np.asarray(self.values, dtype=np.float64)[order]
        kind = np.int64 if self.is_counted else np.float64
        counts = np.asarray(self.counts, dtype=kind)[order]
        return values[starts], np.add.reduceat(counts, starts)

    @cached_property
    def expected_levels(self) -> Floats:
        """What is expected of each level; zeros where nothing is said."""
        if self.expected is None:
            return np.zeros(len(self.levels[0]))
        order, starts = self._order
        expected = np.asarray(self.expected, dtype=np.float64)[order]
        return np.asarray(np.add.reduceat(expected, starts))

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
    def bars(self) -> tuple[Floats, Floats, NDArray[Any]]:
        """Where each bar begins and ends, and its count; ends are equal for a level."""
        values, counts = self.levels
        if self.is_discrete:
            return values, values, counts
        edges = self._edges
        binned, _ = np.histogram(values, edges, weights=counts)
        return edges[:-1], edges[1:], binned.astype(counts.dtype)

    @cached_property
    def bar_expected(self) -> Floats:
        """What is expected of each bar; zeros where nothing is said."""
        if self.is_discrete:
            return self.expected_levels
        binned, _ = np.histogram(self.levels[0], self._edges, weights=self.expected_levels)
        return np.asarray(binned, dtype=np.float64)

    def bar_of(self, values: Floats) -> NDArray[np.intp]:
        """Return the bar that each of these values belongs to, shape (m,)."""
        low, high, _ = self.bars
        ends = 0.5 * (low[1:] + low[:-1]) if self.is_discrete else high[:-1]
        return np.asarray(np.searchsorted(ends, values, side="right"))

    @cached_property
    def bar_errors(self) -> Floats:
        r"""The standard error of each count, :math:`\sqrt{n (1 - n/N)}`; zeros if not wanted."""
        if not isinstance(self.errors, bool):
            order, starts = self._order
            squares = np.add.reduceat(np.asarray(self.errors, np.float64)[order] ** 2, starts)
            if not self.is_discrete:
                squares, _ = np.histogram(self.levels[0], self._edges, weights=squares)
            return np.asarray(np.sqrt(squares))
        counts = self.bars[2].astype(np.float64)
        errors = np.sqrt(counts * (1 - counts / max(counts.sum(), 1.0)))
        return np.asarray(errors * self.errors)

    @cached_property
    def _edges(self) -> Floats:
        return np.linspace(*self.span, _BINS + 1)

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
    came = counts > _SMALLEST if counts.any() else np.ones(len(counts), dtype=np.bool_)
    values, counts = values[came], counts[came]
    each = [f"in {n}" if data.is_counted else f"with {told(n)}" for n in counts]
    words = [f"{number(v)} {n}" for v, n in zip(values, each, strict=True)][:_SPOKEN]
    words[0] += f" {data.y_label}"
    if len(values) > _SPOKEN:
        words.append(f"and {len(values) - _SPOKEN} higher values up to {number(values[-1])}")
    marked = "" if data.mark is None else f"; {data.mark_label} {number(data.mark)}"
    beside = "" if data.expected is None else f"; beside it {data.expected_label}"
    return f"{data.x_label}: {', '.join(words)}{marked}{beside}".replace(MINUS, "-")


def histogram_table(data: Histogram) -> str:
    """Return the bars as an HTML table, escaped."""
    heads = [data.x_label, data.y_label]
    columns: list[list[str]] = [[told(count) for count in data.bars[2].tolist()]]
    if data.errors is not False:
        heads.append("standard error")
        columns.append([number(error) for error in data.bar_errors])
    if data.expected is not None:
        heads.append(data.expected_label)
        columns.append([number(value) for value in data.bar_expected])
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    body = "".join(
        f'<tr><th scope="row">{words}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'
        for words, *cells in zip(data.bar_names, *columns, strict=True)
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def told(count: float) -> str:
    """Return a count with its thousands apart, or a share as one reads it."""
    return short_number(count, 3) if isinstance(count, float) else f"{count:,}"


def number(value: float) -> str:
    """Return a value as one reads it."""
    return short_number(float(value) + 0.0, 5).replace("-", MINUS)
