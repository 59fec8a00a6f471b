"""Points on planes as SVG: a colour and a shape for each group, and panels that share axes."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from qaimagic.drawing import theme
from qaimagic.drawing.curves_axes import Axis, spread
from qaimagic.drawing.curves_data import Floats
from qaimagic.drawing.curves_marks import SHAPES, at, rule, text_at
from qaimagic.drawing.labels import Run
from qaimagic.drawing.scatter_data import Scatter, scatter_text
from qaimagic.drawing.svg_type import width_of

_MOST = 500
"""How many points of a group are drawn; more would hide one another."""
_TOP, _HEADING, _BOTTOM, _GAP = 34.0, 20.0, 42.0, 26.0
_LARGE, _SMALL = 320.0, 220.0
_OPACITY = 0.85


def scatter_svg(*panels: Scatter, title: str) -> str:
    """Return a complete ``<svg>`` element; ink is ``currentColor``, and nothing needs a script."""
    side = _LARGE if len(panels) == 1 else _SMALL
    (low_x, low_y), (high_x, high_y) = _frame(panels)
    top = _TOP + (_HEADING if any(panel.heading for panel in panels) else 0.0)
    floor = top + side
    vertical = Axis(low_y, high_y, start=floor, end=top)
    rows = vertical.ticks(5)
    left = 30.0 + 6.5 * max(len(label) for _, label in rows)
    names = list(dict.fromkeys(name for panel in panels for name in panel.points))
    parts = [_legend(names, left)]
    for value, label in rows:
        parts.append(
            text_at(left - 7.0, at(vertical, value) + 4.0, label, anchor="end", muted=True)
        )
    upwards = text_at(0.0, 0.0, panels[0].y_label, anchor="middle", muted=True)
    parts.append(f'<g transform="translate(13 {top + side / 2:.1f}) rotate(-90)">{upwards}</g>')
    for k, panel in enumerate(panels):
        start = left + k * (side + _GAP)
        parts += _panel(panel, names, Axis(low_x, high_x, start=start, end=start + side), vertical)
    width = max(left + len(panels) * (side + _GAP) - _GAP + 8.0, _legend_end(names, left))
    height = floor + _BOTTOM
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" style="max-width:100%;height:auto" '
        f'font-family="{theme.SANS}" font-size="{theme.SMALL_SIZE:g}" fill="{theme.INK}">'
        f"<title>{escape(title)}</title><desc>{escape(scatter_text(*panels))}</desc>"
        f"{''.join(parts)}</svg>"
    )


def _frame(panels: Sequence[Scatter]) -> Floats:
    """Return the planes' edges, shape (2, 2): the lowest x and y, and the highest."""
    boxes = np.stack([panel.box for panel in panels])
    low, high = boxes[:, 0].min(axis=0), boxes[:, 1].max(axis=0)
    edges = np.array(
        [spread(float(a), float(b), log=False) for a, b in zip(low, high, strict=True)]
    )
    if all(panel.equal for panel in panels):
        half = float((edges[:, 1] - edges[:, 0]).max()) / 2
        middle = edges.mean(axis=1)
        edges = np.stack([middle - half, middle + half], axis=1)
    return np.asarray(edges.T)


def _panel(panel: Scatter, names: list[str], horizontal: Axis, vertical: Axis) -> list[str]:
    left, right, floor, top = horizontal.start, horizontal.end, vertical.start, vertical.end
    parts = [text_at(left, top - 10.0, panel.heading, size=theme.FONT_SIZE, weight=600)]
    for value, _ in vertical.ticks(5):
        y = at(vertical, value)
        parts.append(rule(left, y, right, y, theme.GRID_OPACITY))
    for value, label in horizontal.ticks(5):
        x = at(horizontal, value)
        parts.append(rule(x, floor, x, top, theme.GRID_OPACITY))
        parts.append(text_at(x, floor + 17.0, label, anchor="middle", muted=True))
    parts.append(rule(left, floor, right, floor, theme.WIRE_OPACITY))
    parts.append(rule(left, floor, left, top, theme.WIRE_OPACITY))
    for name, rows in reversed(panel.points.items()):
        across, down = horizontal.pixels(rows[:_MOST, 0]), vertical.pixels(rows[:_MOST, 1])
        parts.append(_dots(names.index(name), across, down, name))
    middle = (left + right) / 2
    parts.append(text_at(middle, floor + 35.0, panel.x_label, anchor="middle", muted=True))
    return parts


def _dots(group: int, x: Floats, y: Floats, name: str) -> str:
    style = theme.series_style(group)
    shape = SHAPES[style.marker]
    data = "".join(
        f"M{across:.1f},{down:.1f}{shape}"
        for across, down in zip(x.tolist(), y.tolist(), strict=True)
    )
    is_open = style.marker in ("cross", "plus")
    stroke = f'stroke="{style.color}" stroke-width="1.5"' if is_open else ""
    fill = "none" if is_open else style.color
    return (
        f'<path d="{data}" fill="{fill}" {stroke} opacity="{_OPACITY}">'
        f"<title>{escape(name)}</title></path>"
    )


def _legend(names: list[str], left: float) -> str:
    """Return each group's shape with its name, in a line above the planes."""
    parts, x = [], left
    for group, name in enumerate(names):
        parts.append(_dots(group, np.array([x + 4.0]), np.array([14.0]), name))
        parts.append(text_at(x + 13.0, 18.0, name, size=theme.FONT_SIZE))
        x += _entry(name)
    return "".join(parts)


def _legend_end(names: list[str], left: float) -> float:
    return left + sum(map(_entry, names))


def _entry(name: str) -> float:
    return 33.0 + width_of([Run(name)], theme.FONT_SIZE)
