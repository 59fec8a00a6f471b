"""Numbers over a plane as plain data, in words and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Literal, NamedTuple

import numpy as np

from qaimagic._checks import requirement
from qaimagic.drawing.curves_axes import MINUS, Axis, short_number
from qaimagic.drawing.curves_data import Floats

_LEVELS = 11
_ROWS = 11

Shape = Literal["start", "end", "here", "minimum"]


class Mark(NamedTuple):
    """A point on the plane.

    Attributes:
        shape: What it is, told by its shape.
        x: Where it lies across.
        y: Where it lies upwards.
        label: What it is called.
    """

    shape: Shape
    x: float
    y: float
    label: str


@dataclass(frozen=True)
class Heatmap:
    """Numbers on an evenly spaced grid, and what is marked there.

    Attributes:
        x: Shape (n_x,), ascending.
        y: Shape (n_y,), ascending.
        values: Shape (n_y, n_x); NaN and infinite ones are gaps.
        x_label: What runs across.
        y_label: What runs upwards.
        value_label: What the numbers are.
        path: A line on the plane, shape (n_points, 2), or None.
        marks: Points on the plane; the lowest value is marked in any case.
        scale: The values of the first and the last colour; those of the numbers if not given.
    """

    x: Floats
    y: Floats
    values: Floats
    x_label: str = "x"
    y_label: str = "y"
    value_label: str = "value"
    path: Floats | None = None
    marks: Sequence[Mark] = ()
    scale: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        expected = (len(self.y), len(self.x))
        if self.values.shape != expected or min(expected) < 2:
            rule = "have a row for each of at least two `y` and a column for each `x`"
            received = f"its shape is {self.values.shape} for {expected[0]} and {expected[1]}"
            raise ValueError(requirement("values", rule, received))

    @cached_property
    def span(self) -> tuple[float, float]:
        """The values of the first and the last colour, always apart."""
        if self.scale is not None:
            return self.scale
        there = self.values[np.isfinite(self.values)]
        low, high = (float(there.min()), float(there.max())) if there.size else (0.0, 1.0)
        room = 1e-9 * max(abs(low), abs(high), 1e-3)
        return (low, high) if high - low > room else (low - 0.5, high + 0.5)

    @cached_property
    def levels(self) -> list[tuple[float, str]]:
        """The values of contour lines, which are the ticks of the colours, with their names."""
        low, high = self.span
        return Axis(low, high, 0.0, 1.0).ticks(_LEVELS)

    @cached_property
    def minimum(self) -> tuple[float, float, float] | None:
        """The grid's lowest value as (x, y, value), the first of equal ones; None without any."""
        there = np.where(np.isfinite(self.values), self.values, np.inf)
        row, column = divmod(int(there.argmin()), there.shape[1])
        value = float(there[row, column])
        return None if value == np.inf else (float(self.x[column]), float(self.y[row]), value)

    @property
    def all_marks(self) -> list[Mark]:
        """The marks, the lowest value's last."""
        lowest = self.minimum
        found = [] if lowest is None else [Mark("minimum", *lowest[:2], f"lowest {say(lowest[2])}")]
        return [*self.marks, *found]

    @property
    def frame(self) -> tuple[float, float, float, float]:
        """The plane's edges, half a cell beyond the grid: left, right, bottom, top."""
        across, up = ((ends[-1] - ends[0]) / (len(ends) - 1) / 2 for ends in (self.x, self.y))
        return (
            float(self.x[0] - across),
            float(self.x[-1] + across),
            float(self.y[0] - up),
            float(self.y[-1] + up),
        )


def heatmap_text(data: Heatmap) -> str:
    """Return the numbers in one line: how many there are, the lowest with its place, the highest.

    Example:
        >>> ends = np.array([0.0, 1.0])
        >>> heatmap_text(Heatmap(ends, ends, np.array([[0.0, 1.0], [2.0, 3.0]])))
        'value over x and y, 2 x 2 points: lowest 0 at (0, 0), highest 3'
    """
    rows, columns = data.values.shape
    words = f"{data.value_label} over {data.x_label} and {data.y_label}, {columns} x {rows} points"
    lowest = data.minimum
    if lowest is None:
        return f"{words}: no finite value"
    highest = float(data.values[np.isfinite(data.values)].max())
    x, y, value = map(say, lowest)
    return f"{words}: lowest {value} at ({x}, {y}), highest {say(highest)}".replace(MINUS, "-")


def heatmap_table(data: Heatmap) -> str:
    """Return at most 11 rows and columns as an HTML table, evenly picked, escaped."""
    rows, columns = (_picked(n) for n in data.values.shape)
    head = "".join(f'<th scope="col">{say(float(data.x[column]))}</th>' for column in columns)
    body = "".join(
        f'<tr><th scope="row">{say(float(data.y[row]))}</th>'
        + "".join(f"<td>{say(float(data.values[row, column]))}</td>" for column in columns)
        + "</tr>"
        for row in reversed(rows)
    )
    corner = f"{escape(data.y_label)} up, {escape(data.x_label)} across"
    return (
        f"<table><caption>{escape(data.value_label)}</caption><thead><tr>"
        f'<th scope="col">{corner}</th>{head}</tr></thead><tbody>{body}</tbody></table>'
    )


def say(value: float) -> str:
    """Return a value as one reads it."""
    return short_number(value + 0.0, 4).replace("-", MINUS)


def _picked(n: int) -> list[int]:
    return sorted({round(i * (n - 1) / (_ROWS - 1)) for i in range(_ROWS)})
