"""The scores at the end of a run side by side, as text and as HTML."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from qaimagic.drawing.curves_axes import short_number

_DIGITS = 4
_MOST_DECIMALS = 8


@dataclass(frozen=True, slots=True)
class Score:
    """One row of the table.

    Attributes:
        name: What was scored.
        parameters: How many numbers it has learnt.
        val_loss: Loss on the validation data, or None; a linear model minimises another one.
        val_metric: Metric on the validation data, or None.
        test_loss: Loss on the test data, or None.
        test_metric: Metric on the test data, or None.
    """

    name: str
    parameters: int
    val_loss: float | None = None
    val_metric: float | None = None
    test_loss: float | None = None
    test_metric: float | None = None


def table_text(table: Sequence[Score], metric: str | None) -> list[str]:
    """Return the rows as aligned lines of text.

    Example:
        >>> for line in table_text([Score("model", 8, 0.25), Score("twin", 9, 0.0312)], None):
        ...     print(line)
               parameters  validation loss
        model           8           0.2500
        twin            9           0.0312
    """
    names = ["", *(row.name for row in table)]
    lines = [name.ljust(max(map(len, names))) for name in names]
    for title, cells in _columns(table, metric):
        width = max(map(len, (title, *cells)))
        column = (title, *cells)
        lines = [f"{line}  {cell:>{width}}" for line, cell in zip(lines, column, strict=True)]
    return [line.rstrip() for line in lines]


def table_html(table: Sequence[Score], metric: str | None) -> str:
    """Return the rows as an HTML table, or nothing if nobody has a score."""
    columns = _columns(table, metric)
    if len(columns) < 2:
        return ""
    head = "<td></td>" + "".join(f'<th scope="col">{escape(name)}</th>' for name, _ in columns)
    body = "".join(
        f'<tr><th scope="row">{escape(row.name)}</th>'
        + "".join(f"<td>{cells[i]}</td>" for _, cells in columns)
        + "</tr>"
        for i, row in enumerate(table)
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _columns(table: Sequence[Score], metric: str | None) -> list[tuple[str, list[str]]]:
    """Return title and cells of each column that anybody has a number for."""
    named = [
        ("validation loss", [row.val_loss for row in table]),
        (f"validation {metric}", [row.val_metric for row in table]),
        ("test loss", [row.test_loss for row in table]),
        (f"test {metric}", [row.test_metric for row in table]),
    ]
    columns = [("parameters", [f"{row.parameters:,}" for row in table])]
    columns += [(title, _aligned(values)) for title, values in named]
    return [(title, cells) for title, cells in columns if any(cells)]


def _aligned(values: Sequence[float | None]) -> list[str]:
    """Return the numbers of a column with the same decimals: as many as its largest one needs."""
    finite = [abs(value) for value in values if value is not None and math.isfinite(value)]
    largest = max(finite, default=0.0) or 1.0
    decimals = max(0, _DIGITS - math.ceil(math.log10(largest)))
    return [_cell(value, decimals) for value in values]


def _cell(value: float | None, decimals: int) -> str:
    if value is None:
        return ""
    if decimals > _MOST_DECIMALS or abs(value) >= 1e6 or not math.isfinite(value):
        return short_number(value, _DIGITS)
    return f"{value:.{decimals}f}"
