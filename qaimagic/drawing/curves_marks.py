"""The marks of a chart: lines, markers, labels at the lines' ends, as SVG elements."""

from __future__ import annotations

from html import escape

import numpy as np

from qaimagic.drawing import theme
from qaimagic.drawing.curves_axes import MINUS, Axis, short_number, thin_out
from qaimagic.drawing.curves_data import Curves, Floats, Series

_LABEL_GAP = 15.0
_LONGEST_NAME = 24
_MARKS = 12
_DOTS = "1 4"
_FAINT = {"raw": ("none", 0.45), "modelled": (_DOTS, 1.0)}
SHAPES = {
    "circle": "m-3,0a3,3 0 1 0 6,0a3,3 0 1 0 -6,0z",
    "square": "m-2.7,-2.7h5.4v5.4h-5.4z",
    "diamond": "m0,-3.8l3.8,3.8l-3.8,3.8l-3.8,-3.8z",
    "triangle": "m0,-3.6l3.5,6.2h-7z",
    "cross": "m-3,-3l6,6m0,-6l-6,6",
    "plus": "m-3.6,0h7.2m-3.6,-3.6v7.2",
}
"""The shapes of markers, as paths from their middle."""


def line_marks(line: Series, horizontal: Axis, vertical: Axis) -> str:
    """Return the line itself, with markers if it is a validation line or a single point."""
    if line.role == "reference":
        level = at(vertical, float(line.y[0]))
        return (
            f'<path d="M{horizontal.start:.1f},{level:.1f}H{horizontal.end:.1f}" fill="none" '
            f'stroke="{theme.INK}" stroke-width="1.5" stroke-dasharray="{_DOTS}" '
            f'stroke-linecap="round" opacity="{theme.MUTED_OPACITY}"/>'
        )
    style = theme.series_style(line.group)
    x, y = _pixels(line, horizontal, vertical)
    thickness = {"raw": 1.0, "train": 1.5}.get(line.role, theme.CURVE_STROKE + 0.25)
    dash, opacity = _FAINT.get(line.role, (style.dash, 1.0))
    path = (
        f'<path d="{_path(x, y)}" fill="none" stroke="{style.color}" '
        f'stroke-width="{thickness:g}" stroke-dasharray="{dash}" stroke-linecap="round" '
        f'stroke-linejoin="round" opacity="{opacity:g}"><title>{escape(line.name)}</title></path>'
    )
    marked = line.role == "validation" or line.values.size == 1
    return path + (_markers(style, x, y) if marked else "")


def band_marks(line: Series, horizontal: Axis, vertical: Axis) -> str:
    """Return the shaded band about a line, or nothing."""
    if line.edges is None:
        return ""
    columns = max(20, int((horizontal.end - horizontal.start) / 2))
    low, high = (thin_out(line.points[0], edge, columns) for edge in line.edges)
    there = [
        (horizontal.pixels(x), np.clip(vertical.pixels(y), vertical.end, vertical.start))
        for x, y in (low, (high[0][::-1], high[1][::-1]))
    ]
    corners = [
        f"{across:.1f},{down:.1f}"
        for x, y in there
        for across, down in zip(x.tolist(), y.tolist(), strict=True)
        if down == down
    ]
    if not corners:
        return ""
    color = theme.series_style(line.group).color
    return f'<path d="M{"L".join(corners)}z" fill="{color}" opacity="{theme.FILL_OPACITY}"/>'


def _pixels(line: Series, horizontal: Axis, vertical: Axis) -> tuple[Floats, Floats]:
    columns = max(20, int((horizontal.end - horizontal.start) / 2))
    x, y = thin_out(*line.points, columns)
    return horizontal.pixels(x), vertical.pixels(y)


def _path(x: Floats, y: Floats) -> str:
    """Return path data with a gap at each NaN; a point alone becomes a dot."""
    parts, command = [], "M"
    for across, down in zip(x.tolist(), y.tolist(), strict=True):
        if down != down:
            command = "M"
            continue
        parts.append(f"{command}{across:.1f},{down:.1f}" + ("h0" if command == "M" else ""))
        command = "L"
    return "".join(parts)


def _markers(style: theme.LineStyle, x: Floats, y: Floats) -> str:
    there = np.flatnonzero(~np.isnan(y))
    if len(there) > 2 * _MARKS:
        there = there[np.linspace(0, len(there) - 1, _MARKS).round().astype(int)]
    shape = SHAPES[style.marker]
    data = "".join(f"M{x[at]:.1f},{y[at]:.1f}{shape}" for at in there)
    stroke = style.color if style.marker in ("cross", "plus") else "none"
    return f'<path d="{data}" fill="{style.color}" stroke="{stroke}" stroke-width="1.5"/>'


def best_ring(panel: Curves, horizontal: Axis, vertical: Axis) -> str:
    """Return a ring around the best validation point, or nothing."""
    best, lead = panel.best, panel.lead
    if best is None or lead is None or lead.role != "validation":
        return ""
    words = f"best {panel.x_label} {best[0]:g}: {short_number(best[1], panel.digits)}"
    return (
        f'<circle cx="{at(horizontal, best[0]):.1f}" cy="{at(vertical, best[1]):.1f}" r="6.5" '
        f'fill="none" stroke="{theme.series_style(lead.group).color}" stroke-width="1.5">'
        f"<title>{escape(words)}</title></circle>"
    )


def end_labels(panel: Curves, lines: list[Series], horizontal: Axis, vertical: Axis) -> list[str]:
    """Place the labels where the lines end, pushed apart where they would overlap."""
    ends: list[tuple[float, float, Series]] = []
    goes_on = {line.group for line in lines if line.role == "modelled"}
    for line in lines:
        if line.role == "validation" and line.group in goes_on:
            continue
        down = at(vertical, float(line.values[-1]))
        if line.role == "raw" or down != down:
            continue
        x, y = line.points
        last = float(x[~np.isnan(y)][-1])
        across = horizontal.end if line.role == "reference" else at(horizontal, last)
        ends.append((down, across, line))
    ends.sort(key=lambda end: end[0])
    column = max((across for _, across, _ in ends), default=0.0) + 12.0
    places = _push_apart([down for down, _, _ in ends], vertical.end, vertical.start - 6.0)
    parts = []
    for (down, across, line), place in zip(ends, places, strict=True):
        reference = line.role == "reference"
        color = theme.INK if reference else theme.series_style(line.group).color
        if abs(place - down) > 4.0 or column - across > 24.0:
            parts.append(
                f'<path d="M{across + 4:.1f},{down:.1f}L{column - 3:.1f},{place:.1f}" fill="none" '
                f'stroke="{color}" stroke-width="0.75" opacity="{theme.WIRE_OPACITY}"/>'
            )
        weight = 600 if line.role == "validation" else 400
        label = label_of(line, panel)
        parts.append(text_at(column, place + 4.0, label, color=color, weight=weight))
    return parts


def _push_apart(wanted: list[float], top: float, bottom: float) -> list[float]:
    """Return ``wanted``, ascending, moved as little as needed for one label's height between."""
    places: list[float] = []
    for y in wanted:
        places.append(max(y, top, places[-1] + _LABEL_GAP if places else top))
    limit = bottom
    for index in reversed(range(len(places))):
        places[index] = min(places[index], limit)
        limit = places[index] - _LABEL_GAP
    return places


def label_of(line: Series, panel: Curves) -> str:
    """Return what stands at the line's end: its name, and its last value if that is a result."""
    if line.role == "raw":
        return ""
    name = line.name
    if len(name) > _LONGEST_NAME:
        name = f"{name[: _LONGEST_NAME - 1]}…"
    if panel.better is None:
        return name
    value = short_number(float(line.values[-1]), panel.digits)
    return f"{name} {value.replace('-', MINUS)}"


def at(axis: Axis, value: float) -> float:
    """Return the pixel of one value."""
    return float(axis.pixels(np.array([value]))[0])


def rule(x1: float, y1: float, x2: float, y2: float, opacity: float) -> str:
    """Return a straight line in ink."""
    return (
        f'<path d="M{x1:.1f},{y1:.1f}L{x2:.1f},{y2:.1f}" stroke="{theme.INK}" '
        f'opacity="{opacity}" fill="none"/>'
    )


def text_at(
    x: float,
    y: float,
    text: str,
    *,
    anchor: str = "start",
    size: float = theme.SMALL_SIZE,
    weight: int = 400,
    color: str = theme.INK,
    muted: bool = False,
) -> str:
    """Return a text whose baseline is at ``y``."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size:g}" '
        f'font-weight="{weight}" fill="{color}" opacity="{theme.MUTED_OPACITY if muted else 1}">'
        f"{escape(text)}</text>"
    )
