"""What is written on a box, line by line, and how much room it takes."""

from __future__ import annotations

from dataclasses import dataclass

from qaimagic.drawing import theme
from qaimagic.drawing.diagram import Gate, Measurement
from qaimagic.drawing.labels import Run, clean, fold, gate_runs, measured, parameter_runs, words
from qaimagic.drawing.layout import Item, runs_of_rows
from qaimagic.drawing.svg_type import text_svg, width_of

ROW = 50.0
BOX = 38.0
METER = 20.0

_LINE = 16.5
_PADDING = 9.0
_TEMPLATE_PADDING = 16.0
_LONG_NAME = 10
_LONGEST_WORD = 24


@dataclass(frozen=True)
class Line:
    """One line of a face: mathematics is set in serifs, names without."""

    runs: tuple[Run, ...]
    math: bool = False

    @property
    def size(self) -> float:
        """The font size in pixels."""
        return theme.MATH_SIZE if self.math else theme.FONT_SIZE

    @property
    def width(self) -> float:
        """The estimated width in pixels."""
        return width_of(self.runs, self.size)


@dataclass(frozen=True)
class Face:
    """The writing on a box.

    Attributes:
        lines: From top to bottom.
        meter: Whether a meter is drawn: beside a single line, above in a taller box.
        rows: The stretch of rows (first, last) in whose middle the writing stands.
        padding: The space between the writing and the box's sides, in pixels.
    """

    lines: tuple[Line, ...]
    meter: bool
    rows: tuple[int, int]
    padding: float

    @property
    def tall(self) -> bool:
        """Whether there is room above the writing for a meter."""
        return self.rows[0] != self.rows[1]

    @property
    def width(self) -> float:
        """The width in pixels that the box needs."""
        text = max((line.width for line in self.lines), default=0.0)
        beside = METER + 5 if self.meter and not self.tall else 0.0
        return max(BOX, text + beside + 2 * self.padding)


def face_of(item: Item, n_rows: int, data: tuple[str, ...]) -> Face:
    """Return the writing on the box of ``item``.

    Args:
        item: A gate or measurement.
        n_rows: The number of rows of the circuit.
        data: The names that stand for data.
    """
    stretches = runs_of_rows(item.wires or range(max(1, n_rows)))
    rows = max(stretches, key=lambda stretch: stretch[1] - stretch[0])
    if isinstance(item, Measurement):
        label = clean(item.label, _LONGEST_WORD)
        line = Line((Run(measured(item.kind, label)),))
        return Face((line,), meter=True, rows=rows, padding=_PADDING)
    if item.name == "measure":
        return Face((), meter=True, rows=rows, padding=_PADDING)
    parameters = parameter_runs(fold(item.parameters), data)
    room = int(((rows[1] - rows[0]) * ROW + BOX) // _LINE) - bool(parameters)
    lines = [Line(runs) for runs in _name_lines(item, max(1, room))]
    if parameters:
        lines.append(Line(parameters, math=True))
    padding = _TEMPLATE_PADDING if item.is_template else _PADDING
    return Face(tuple(lines), meter=False, rows=rows, padding=padding)


def face_svg(face: Face, x: float, middle: float) -> str:
    """Return the writing centred on (``x``, ``middle``)."""
    height = _LINE * len(face.lines)
    if face.meter and not face.tall:
        x += (METER + 5) / 2
    if face.meter and face.tall:
        middle += 11
    return "".join(
        text_svg(
            line.runs,
            x,
            middle - height / 2 + (index + 0.5) * _LINE + 0.33 * line.size,
            size=line.size,
            family=theme.SERIF if line.math else theme.SANS,
        )
        for index, line in enumerate(face.lines)
    )


def _name_lines(gate: Gate, room: int) -> list[tuple[Run, ...]]:
    pieces = words(clean(gate.name))
    if len(gate.name) <= _LONG_NAME or not 1 < len(pieces) <= room:
        return [gate_runs(clean(gate.name, _LONGEST_WORD), gate.adjoint)]
    lines = [(Run(clean(piece, _LONGEST_WORD)),) for piece in pieces[:-1]]
    return [*lines, gate_runs(clean(pieces[-1], _LONGEST_WORD), gate.adjoint)]
