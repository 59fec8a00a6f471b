"""Timelines, drawn and told: the front door of the ``timeline_*`` modules."""

from __future__ import annotations

from qaimagic.drawing.page import Picture
from qaimagic.drawing.timeline_data import Part, Timeline, timeline_table, timeline_text
from qaimagic.drawing.timeline_svg import timeline_svg

__all__ = [
    "Part",
    "Timeline",
    "timeline_picture",
    "timeline_svg",
    "timeline_table",
    "timeline_text",
]


def timeline_picture(data: Timeline, *, title: str = "") -> Picture:
    """Return a timeline as a picture with its line of text and the data behind it.

    Args:
        data: What to draw.
        title: The caption, and what a screen reader announces first.

    Example:
        >>> timeline_picture(Timeline((Part("tracing", 0.1), Part("executing", 0.3))))
        400 ms: executing 300 ms (75%), tracing 100 ms (25%)
    """
    return Picture(
        svg=timeline_svg(data, title=title),
        text=timeline_text(data),
        table=timeline_table(data),
        caption=title,
    )
