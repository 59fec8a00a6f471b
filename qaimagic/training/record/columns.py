"""Small tables as aligned text and as escaped HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple


class Column(NamedTuple):
    """One column.

    Attributes:
        title: What stands above it.
        cells: Its cells from top to bottom.
        is_number: Whether they are set to the right.
    """

    title: str
    cells: Sequence[str]
    is_number: bool = True


def columns_text(columns: Sequence[Column]) -> list[str]:
    """Return the columns that say something as aligned lines of text.

    Example:
        >>> for line in columns_text([Column("", ["a", "b"], False), Column("n", ["1", "20"])]):
        ...     print(line)
            n
        a   1
        b  20
    """
    told = _told(columns)
    lines = [""] * (1 + len(told[0].cells) if told else 1)
    for place, column in enumerate(told):
        width = max(map(len, (column.title, *column.cells)))
        for i, cell in enumerate((column.title, *column.cells)):
            padded = cell.rjust(width) if column.is_number else cell.ljust(width)
            lines[i] += f"  {padded}" if place else padded
    return [line.rstrip() for line in lines]


def columns_html(columns: Sequence[Column], caption: str = "") -> str:
    """Return the columns that say something as an HTML table."""
    told = _told(columns)
    head = "".join(
        f'<th scope="col">{escape(column.title)}</th>' if column.title else "<td></td>"
        for column in told
    )
    n_rows = len(told[0].cells) if told else 0
    body = "".join(f"<tr>{''.join(_cell(c, i) for c in told)}</tr>" for i in range(n_rows))
    style = "text-align:left;white-space:nowrap"
    above = f'<caption style="{style}">{escape(caption)}</caption>' if caption else ""
    return f"<table>{above}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _told(columns: Sequence[Column]) -> list[Column]:
    return [column for column in columns if any(column.cells)]


def _cell(column: Column, i: int) -> str:
    align = "right" if column.is_number else "left"
    return f'<td style="text-align:{align}">{escape(column.cells[i])}</td>'
