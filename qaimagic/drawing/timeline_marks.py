"""The blocks that a timeline is built of."""

from __future__ import annotations

from html import escape

from qaimagic.drawing import theme
from qaimagic.drawing.timeline_data import Part


def block(
    part: Part,
    x: float,
    y: float,
    width: float,
    height: float,
    words: str = "",
    corner: float = 1.5,
) -> str:
    """Return a rectangle in a phase's colour.

    Args:
        part: The phase.
        x: Its left edge, in pixels, as the rest.
        y: Its upper edge.
        width: Its width.
        height: Its height.
        words: What a browser shows of it on hover.
        corner: The radius of its corners.
    """
    if part.group is None:
        fill = f'fill="{theme.INK}" fill-opacity="0.3"'
    else:
        fill = f'fill="{theme.series_style(part.group).color}"'
    title = f"<title>{escape(words)}</title>" if words else ""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{corner:g}" '
        f"{fill}>{title}</rect>"
    )


def ink_on_block(part: Part) -> str:
    """Return the colour of words that stand within a phase's block."""
    return theme.INK if part.group is None else theme.ink_on(theme.series_style(part.group).color)
