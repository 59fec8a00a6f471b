"""Points of a chart that no line joins, such as the numbers of a vector, as SVG elements."""

from __future__ import annotations

from html import escape

import numpy as np

from qaimagic.drawing import theme
from qaimagic.drawing.curves_axes import Axis
from qaimagic.drawing.curves_data import Series
from qaimagic.drawing.curves_marks import SHAPES, at

_APART, _SHARE = 6.0, 0.22
_CAP = 3.0


def point_marks(line: Series, horizontal: Axis, vertical: Axis) -> str:
    """Return points on stems from 0, with error bars where there is a band.

    Groups stand side by side, so that equal ones are both seen.
    """
    style = theme.series_style(line.group)
    x, y = line.points
    gap = abs(at(horizontal, 1.0) - at(horizontal, 0.0))
    across = horizontal.pixels(x) + (2 * line.group - 1) * min(_APART, _SHARE * gap)
    down = vertical.pixels(y)
    zero = float(np.clip(at(vertical, 0.0), vertical.end, vertical.start))
    there = np.flatnonzero(~np.isnan(y))
    stems = "".join(f"M{across[i]:.1f},{zero:.1f}V{down[i]:.1f}" for i in there)
    shapes = "".join(f"M{across[i]:.1f},{down[i]:.1f}{SHAPES[style.marker]}" for i in there)
    bars = ""
    if line.edges is not None:
        low, high = (vertical.pixels(edge) for edge in line.edges)
        bars = "".join(
            f"M{across[i]:.1f},{low[i]:.1f}V{high[i]:.1f}"
            + "".join(f"M{across[i] - _CAP:.1f},{end[i]:.1f}h{2 * _CAP:g}" for end in (low, high))
            for i in there
        )
        bars = (
            f'<path d="{bars}" fill="none" stroke="{theme.INK}" stroke-width="1.1" '
            f'opacity="{theme.INK_STROKE_OPACITY}"/>'
        )
    return (
        f'<path d="{stems}" fill="none" stroke="{style.color}" stroke-width="2.5" '
        f'opacity="{theme.MUTED_OPACITY}"><title>{escape(line.name)}</title></path>'
        f'{bars}<path d="{shapes}" fill="{style.color}" stroke="none"/>'
    )
