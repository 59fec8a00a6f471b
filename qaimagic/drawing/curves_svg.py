"""Curves as SVG: labels at the lines' ends, dashes and markers as well as colours."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import numpy as np

from qaimagic.drawing import theme
from qaimagic.drawing.curves_axes import Axis, spread
from qaimagic.drawing.curves_data import Curves, Series
from qaimagic.drawing.curves_marks import (
    at,
    band_marks,
    best_ring,
    end_labels,
    label_of,
    line_marks,
    rule,
    text_at,
)
from qaimagic.drawing.curves_points import point_marks
from qaimagic.drawing.curves_text import curves_text
from qaimagic.drawing.labels import Run
from qaimagic.drawing.svg_type import width_of

_TOP, _BOTTOM = 30.0, 40.0
_CHARACTER = 0.53 * theme.SMALL_SIZE
_BOLD = 1.1


def curves_svg(
    *panels: Curves, title: str = "", width: int | None = None, height: int = 280
) -> str:
    """Return a complete ``<svg>`` element with the panels side by side.

    Its size does not grow with the number of points: each line is thinned out to what its pixels
    can show, spikes kept. Ink is ``currentColor``. It has a title, a description, and nothing
    that needs a script, a style sheet or an id.

    Args:
        panels: One to three panels.
        title: What a screen reader announces first.
        width: Pixels; None for 640 with one panel, else 920.
        height: Pixels.

    Example:
        >>> curves_svg(Curves((Series("training", [1, 2], [0.5, 0.4]),)))[:4]
        '<svg'
    """
    width = width or (640 if len(panels) == 1 else 920)
    room = width / max(1, len(panels))
    body = "".join(
        _panel(panel, left=index * room, right=(index + 1) * room - 4.0, height=float(height))
        for index, panel in enumerate(panels)
    )
    name = escape(title or "Training curves")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" style="max-width:100%;height:auto" '
        f'font-family="{theme.SANS}" font-size="{theme.SMALL_SIZE:g}" fill="{theme.INK}">'
        f"<title>{name}</title><desc>{escape(curves_text(*panels))}</desc>{body}</svg>"
    )


def _panel(panel: Curves, *, left: float, right: float, height: float) -> str:
    lines = [line for line in panel.series if line.values.size]
    low, high = _range(panel)
    vertical = Axis(low, high, start=height - _BOTTOM, end=_TOP, log=panel.is_log)
    ticks = vertical.ticks()
    widest_tick = max((len(label) for _, label in ticks), default=1)
    widest_label = max((_width(line, panel) for line in lines), default=0.0)
    inner_left = left + widest_tick * _CHARACTER + 12.0
    inner_right = max(inner_left + 80.0, right - widest_label - 18.0)
    horizontal = _horizontal(panel, lines, inner_left, inner_right)
    heading = f"{panel.y_label}{', log scale' if panel.is_log else ''}"
    parts = [text_at(left + 2.0, 14.0, heading, size=theme.FONT_SIZE, weight=600)]
    parts += _frame(panel, vertical, horizontal)
    if not lines:
        middle = (inner_left + inner_right) / 2
        parts.append(text_at(middle, height / 2, "no values yet", anchor="middle", muted=True))
    joined = [line for line in reversed(lines) if line.role != "points"]
    parts += [band_marks(line, horizontal, vertical) for line in joined]
    parts += [line_marks(line, horizontal, vertical) for line in joined]
    parts += [point_marks(line, horizontal, vertical) for line in lines if line.role == "points"]
    parts.append(best_ring(panel, horizontal, vertical))
    parts += end_labels(panel, lines, horizontal, vertical)
    return "".join(parts)


def _width(line: Series, panel: Curves) -> float:
    width = width_of([Run(label_of(line, panel))], theme.SMALL_SIZE)
    return _BOLD * width if line.role == "validation" else width


def _range(panel: Curves) -> tuple[float, float]:
    values = panel.values[panel.values > 0.0] if panel.is_log else panel.values
    if not values.size:
        return 0.0, 1.0
    if _has_points(panel) and not panel.is_log:
        values = np.append(values, 0.0)
    return spread(float(values.min()), float(values.max()), log=panel.is_log)


def _has_points(panel: Curves) -> bool:
    return any(line.role == "points" for line in panel.series)


def _horizontal(panel: Curves, lines: Iterable[Series], start: float, end: float) -> Axis:
    rows = [line.points[0] for line in lines if line.role != "reference"]
    values = np.concatenate(rows) if rows else np.zeros(1)
    low, high = float(values.min()), max(float(values.max()), panel.x_end or 0.0)
    if panel.log_x and rows:
        return Axis(*spread(low, high, log=True), start=start, end=end, log=True)
    if any(line.role == "points" for line in lines):
        low, high = low - 0.5, high + 0.5
    elif 0.0 < low <= 0.1 * high or low == high > 0.0:
        low = 0.0
    whole = bool((values == np.round(values)).all())
    return Axis(low, high if high > low else low + 1.0, start=start, end=end, whole=whole)


def _frame(panel: Curves, vertical: Axis, horizontal: Axis) -> list[str]:
    left, right, floor = horizontal.start, horizontal.end, vertical.start
    parts = []
    for value, label in vertical.ticks():
        y = at(vertical, value)
        parts.append(rule(left, y, right, y, theme.GRID_OPACITY))
        parts.append(text_at(left - 7.0, y + 4.0, label, anchor="end", muted=True))
    parts.append(rule(left, floor, right, floor, theme.WIRE_OPACITY))
    for value, label in horizontal.ticks(max(2, int((right - left) / 60))):
        x = at(horizontal, value)
        parts.append(rule(x, floor, x, floor + 4.0, theme.WIRE_OPACITY))
        parts.append(text_at(x, floor + 17.0, label, anchor="middle", muted=True))
    middle = (left + right) / 2
    words = f"{panel.x_label}{', log scale' if horizontal.log else ''}"
    parts.append(text_at(middle, floor + 34.0, words, anchor="middle", muted=True))
    return parts
