"""Small tables as aligned text and as escaped HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

_UNITS = ((86400.0, "days"), (3600.0, "h"), (60.0, "min"))


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


def table_text(columns: Sequence[Column]) -> list[str]:
    """Return the table as aligned lines of text, without columns that say nothing.

    Example:
        >>> for line in table_text([Column("", ["a", "b"], False), Column("n", ["1", "20"])]):
        ...     print(line)
            n
        a   1
        b  20
    """
    told = _told(columns)
    lines = [""] * (1 + max((len(column.cells) for column in told), default=0))
    for place, column in enumerate(told):
        width = max(map(len, (column.title, *column.cells)))
        for i, cell in enumerate((column.title, *column.cells)):
            padded = cell.rjust(width) if column.is_number else cell.ljust(width)
            lines[i] += f"  {padded}" if place else padded
    return [line.rstrip() for line in lines]


def table_html(columns: Sequence[Column], caption: str, below: Sequence[str]) -> str:
    """Return the table as HTML, with sentences below it."""
    told = _told(columns)
    head = "".join(f'<th scope="col">{escape(column.title)}</th>' for column in told)
    n_rows = max((len(column.cells) for column in told), default=0)
    body = "".join(f"<tr>{''.join(_cell(c, i) for c in told)}</tr>" for i in range(n_rows))
    sentences = "".join(f"<p>{escape(sentence)}</p>" for sentence in below)
    return (
        f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f'<tbody>{body}</tbody></table><div style="font-size:0.9em;opacity:0.8">{sentences}</div>'
    )


def duration_words(seconds: float | None) -> str:
    """Write a time as people do; nothing for None.

    Example:
        >>> [duration_words(s) for s in (0.0123, 75, 5400)]
        ['12 ms', '1.2 min', '1.5 h']
    """
    if seconds is None:
        return ""
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{two_digits(seconds / size)} {unit}"
    return f"{two_digits(seconds)} s" if seconds >= 1 else f"{two_digits(1000 * seconds)} ms"


def two_digits(number: float) -> str:
    """Write the two leading digits of a number, which is all that a forecast knows.

    Example:
        >>> [two_digits(x) for x in (0.0123, 4.56, 123, 98765)]
        ['0.012', '4.6', '120', '99,000']
    """
    return f"{float(f'{number:.2g}'):,.10g}"


def _told(columns: Sequence[Column]) -> list[Column]:
    return [column for column in columns if any(column.cells)]


def _cell(column: Column, i: int) -> str:
    align = "right" if column.is_number else "left"
    return f'<td style="text-align:{align}">{escape(column.cells[i])}</td>'
