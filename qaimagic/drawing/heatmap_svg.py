"""Numbers over a plane as SVG: colours, contour lines, a path, marks, and what colours mean."""

from __future__ import annotations

from collections import defaultdict
from html import escape

import numpy as np

from qaimagic.drawing import theme
from qaimagic.drawing.contours import contour_lines
from qaimagic.drawing.curves_axes import Axis
from qaimagic.drawing.curves_data import Floats
from qaimagic.drawing.curves_marks import at, rule, text_at
from qaimagic.drawing.heatmap_data import Heatmap, heatmap_text
from qaimagic.drawing.palette import amounts

N_COLORS = 32
SHAPES = {
    "start": "m-5,0a5,5 0 1 0 10,0a5,5 0 1 0 -10,0z",
    "end": "m-4.5,-4.5h9v9h-9z",
    "here": "m0,-6.2l6.2,6.2l-6.2,6.2l-6.2,-6.2z",
    "minimum": "m-7,-1.8h5.2v-5.2h3.6v5.2h5.2v3.6h-5.2v5.2h-3.6v-5.2h-5.2z",
}
"""The shapes of marks, as paths from their middle."""
PAPER, EDGE = "#ffffff", "#111111"
"""Marks and paths are white with a dark edge, which stands out on every colour of the palette."""

_TOP, _BOTTOM, _SIDE = 48.0, 46.0, 380.0
_BAR, _BAR_GAP, _BAR_LABELS = 14.0, 22.0, 62.0
_LETTER = 6.4


def heatmap_svg(data: Heatmap, *, title: str) -> str:
    """Return a complete ``<svg>`` element; ink is ``currentColor``, and nothing needs a script."""
    low_x, high_x, low_y, high_y = data.frame
    floor = _TOP + _SIDE
    vertical = Axis(low_y, high_y, start=floor, end=_TOP)
    rows = vertical.ticks(6)
    left = 30.0 + 6.5 * max(len(label) for _, label in rows)
    right = left + _SIDE
    horizontal = Axis(low_x, high_x, start=left, end=right)
    colors = amounts(N_COLORS)
    width = right + _BAR_GAP + _BAR + _BAR_LABELS
    height = floor + _BOTTOM
    parts = [
        text_at(2.0, 14.0, data.value_label, size=theme.FONT_SIZE, weight=600),
        *_legend(data, left),
        _cells(data, colors, left, floor),
        *_contours(data, colors, horizontal, vertical),
        _outline(left, _TOP, _SIDE, _SIDE),
        *_path(data, horizontal, vertical),
        *_marks(data, horizontal, vertical),
        *_color_bar(data, colors, right + _BAR_GAP),
    ]
    for value, label in rows:
        y = at(vertical, value)
        parts.append(rule(left - 4.0, y, left, y, theme.WIRE_OPACITY))
        parts.append(text_at(left - 7.0, y + 4.0, label, anchor="end", muted=True))
    for value, label in horizontal.ticks(6):
        x = at(horizontal, value)
        parts.append(rule(x, floor, x, floor + 4.0, theme.WIRE_OPACITY))
        parts.append(text_at(x, floor + 17.0, label, anchor="middle", muted=True))
    middle = (left + right) / 2
    parts.append(text_at(middle, floor + 37.0, data.x_label, anchor="middle", muted=True))
    upwards = text_at(0.0, 0.0, data.y_label, anchor="middle", muted=True)
    parts.append(f'<g transform="translate(13 {_TOP + _SIDE / 2:.1f}) rotate(-90)">{upwards}</g>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" style="max-width:100%;height:auto" '
        f'font-family="{theme.SANS}" font-size="{theme.SMALL_SIZE:g}" fill="{theme.INK}">'
        f"<title>{escape(title)}</title><desc>{escape(heatmap_text(data))}</desc>"
        f"{''.join(parts)}</svg>"
    )


def _shades(data: Heatmap) -> Floats:
    """Return the place of each value's colour in the palette; those without a value are NaN."""
    low, high = data.span
    shares = np.where(np.isfinite(data.values), (data.values - low) / (high - low), np.nan)
    return np.asarray(np.clip(np.floor(shares * N_COLORS), 0, N_COLORS - 1))


def _cells(data: Heatmap, colors: list[str], left: float, floor: float) -> str:
    """Return one path for each colour, of runs of neighbouring cells in a row."""
    runs: defaultdict[int, list[str]] = defaultdict(list)
    for row, shades in enumerate(_shades(data)):
        starts = np.flatnonzero(np.append(True, shades[1:] != shades[:-1]))
        for start, end in zip(starts, [*starts[1:], len(shades)], strict=True):
            if shades[start] == shades[start]:
                runs[int(shades[start])].append(f"M{start} {row}h{end - start}v1h{start - end}z")
    rows, columns = data.values.shape
    paths = "".join(f'<path fill="{colors[k]}" d="{"".join(runs[k])}"/>' for k in sorted(runs))
    return (
        f'<g shape-rendering="crispEdges" transform="translate({left:.1f} {floor:.1f}) '
        f'scale({_SIDE / columns:.6g} {-_SIDE / rows:.6g})">{paths}</g>'
    )


def _contours(data: Heatmap, colors: list[str], horizontal: Axis, vertical: Axis) -> list[str]:
    low, high = data.span
    parts = []
    for level, name in data.levels:
        pieces = []
        for line in contour_lines(data.values, level):
            x = horizontal.pixels(np.interp(line[:, 0], np.arange(len(data.x)), data.x))
            y = vertical.pixels(np.interp(line[:, 1], np.arange(len(data.y)), data.y))
            pieces.append(_line(x, y))
        if pieces:
            shade = int(np.clip((level - low) / (high - low) * N_COLORS, 0, N_COLORS - 1))
            parts.append(
                f'<path d="{"".join(pieces)}" fill="none" stroke="{theme.ink_on(colors[shade])}" '
                f'stroke-width="1" stroke-opacity="0.6"><title>{escape(name)}</title></path>'
            )
    return parts


def _line(x: Floats, y: Floats) -> str:
    points = [f"{a:.1f},{b:.1f}" for a, b in zip(x.tolist(), y.tolist(), strict=True)]
    return f"M{'L'.join(points)}"


def _path(data: Heatmap, horizontal: Axis, vertical: Axis) -> list[str]:
    if data.path is None or len(data.path) < 2:
        return []
    d = _line(horizontal.pixels(data.path[:, 0]), vertical.pixels(data.path[:, 1]))
    strokes = ((EDGE, 4.4), (PAPER, 2.2))
    return [
        f'<path d="{d}" fill="none" stroke="{color}" stroke-width="{thickness}" '
        f'stroke-linejoin="round" stroke-linecap="round"/>'
        for color, thickness in strokes
    ]


def _marks(data: Heatmap, horizontal: Axis, vertical: Axis) -> list[str]:
    return [
        _shape(mark.shape, at(horizontal, mark.x), at(vertical, mark.y), mark.label)
        for mark in data.all_marks
    ]


def _shape(shape: str, x: float, y: float, label: str = "") -> str:
    name = f"<title>{escape(label)}</title>" if label else ""
    return (
        f'<path d="M{x:.1f},{y:.1f}{SHAPES[shape]}" fill="{PAPER}" stroke="{EDGE}" '
        f'stroke-width="1.4" stroke-linejoin="round">{name}</path>'
    )


def _legend(data: Heatmap, left: float) -> list[str]:
    """Return what the shapes mean, in a line above the plane."""
    parts, x = [], left + 6.0
    for mark in data.all_marks:
        parts.append(_shape(mark.shape, x, _TOP - 14.0))
        parts.append(text_at(x + 11.0, _TOP - 10.0, mark.label))
        x += 30.0 + _LETTER * len(mark.label)
    return parts


def _color_bar(data: Heatmap, colors: list[str], left: float) -> list[str]:
    size = _SIDE / N_COLORS
    rows = "".join(f'<path fill="{color}" d="M0 {k}h1v1h-1z"/>' for k, color in enumerate(colors))
    scale = Axis(*data.span, start=_TOP + _SIDE, end=_TOP)
    parts = [
        f'<g shape-rendering="crispEdges" transform="translate({left:.1f} {_TOP + _SIDE:.1f}) '
        f'scale({_BAR:g} {-size:.6g})">{rows}</g>',
        _outline(left, _TOP, _BAR, _SIDE),
    ]
    for value, label in data.levels:
        y = at(scale, value)
        parts.append(rule(left, y, left + _BAR + 4.0, y, theme.INK_STROKE_OPACITY))
        parts.append(text_at(left + _BAR + 8.0, y + 4.0, label, muted=True))
    return parts


def _outline(left: float, top: float, width: float, height: float) -> str:
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:g}" height="{height:g}" fill="none" '
        f'stroke="{theme.INK}" stroke-opacity="{theme.WIRE_OPACITY}"/>'
    )
