"""A timeline as SVG: a bar of all phases with its legend, and the steps below."""

from __future__ import annotations

from html import escape

from qaimagic.drawing import theme
from qaimagic.drawing.curves_marks import text_at
from qaimagic.drawing.timeline_data import NOTHING, Part, Timeline, duration, timeline_text
from qaimagic.drawing.timeline_marks import block, ink_on_block
from qaimagic.drawing.timeline_steps import HEIGHT, steps_panel

_LEFT, _TOP, _THICK = 2.0, 26.0, 36.0
_ROW = 21.0
_CHARACTER = 0.62 * theme.SMALL_SIZE
_NARROWEST = 1.5
_GAP = 1.5
_COLUMNS = (20.0, 158.0, 206.0, 226.0)
"""Where names begin, seconds end, shares end, and meanings begin."""


def timeline_svg(data: Timeline, *, title: str = "", width: int = 640) -> str:
    """Return a complete ``<svg>`` element; ink is ``currentColor``, and nothing needs a script.

    Args:
        data: What to draw.
        title: What a screen reader announces first.
        width: Pixels.
    """
    legend_top = _TOP + _THICK + 12.0
    below = legend_top + _ROW * len(data.taken)
    with_steps = len(data.steps) > 1 and bool(data.taken)
    height = below + (18.0 + HEIGHT if with_steps else 6.0)
    if data.taken:
        heading = f"{duration(data.total)}, by phase"
        parts = [text_at(_LEFT, 14.0, heading, size=theme.FONT_SIZE, weight=600)]
        parts += _bar(data, width - 2 * _LEFT)
        for row, (_, part) in enumerate(data.taken):
            parts += _legend_row(data, part, legend_top + _ROW * row)
        if with_steps:
            parts += steps_panel(data, top=below + 18.0, width=float(width))
    else:
        parts = [text_at(width / 2, height / 2, NOTHING, anchor="middle", muted=True)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height:g}" '
        f'width="{width}" height="{height:g}" style="max-width:100%;height:auto" '
        f'font-family="{theme.SANS}" font-size="{theme.SMALL_SIZE:g}" fill="{theme.INK}">'
        f"<title>{escape(title or 'Where the time went')}</title>"
        f"<desc>{escape(timeline_text(data))}</desc>{''.join(parts)}</svg>"
    )


def _bar(data: Timeline, width: float) -> list[str]:
    """Return the segments, each as wide as its phase was long, but wide enough to be seen."""
    widths = [max(_NARROWEST, width * part.seconds / data.total) for _, part in data.taken]
    gaps = _GAP * (len(widths) - 1)
    scale = (width - gaps) / sum(widths)
    parts, x = [], _LEFT
    for (_, part), wide in zip(data.taken, widths, strict=True):
        wide *= scale
        words = f"{part.name}: {duration(part.seconds)}, {data.percent(part)}"
        parts.append(block(part, x, _TOP, wide, _THICK, words))
        parts += _label(data, part, x, wide)
        x += wide + _GAP
    return parts


def _label(data: Timeline, part: Part, x: float, wide: float) -> list[str]:
    """Return the phase's name and share within its segment, as far as there is room."""
    middle, center = x + wide / 2, _TOP + _THICK / 2 + 4.0
    color = ink_on_block(part)
    for words in (f"{part.name} {data.percent(part)}", data.percent(part)):
        if wide > _CHARACTER * len(words) + 10.0:
            return [text_at(middle, center, words, anchor="middle", weight=600, color=color)]
    return []


def _legend_row(data: Timeline, part: Part, top: float) -> list[str]:
    baseline = top + 14.0
    name, seconds, share, meaning = _COLUMNS
    return [
        block(part, _LEFT, baseline - 9.5, 11.0, 11.0),
        text_at(name, baseline, part.name, weight=600),
        text_at(seconds, baseline, duration(part.seconds), anchor="end"),
        text_at(share, baseline, data.percent(part), anchor="end"),
        text_at(meaning, baseline, part.meaning, muted=True),
    ]
