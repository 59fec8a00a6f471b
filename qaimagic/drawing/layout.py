"""Where everything in a circuit goes: columns from left to right, wrapped into systems.

As in a musical score, a *system* is one strip with all wires, and a long circuit continues in the
next one. Pure logic over rows and widths, for pixels and characters alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from qaimagic.drawing.diagram import Diagram, Gate, Measurement

Item = Gate | Measurement

_HALVINGS = 12


@dataclass(frozen=True)
class Placed:
    """A gate or measurement and the rows it occupies.

    Attributes:
        item: The gate or measurement.
        index: Its place among the diagram's gates, or among its measurements.
        top: Its first row.
        bottom: Its last row.
    """

    item: Item
    index: int
    top: int
    bottom: int


@dataclass(frozen=True)
class Column:
    """Items that share no row, and the width of the widest."""

    items: tuple[Placed, ...]
    width: float


@dataclass(frozen=True)
class System:
    """One strip of the picture.

    Attributes:
        columns: Its columns from left to right.
        first: Whether the wires begin here.
        last: Whether they end here.
    """

    columns: tuple[Column, ...]
    first: bool
    last: bool


def rows_of(item: Item) -> tuple[int, ...]:
    """Return the rows that ``item`` acts on, controls included; empty stands for all."""
    controls = item.controls if isinstance(item, Gate) else ()
    return (*item.wires, *controls)


def arrange(
    diagram: Diagram, width: Callable[[Item], float], *, available: float, gap: float
) -> list[System]:
    """Place a circuit's gates as far left as their wires allow, and wrap.

    Systems are as few as possible and about equally long, so that no measurement is left alone on
    the last. Measurements come after all gates. A gate keeps every row between its extremes for
    itself.

    Args:
        diagram: The circuit.
        width: The width of a gate or measurement, in any unit.
        available: The width that a system's columns and the gaps between them may take; a
            single column that is wider stands alone.
        gap: The space between two columns.

    Returns:
        At least one system, even for an empty circuit.
    """
    n_rows = max(1, len(diagram.wires))
    columns = [
        Column(tuple(items), max(width(placed.item) for placed in items))
        for items in (*_packed(diagram.gates, n_rows), *_packed(diagram.measurements, n_rows))
    ]
    strips = _balanced(columns, available, gap)
    end = len(strips) - 1
    return [System(tuple(strip), i == 0, i == end) for i, strip in enumerate(strips)]


def gate_columns(diagram: Diagram) -> list[list[int]]:
    """Return the places of a circuit's gates, column by column.

    A column's gates share no wire, so that every gate acts after all of the columns before its
    own: between two columns the circuit has one state.

    Example:
        >>> gates = (Gate("H", (0,)), Gate("X", (1,), controls=(0,)), Gate("T", (2,)))
        >>> gate_columns(Diagram(("a", "b", "c"), gates, ()))
        [[0, 2], [1]]
    """
    columns = _packed(diagram.gates, max(1, len(diagram.wires)))
    return [[placed.index for placed in column] for column in columns]


def _balanced(columns: Sequence[Column], available: float, gap: float) -> list[list[Column]]:
    """Fill as few strips as possible, and these about equally."""
    strips = _filled(columns, available, gap)
    too_small, enough = 0.0, available
    for _ in range(_HALVINGS):
        middle = (too_small + enough) / 2
        if len(_filled(columns, middle, gap)) > len(strips):
            too_small = middle
        else:
            enough = middle
    return _filled(columns, enough, gap)


def _filled(columns: Sequence[Column], available: float, gap: float) -> list[list[Column]]:
    strips: list[list[Column]] = [[]]
    used = 0.0
    for column in columns:
        if strips[-1] and used + gap + column.width > available:
            strips.append([])
        used = used + gap + column.width if strips[-1] else column.width
        strips[-1].append(column)
    return strips


def _packed(items: Iterable[Item], n_rows: int) -> list[list[Placed]]:
    free_from = [0] * n_rows
    columns: list[list[Placed]] = []
    for place, item in enumerate(items):
        rows = rows_of(item)
        top, bottom = (min(rows), max(rows)) if rows else (0, n_rows - 1)
        index = max(free_from[top : bottom + 1])
        if index == len(columns):
            columns.append([])
        columns[index].append(Placed(item, place, top, bottom))
        free_from[top : bottom + 1] = [index + 1] * (bottom + 1 - top)
    return columns


def last_measured(row: int, systems: Sequence[System]) -> int | None:
    """Return the index of the system in which the wire of ``row`` is measured for good."""
    found = [
        index
        for index, system in enumerate(systems)
        for column in system.columns
        for placed in column.items
        if isinstance(placed.item, Measurement) and row in (placed.item.wires or [row])
    ]
    return max(found, default=None)


def runs_of_rows(rows: Iterable[int]) -> list[tuple[int, int]]:
    """Group rows into stretches of neighbours, each as (first, last).

    Example:
        >>> runs_of_rows([3, 0, 1])
        [(0, 1), (3, 3)]
    """
    stretches: list[tuple[int, int]] = []
    for row in sorted(set(rows)):
        if stretches and stretches[-1][1] == row - 1:
            stretches[-1] = (stretches[-1][0], row)
        else:
            stretches.append((row, row))
    return stretches
