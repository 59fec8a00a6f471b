"""A histogram as SVG: a bar for each level or bin, what was expected, and a marked value."""

from __future__ import annotations

from html import escape

import numpy as np

from qaimagic.drawing import theme
from qaimagic.drawing.curves_axes import Axis
from qaimagic.drawing.curves_data import Floats
from qaimagic.drawing.curves_marks import at, rule, text_at
from qaimagic.drawing.histogram_data import NARROWEST, Histogram, histogram_text, number, told

_TOP, _BOTTOM, _LEFT, _RIGHT = 46.0, 42.0, 46.0, 16.0
_WIDEST = 34.0
_NUMBERED, _NUMBERED_SHARES = 16, 8
_SMALLEST = 5e-4


def histogram_svg(data: Histogram, *, title: str, width: int = 640, height: int = 260) -> str:
    """Return a complete ``<svg>`` element; ink is ``currentColor``, and nothing needs a script."""
    floor, right = height - _BOTTOM, width - _RIGHT
    most = max(1.0 if data.is_counted else 1e-3, float(_tips(data).max()))
    vertical = Axis(0.0, 1.06 * most, start=floor, end=_TOP, whole=data.is_counted)
    ticks = vertical.ticks(4)
    left = max(_LEFT, 16.0 + 6.5 * max(len(label) for _, label in ticks))
    horizontal = _horizontal(data, left, right)
    parts = [text_at(2.0, 14.0, data.y_label, size=theme.FONT_SIZE, weight=600)]
    for value, label in ticks:
        y = at(vertical, value)
        parts.append(rule(left, y, right, y, theme.GRID_OPACITY))
        parts.append(text_at(left - 7.0, y + 4.0, label, anchor="end", muted=True))
    parts += _mark(data, horizontal, vertical)
    parts += _bar_marks(data, horizontal, vertical)
    parts += _expected_marks(data, horizontal, vertical, right)
    parts.append(rule(left, floor, right, floor, theme.WIRE_OPACITY))
    for value, label in _x_ticks(data, horizontal):
        x = at(horizontal, value)
        parts.append(rule(x, floor, x, floor + 4.0, theme.WIRE_OPACITY))
        parts.append(text_at(x, floor + 17.0, label, anchor="middle", muted=True))
    middle = (left + right) / 2
    parts.append(text_at(middle, floor + 35.0, data.x_label, anchor="middle", muted=True))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" style="max-width:100%;height:auto" '
        f'font-family="{theme.SANS}" font-size="{theme.SMALL_SIZE:g}" fill="{theme.INK}">'
        f"<title>{escape(title)}</title><desc>{escape(histogram_text(data))}</desc>"
        f"{''.join(parts)}</svg>"
    )


def _horizontal(data: Histogram, left: float, right: float) -> Axis:
    first, last = data.span
    if first == last:
        first, last = first - 1.0, last + 1.0
    values = data.levels[0]
    room = 0.5 * (float(np.diff(values).min()) if data.is_discrete and len(values) > 1 else 0.0)
    room = min(max(room, 0.03 * (last - first)), 0.25 * (last - first))
    whole = bool((values == np.round(values)).all())
    return Axis(first - room, last + room, start=left, end=right, whole=whole)


def _bar_marks(data: Histogram, horizontal: Axis, vertical: Axis) -> list[str]:
    counts, tips = data.bars[2], _tips(data)
    parts = []
    names = data.bar_names
    leading = int((counts > 0).argmax() if data.is_counted else counts.argmax())
    for index, count in enumerate(counts.tolist()):
        if not count:
            continue
        start, end = _ends(data, index, horizontal)
        top = at(vertical, float(count))
        strong = index == leading
        words = f"{names[index]}: {told(count)} {data.y_label}"
        parts.append(
            f'<rect x="{start:.1f}" y="{top:.1f}" width="{max(end - start, 1.0):.1f}" '
            f'height="{vertical.start - top:.1f}" rx="1.5" fill="{theme.WEIGHT}" '
            f'fill-opacity="{0.9 if strong else 0.38}" stroke="{theme.WEIGHT}" '
            f'stroke-width="{1 if strong else 0.75}"><title>{escape(words)}</title></rect>'
        )
        middle = (start + end) / 2
        parts.append(_error_mark(count, float(data.bar_errors[index]), middle, vertical))
        if data.is_discrete and len(counts) <= _numbered(data) and count >= _SMALLEST:
            above = at(vertical, float(tips[index])) - 5.0
            parts.append(text_at(middle, above, told(count), anchor="middle", muted=not strong))
    return parts


def _numbered(data: Histogram) -> int:
    """Return up to how many bars have their numbers above them."""
    return _NUMBERED if data.is_counted else _NUMBERED_SHARES


def _ends(data: Histogram, index: int, horizontal: Axis) -> tuple[float, float]:
    """Return the pixels between which a bar stands."""
    low, high, _ = data.bars
    start, end = at(horizontal, float(low[index])), at(horizontal, float(high[index]))
    if not data.is_discrete:
        return start + 0.75, end - 0.75
    half = _width(data, horizontal) / 2
    return start - half, end + half


def _tips(data: Histogram) -> Floats:
    """Return how high each bar reaches, its error and what was expected included."""
    return np.maximum(data.bars[2] + data.bar_errors, data.bar_expected)


def _error_mark(count: float, error: float, x: float, vertical: Axis) -> str:
    if not error:
        return ""
    top, bottom = at(vertical, count + error), at(vertical, max(0.0, count - error))
    return (
        f'<path d="M{x:.1f},{top:.1f}V{bottom:.1f}M{x - 3:.1f},{top:.1f}h6M{x - 3:.1f},'
        f'{bottom:.1f}h6" fill="none" stroke="{theme.INK}" stroke-width="1.1" '
        f'opacity="{theme.INK_STROKE_OPACITY}"/>'
    )


def _expected_marks(data: Histogram, horizontal: Axis, vertical: Axis, right: float) -> list[str]:
    """Return a dash across each bar at the height expected of it, and what the dashes are."""
    if data.expected is None:
        return []
    strokes = []
    for index, value in enumerate(data.bar_expected.tolist()):
        if value > 0:
            start, end = _ends(data, index, horizontal)
            strokes.append(f"M{start - 3:.1f},{at(vertical, value):.1f}H{end + 3:.1f}")
    return [
        f'<path d="{"".join(strokes)}" fill="none" stroke="{theme.DATA}" stroke-width="2.2"/>',
        # The dash is a letter, so that it stands beside the words in every font.
        f'<text x="{right:.1f}" y="14" text-anchor="end"><tspan font-weight="700" '
        f"{theme.text_color(theme.DATA)}>\N{EM DASH}</tspan> {escape(data.expected_label)}</text>",
    ]


def _width(data: Histogram, horizontal: Axis) -> float:
    values = data.levels[0]
    if len(values) == 1:
        return _WIDEST
    gap = float(np.diff(horizontal.pixels(values)).min())
    return min(_WIDEST, max(NARROWEST, 0.72 * gap))


def _mark(data: Histogram, horizontal: Axis, vertical: Axis) -> list[str]:
    """Return a dotted line down to the axis, or to the bar that stands there, and its words."""
    if data.mark is None:
        return []
    x = at(horizontal, data.mark)
    values = data.levels[0]
    near = 1e-9 * max(1.0, float(np.abs(values).max()))
    floor = vertical.start
    if data.is_discrete:
        here = _tips(data)[np.abs(values - data.mark) <= near]
        if here.size:
            floor = at(vertical, float(here[0])) - (18.0 if len(values) <= _numbered(data) else 3.0)
    words = f"{data.mark_label} {number(data.mark)}".strip()
    on_the_left = x < 0.6 * horizontal.end
    return [
        f'<path d="M{x:.1f},{_TOP - 18:.1f}V{floor:.1f}" fill="none" stroke="{theme.DATA}" '
        f'stroke-width="1.5" stroke-dasharray="1 4" stroke-linecap="round"/>',
        f'<path d="M{x:.1f},{_TOP - 20:.1f}l-4.5,-7h9z" fill="{theme.DATA}"/>',
        f'<text x="{x + (9 if on_the_left else -9):.1f}" y="{_TOP - 20:.1f}" '
        f'text-anchor="{"start" if on_the_left else "end"}" font-size="{theme.SMALL_SIZE:g}" '
        f'font-weight="600" {theme.text_color(theme.DATA)}>{escape(words)}</text>',
    ]


def _x_ticks(data: Histogram, horizontal: Axis) -> list[tuple[float, str]]:
    values = data.levels[0]
    pixels = horizontal.pixels(values)
    near = len(values) > 1 and float(np.diff(pixels).min()) < 44.0
    if not data.is_discrete or near:
        return horizontal.ticks(max(2, int((horizontal.end - horizontal.start) / 70)))
    return [(float(value), number(value)) for value in values]
