"""Curves, drawn and told: the front door of the ``curves_*`` modules."""

from __future__ import annotations

from qaimagic.drawing.curves_data import Curves, Role, Series
from qaimagic.drawing.curves_svg import curves_svg
from qaimagic.drawing.curves_text import curves_table, curves_text
from qaimagic.drawing.page import Picture

__all__ = [
    "Curves",
    "Role",
    "Series",
    "curves_picture",
    "curves_svg",
    "curves_table",
    "curves_text",
]


def curves_picture(*panels: Curves, title: str = "", table: str = "") -> Picture:
    """Return the panels as a picture with its line of text and the data behind it.

    Args:
        panels: One to three panels, from left to right.
        title: The caption, and what a screen reader announces first.
        table: An HTML table to show under the picture, such as results side by side; the
            curves' own data are there to unfold. It must be escaped.

    Example:
        >>> curves_picture(Curves((Series("training", [1, 2], [0.5, 0.4]),)))
        loss: training 0.5 → 0.4 (best step 2: 0.4)
    """
    return Picture(
        svg=curves_svg(*panels, title=title),
        text=curves_text(*panels),
        table=curves_table(*panels),
        caption=title,
        below=table,
    )
