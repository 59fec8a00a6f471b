"""Numbers over a plane, drawn and told: the front door of the ``heatmap_*`` modules."""

from __future__ import annotations

from qaimagic.drawing.heatmap_data import Heatmap, Mark, heatmap_table, heatmap_text
from qaimagic.drawing.heatmap_svg import heatmap_svg
from qaimagic.drawing.page import Picture

__all__ = ["Heatmap", "Mark", "heatmap_picture", "heatmap_svg", "heatmap_table", "heatmap_text"]


def heatmap_picture(data: Heatmap, *, title: str, text: str = "") -> Picture:
    """Return numbers over a plane as a picture with a line of text and the data behind it.

    Args:
        data: What to draw.
        title: What a screen reader announces first.
        text: The caption, and what a terminal prints; `heatmap_text` if not given.

    Example:
        >>> import numpy as np
        >>> ends = np.array([0.0, 1.0])
        >>> heatmap_picture(Heatmap(ends, ends, np.eye(2)), title="The identity")
        value over x and y, 2 x 2 points: lowest 0 at (1, 0), highest 1
    """
    return Picture(heatmap_svg(data, title=title), text or heatmap_text(data), heatmap_table(data))
