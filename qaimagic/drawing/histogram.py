"""Histograms, drawn and told: the front door of the ``histogram_*`` modules."""

from __future__ import annotations

from qaimagic.drawing.histogram_data import Histogram, histogram_table, histogram_text
from qaimagic.drawing.histogram_svg import histogram_svg
from qaimagic.drawing.page import Picture

__all__ = [
    "Histogram",
    "histogram_picture",
    "histogram_svg",
    "histogram_table",
    "histogram_text",
]


def histogram_picture(
    data: Histogram, *, title: str, text: str = "", caption: str | None = None, below: str = ""
) -> Picture:
    """Return a histogram as a picture with its line of text and the data behind it.

    Args:
        data: What to draw.
        title: What a screen reader announces first.
        text: What a terminal prints; the levels if not given.
        caption: The line under the picture; the text if not given.
        below: HTML that is always in sight. It must be escaped.

    Example:
        >>> histogram_picture(Histogram([-1.0, 1.0], [9, 1]), title="Energies of ten reads")
        energy: -1 in 9 reads, 1 in 1
    """
    return Picture(
        svg=histogram_svg(data, title=title),
        text=text or histogram_text(data),
        table=histogram_table(data),
        caption=caption,
        below=below,
    )
