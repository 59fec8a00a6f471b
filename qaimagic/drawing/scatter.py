"""Points on a plane, drawn and told: the front door of the ``scatter_*`` modules."""

from __future__ import annotations

from qaimagic.drawing.page import Picture
from qaimagic.drawing.scatter_data import Scatter, scatter_table, scatter_text
from qaimagic.drawing.scatter_svg import scatter_svg

__all__ = ["Scatter", "scatter_picture", "scatter_svg", "scatter_table", "scatter_text"]


def scatter_picture(*panels: Scatter, title: str, text: str = "", below: str = "") -> Picture:
    """Return points on planes side by side as a picture with a line of text and a table.

    Args:
        panels: One to four panels, from left to right; they share their axes.
        title: What a screen reader announces first.
        text: The caption, and what a terminal prints; `scatter_text` if not given.
        below: HTML that is always in sight. It must be escaped.

    Example:
        >>> corners = [[0.0, 0.0], [1.0, 1.0]]
        >>> scatter_picture(Scatter({"corners": corners}), title="Two corners")
        corners: 2 points about (0.5, 0.5) ± (0.5, 0.5)
    """
    return Picture(
        svg=scatter_svg(*panels, title=title),
        text=text or scatter_text(*panels),
        table=scatter_table(*panels),
        below=below,
    )
