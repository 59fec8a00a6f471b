"""A circuit in characters, for terminals, logs, and readers without pictures."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from qaimagic._checks import check_int
from qaimagic.drawing.diagram import Diagram, Gate
from qaimagic.drawing.labels import clean, fold, measured, plain
from qaimagic.drawing.layout import Item, Placed, System, arrange, last_measured, runs_of_rows

_LONGEST_WIRE = 12
_LONGEST_NAME = 30
_GAP = 1
_LEAD = 2


class _Canvas:
    """A grid of character cells; a wide character fills two."""

    def __init__(self, height: int, width: int) -> None:
        self._cells = [[" "] * width for _ in range(height)]

    def write(self, line: int, column: int, text: str) -> None:
        row = self._cells[line]
        for character in text:
            width = _cells(character)
            if width == 0:
                row[column - 1] += character
                continue
            row[column : column + width] = [character, ""][:width]
            column += width

    def read(self, line: int, column: int) -> str:
        return self._cells[line][column]

    def lines(self) -> list[str]:
        return ["".join(row).rstrip() for row in self._cells]


def circuit_text(diagram: Diagram, *, max_width: int = 100) -> str:
    """Draw a circuit in characters.

    Args:
        diagram: The circuit.
        max_width: The number of characters at which a long circuit continues below. A single
            gate that is wider is not cut.

    Returns:
        The lines, without trailing spaces; the same circuit always gives the same text.

    Raises:
        TypeError: If ``max_width`` is not a whole number.
        ValueError: If it is below 20.

    Example:
        >>> bell = (Gate("H", (0,)), Gate("X", (1,), controls=(0,), control_values=(True,)))
        >>> print(circuit_text(Diagram(("0", "1"), bell, ())))
        0: ──H─●──
               │
        1: ────⊕──
    """
    check_int("max_width", max_width, minimum=20)
    names = [clean(wire, _LONGEST_WIRE) for wire in diagram.wires]
    longest = max(map(_cells, names), default=0)
    labels = [" " * (longest - _cells(name)) + f"{name}: " for name in names]
    margin = longest + 2
    systems = arrange(
        diagram,
        lambda item: _cells(_words(item)) + 2 * _boxed(item),
        available=max_width - margin - 2 * _LEAD,
        gap=_GAP,
    )
    ends = [last_measured(row, systems) for row in range(len(names))]
    blocks = []
    for index, system in enumerate(systems):
        blocks.append("\n".join(_draw(index, system, labels, margin, ends)))
    return "\n\n".join(blocks)


def _cells(text: str) -> int:
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def _words(item: Item) -> str:
    if not isinstance(item, Gate):
        return measured(item.kind, clean(item.label, _LONGEST_NAME))
    sign = _sign(item)
    if sign:
        return sign
    parameters = f"({plain(fold(item.parameters))})" if item.parameters else ""
    return clean(item.name, _LONGEST_NAME) + "†" * item.adjoint + parameters


def _sign(gate: Gate) -> str:
    if gate.name == "Barrier":
        return "┊"
    if gate.name == "SWAP" and len(gate.wires) == 2:
        return "\u2573"
    if gate.controls and len(gate.wires) == 1:
        return {"X": "⊕", "Z": "●"}.get(gate.name, "")
    return ""


def _boxed(item: Item) -> bool:
    return not isinstance(item, Gate) or (len(item.wires) != 1 and not _sign(item))


def _draw(
    index: int, system: System, labels: list[str], margin: int, ends: list[int | None]
) -> list[str]:
    widths = [int(column.width) for column in system.columns]
    right = margin + 2 * _LEAD + sum(widths) + _GAP * max(0, len(widths) - 1)
    canvas = _Canvas(max(1, 2 * len(labels) - 1), right)
    stops = _stops(system, widths, margin + _LEAD, len(labels))
    for row, label in enumerate(labels):
        canvas.write(2 * row, 0, label)
        end = ends[row]
        if end is None or index < end:
            canvas.write(2 * row, margin, "─" * (right - margin))
            if not system.last:
                canvas.write(2 * row, right - 1, "┄")
        elif index == end:
            canvas.write(2 * row, margin, "─" * (stops[row] - margin))
        if not system.first and (end is None or index <= end):
            canvas.write(2 * row, margin, "┄")
    left = margin + _LEAD
    for column, width in zip(system.columns, widths, strict=True):
        for placed in column.items:
            _place(canvas, placed, left, width)
        left += width + _GAP
    for row, stop in enumerate(stops):
        if ends[row] == index:
            canvas.write(2 * row, stop - 1, "│")
    return canvas.lines()


def _stops(system: System, widths: list[int], left: int, n_rows: int) -> list[int]:
    """Return for each row where the last item on it ends."""
    stops = [left] * n_rows
    for column, width in zip(system.columns, widths, strict=True):
        left += width
        for placed in column.items:
            for row in placed.item.wires or range(n_rows):
                stops[row] = left
        left += _GAP
    return stops


def _place(canvas: _Canvas, placed: Placed, left: int, width: int) -> None:
    item, words = placed.item, _words(placed.item)
    centre = left + width // 2
    if _boxed(item):
        _box(canvas, placed, words, left, width)
    first, last = 2 * placed.top, 2 * placed.bottom
    rows = _rows(placed)
    inside = range(2 * min(rows), 2 * max(rows) + 1)
    for line in range(first, last + 1):
        if _boxed(item) and line in inside:
            continue
        crossed = canvas.read(line, centre) == "─"
        if first != last:
            canvas.write(line, centre, "┼" if crossed else "│")
    if not isinstance(item, Gate):
        return
    for row, on_one in zip(item.controls, item.control_values, strict=True):
        canvas.write(2 * row, centre, "●" if on_one else "○")
    if not _boxed(item):
        for row in item.wires:
            canvas.write(2 * row, centre - _cells(words) // 2, words)


def _rows(placed: Placed) -> Sequence[int]:
    return placed.item.wires or range(placed.top, placed.bottom + 1)


def _box(canvas: _Canvas, placed: Placed, words: str, left: int, width: int) -> None:
    rows = _rows(placed)
    top, bottom = min(rows), max(rows)
    passing = [
        row for row in range(top, bottom) if row not in rows and canvas.read(2 * row, left) == "─"
    ]
    for line in range(2 * top, 2 * bottom + 1):
        canvas.write(line, left, "│" + " " * (width - 2) + "│")
    for row in rows:
        canvas.write(2 * row, left, "┤")
        canvas.write(2 * row, left + width - 1, "├")
    for row in passing:
        canvas.write(2 * row, left, "┼" + "╌" * (width - 2) + "┼")
    start, end = max(runs_of_rows(rows), key=lambda stretch: stretch[1] - stretch[0])
    canvas.write(start + end, left + 1 + (width - 2 - _cells(words)) // 2, words)
