"""The signs of a circuit in SVG: boxes, controls, targets, crosses and meters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from qaimagic.drawing import theme
from qaimagic.drawing.diagram import Diagram, Gate
from qaimagic.drawing.faces import BOX, METER, Face, face_of, face_svg
from qaimagic.drawing.labels import Role, Run, role_of
from qaimagic.drawing.layout import Item, Placed
from qaimagic.drawing.svg_type import color_of, number, text_svg

_DOT = 4.6
_TARGET = 11.0
_CROSS = 6.0
_NARROW = 26.0
_FILLING = 0.6


@dataclass(frozen=True)
class Gap:
    """A stretch of a row, in pixels, where the wire is not drawn.

    Attributes:
        row: The row.
        left: Where the wire stops.
        right: Where it goes on.
        passing: Whether it only passes behind a box that does not act on it.
    """

    row: int
    left: float
    right: float
    passing: bool = False


@dataclass(frozen=True)
class Glyph:
    """A drawn gate or measurement.

    Attributes:
        svg: Its elements.
        gaps: Where it interrupts wires.
    """

    svg: str
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True)
class _Mark:
    """A piece of a gate between ``top`` and ``bottom``, which control lines connect."""

    top: float
    bottom: float
    svg: str
    gaps: tuple[Gap, ...] = ()


def glyph_width(item: Item, diagram: Diagram) -> float:
    """Return the width in pixels that ``item`` needs."""
    if isinstance(item, Gate) and _sign(item):
        return _NARROW
    return face_of(item, len(diagram.wires), diagram.data).width


def draw_glyph(
    placed: Placed, diagram: Diagram, x: float, width: float, y_of: Callable[[int], float]
) -> Glyph:
    """Draw one gate or measurement.

    Args:
        placed: The item and its rows.
        diagram: The circuit it belongs to.
        x: The centre of its column, in pixels.
        width: The width of its column, in pixels.
        y_of: The height of each row's wire, in pixels.
    """
    item = placed.item
    sign = _sign(item) if isinstance(item, Gate) else None
    if sign == "barrier":
        top, bottom = y_of(placed.top) - BOX / 2, y_of(placed.bottom) + BOX / 2
        return Glyph(_line(x, top, bottom, ' stroke-dasharray="2 4" opacity="0.7"'))
    if not isinstance(item, Gate):
        return _joined([_box(placed, diagram, x, width, y_of)], x)
    marks = [
        _dot(row, x, y_of(row), filled)
        for row, filled in zip(item.controls, item.control_values, strict=True)
    ]
    if sign is None:
        marks.append(_box(placed, diagram, x, width, y_of))
    else:
        draw = {"dot": _filled_dot, "target": _target, "cross": _cross}[sign]
        marks += [draw(row, x, y_of(row)) for row in item.wires]
    return _joined(marks, x)


def _sign(gate: Gate) -> str | None:
    """Return the sign that stands for ``gate`` instead of a box, if there is one."""
    if gate.name == "Barrier":
        return "barrier"
    if gate.name == "SWAP" and len(gate.wires) == 2:
        return "cross"
    if gate.controls and len(gate.wires) == 1:
        return {"X": "target", "PauliX": "target", "Z": "dot", "PauliZ": "dot"}.get(gate.name)
    return None


def _joined(marks: list[_Mark], x: float) -> Glyph:
    ordered = sorted(marks, key=lambda mark: mark.top)
    lines = []
    reached = ordered[0].bottom
    for mark in ordered[1:]:
        if mark.top > reached:
            lines.append(_line(x, reached, mark.top))
        reached = max(reached, mark.bottom)
    svg = "".join([*lines, *(mark.svg for mark in ordered)])
    return Glyph(svg, tuple(gap for mark in ordered for gap in mark.gaps))


def _line(x: float, top: float, bottom: float, extra: str = "") -> str:
    return (
        f'<path d="M{number(x)} {number(top)}V{number(bottom)}" stroke="{theme.INK}" '
        f'stroke-width="{theme.STROKE}"{extra}/>'
    )


def _dot(row: int, x: float, y: float, filled: bool) -> _Mark:
    circle = f'<circle cx="{number(x)}" cy="{number(y)}" r="{_DOT}"'
    if filled:
        return _Mark(y, y, f'{circle} fill="{theme.INK}"/>')
    svg = f'{circle} fill="none" stroke="{theme.INK}" stroke-width="1.6"/>'
    return _Mark(y - _DOT, y + _DOT, svg, (Gap(row, x - _DOT, x + _DOT),))


def _filled_dot(row: int, x: float, y: float) -> _Mark:
    return _dot(row, x, y, filled=True)


def _target(row: int, x: float, y: float) -> _Mark:
    r = _TARGET
    svg = (
        f'<circle cx="{number(x)}" cy="{number(y)}" r="{r:g}" fill="{theme.INK}" '
        f'fill-opacity="{theme.INK_FILL_OPACITY}" stroke="{theme.INK}" stroke-width="1.5"/>'
        f'<path d="M{number(x - r)} {number(y)}h{2 * r:g}M{number(x)} {number(y - r)}v{2 * r:g}" '
        f'stroke="{theme.INK}" stroke-width="1.5"/>'
    )
    return _Mark(y - r, y + r, svg, (Gap(row, x - r, x + r),))


def _cross(_row: int, x: float, y: float) -> _Mark:
    r = _CROSS
    svg = (
        f'<path d="M{number(x - r)} {number(y - r)}l{2 * r:g} {2 * r:g}m0 -{2 * r:g}'
        f'l-{2 * r:g} {2 * r:g}" stroke="{theme.INK}" stroke-width="2" stroke-linecap="round"/>'
    )
    return _Mark(y, y, svg)


def _box(
    placed: Placed, diagram: Diagram, x: float, width: float, y_of: Callable[[int], float]
) -> _Mark:
    item = placed.item
    rows = item.wires or range(placed.top, placed.bottom + 1)
    first, last = min(rows), max(rows)
    face = face_of(item, len(diagram.wires), diagram.data)
    parameters = item.parameters if isinstance(item, Gate) else ()
    filling = face.meter or (bool(parameters) and face.width > _FILLING * width)
    half = (width if filling else face.width) / 2
    top, bottom = y_of(first) - BOX / 2, y_of(last) + BOX / 2
    role = role_of(parameters, diagram.data)
    parts = [_frame(x - half, top, 2 * half, bottom - top, role, meter=face.meter)]
    if isinstance(item, Gate) and item.is_template:
        parts.append(_bars(x, half, top, bottom, role))
    if list(item.wires) != sorted(item.wires) and not _symmetric(item):
        parts += [_port(i, x - half + 7, y_of(row)) for i, row in enumerate(item.wires)]
    middle = (y_of(face.rows[0]) + y_of(face.rows[1])) / 2
    if face.meter:
        parts.append(_meter(face, x, half, middle))
    parts.append(face_svg(face, x, middle))
    gaps = tuple(
        Gap(row, x - half, x + half, passing=row not in rows) for row in range(first, last + 1)
    )
    return _Mark(top, bottom, "".join(parts), gaps)


def _frame(left: float, top: float, width: float, height: float, role: Role, *, meter: bool) -> str:
    r, round_ = theme.CORNER, (BOX / 2 if meter else theme.CORNER)
    color = color_of(role)
    opacity = theme.INK_FILL_OPACITY if role == "ink" else theme.FILL_OPACITY
    faint = f' stroke-opacity="{theme.INK_STROKE_OPACITY}"' if role == "ink" else ""
    w, h = width, height
    path = (
        f"M{number(left + r)} {number(top)}h{number(w - r - round_)}"
        f"a{round_:g} {round_:g} 0 0 1 {round_:g} {round_:g}v{number(h - 2 * round_)}"
        f"a{round_:g} {round_:g} 0 0 1 -{round_:g} {round_:g}h-{number(w - r - round_)}"
        f"a{r:g} {r:g} 0 0 1 -{r:g} -{r:g}v-{number(h - 2 * r)}a{r:g} {r:g} 0 0 1 {r:g} -{r:g}z"
    )
    return (
        f'<path d="{path}" fill="{color}" fill-opacity="{opacity:g}" stroke="{color}" '
        f'stroke-width="{theme.STROKE}"{faint}/>'
    )


def _bars(x: float, half: float, top: float, bottom: float, role: Role) -> str:
    inset = half - 6
    vertical = f"{number(top)}v{number(bottom - top)}"
    return (
        f'<path d="M{number(x - inset)} {vertical}M{number(x + inset)} {vertical}" '
        f'stroke="{color_of(role)}" stroke-width="1" stroke-opacity="0.5"/>'
    )


def _port(index: int, x: float, y: float) -> str:
    runs = (Run(str(index)),)
    return text_svg(runs, x, y + 3.2, size=8.5, family=theme.SANS, opacity=theme.MUTED_OPACITY)


def _symmetric(item: Item) -> bool:
    return not isinstance(item, Gate) or item.name.startswith(("Ising", "MultiRZ", "ISWAP"))


def _meter(face: Face, x: float, half: float, middle: float) -> str:
    cx, base = (x, middle - 2) if face.tall else (x - half + face.padding + METER / 2, middle + 5)
    r = METER / 2 - 1
    return (
        f'<path d="M{number(cx - r)} {number(base)}a{r:g} {r:g} 0 0 1 {2 * r:g} 0'
        f'M{number(cx)} {number(base)}l6.5 -10.5" fill="none" stroke="{theme.INK}" '
        f'stroke-width="1.4" stroke-linecap="round"/>'
    )
