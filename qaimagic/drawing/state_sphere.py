"""Bloch spheres of single wires, as SVG; widgets/shared/sphere.ts turns the same ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qaimagic.drawing import theme
from qaimagic.drawing.curves_axes import MINUS
from qaimagic.drawing.curves_data import Floats
from qaimagic.drawing.curves_marks import text_at
from qaimagic.drawing.svg_type import escape

_AZIMUTH, _ELEVATION = 0.5, 0.3
_SHARE = 0.37
_TIP = 4.6
_POLES = (
    ("|0⟩", (0.0, 0.0, 1.21)),
    ("|1⟩", (0.0, 0.0, -1.21)),
    ("x", (1.2, 0.0, 0.0)),
    ("y", (0.0, 1.26, 0.0)),
)


@dataclass(frozen=True)
class Arrow:
    """A Bloch vector on its sphere.

    Attributes:
        vector: Shape (3,), at most 1 long.
        style: How it is drawn.
        name: What it is, such as the name of its state.
    """

    vector: Floats
    style: theme.LineStyle
    name: str = ""


def sphere_svg(arrows: Sequence[Arrow], x: float, y: float, size: float) -> str:
    """Return a Bloch sphere as an SVG group, with z up, x to the viewer and y to the right.

    Args:
        arrows: The vectors; those that point away from the viewer lie behind the front lines.
        x: The left edge, in pixels.
        y: The top edge, in pixels.
        size: The width and height, in pixels.
    """
    radius = _SHARE * size
    halves = [_great_circle(axis, radius) for axis in np.eye(3)]
    ends = [(arrow, *project(arrow.vector)) for arrow in arrows]
    behind = [_arrow_svg(*end, radius) for end in ends if end[3] < 0]
    before = [_arrow_svg(*end, radius) for end in ends if end[3] >= 0]
    line = f'fill="none" stroke="{theme.INK}" stroke-opacity="0.3"'
    parts = [
        f'<g transform="translate({x + size / 2:.1f},{y + size / 2:.1f})">'
        f'<circle r="{radius:.1f}" fill="{theme.INK}" fill-opacity="0.05" stroke="{theme.INK}" '
        f'stroke-opacity="{theme.WIRE_OPACITY}"/>',
        f'<path d="{"".join(back for _, back in halves)}" stroke-dasharray="2 3" {line}/>',
        *behind,
        f'<path d="{"".join(front for front, _ in halves)}" {line}/>',
        *before,
    ]
    for word, place in _POLES:
        across, down, _ = project(np.array(place))
        parts.append(
            text_at(across * radius, down * radius + 4.0, word, anchor="middle", muted=True)
        )
    return "".join(parts) + "</g>"


def project(vector: Floats) -> tuple[float, float, float]:
    """Return where a point lies on the picture, y down, and how near it is to the viewer."""
    x, y, z = map(float, vector)
    sin_a, cos_a = math.sin(_AZIMUTH), math.cos(_AZIMUTH)
    sin_e, cos_e = math.sin(_ELEVATION), math.cos(_ELEVATION)
    towards = cos_a * x + sin_a * y
    return cos_a * y - sin_a * x, sin_e * towards - cos_e * z, cos_e * towards + sin_e * z


def vector_words(vector: Floats) -> str:
    """Return a Bloch vector in words.

    Example:
        >>> vector_words(np.array([0.0, 0.6, 0.8]))
        'x 0, y 0.6, z 0.8, length 1'
    """
    parts = [*vector.tolist(), float(np.linalg.norm(vector))]
    told = (f"{round(part, 3) + 0.0:.3g}".replace("-", MINUS) for part in parts)
    names = ("x", "y", "z", "length")
    return ", ".join(f"{name} {value}" for name, value in zip(names, told, strict=True))


def _arrow_svg(arrow: Arrow, x: float, y: float, depth: float, radius: float) -> str:
    """Return a line and its tip, which is hollow where it points away from the viewer."""
    color, dash = arrow.style.color, arrow.style.dash
    words = f"{arrow.name}: " if arrow.name else ""
    tip = _TIP + 0.9 * depth
    reach = math.hypot(x, y) * radius
    share = max(0.0, 1 - tip / reach) if depth < 0 and reach else 1.0
    return (
        f'<g stroke="{color}" stroke-linecap="round"><title>'
        f"{escape(words + vector_words(arrow.vector))}</title>"
        f'<line x2="{share * x * radius:.1f}" y2="{share * y * radius:.1f}" stroke-width="2.4" '
        f'stroke-dasharray="{dash}"/><circle cx="{x * radius:.1f}" cy="{y * radius:.1f}" '
        f'r="{tip:.1f}" fill="{"none" if depth < 0 else color}" stroke-width="1.8"/></g>'
    )


def _great_circle(axis: Floats, radius: float) -> tuple[str, str]:
    """Return the halves of the great circle about an axis as path data: before and behind."""
    cos_e = math.cos(_ELEVATION)
    eye = np.array([cos_e * math.cos(_AZIMUTH), cos_e * math.sin(_AZIMUTH), math.sin(_ELEVATION)])
    along = float(eye @ axis)
    near = (eye - along * axis) / math.sqrt(1 - along**2)
    end, middle = project(np.cross(axis, near)), project(near)
    sweep = int(end[0] * middle[1] < end[1] * middle[0])
    angle = math.degrees(math.atan2(end[1], end[0]))
    start, stop = (f"{s * end[0] * radius:.1f},{s * end[1] * radius:.1f}" for s in (-1, 1))
    arc = f"A{radius:.1f},{abs(along) * radius:.1f} {angle:.1f} 0"
    return f"M{start}{arc} {sweep} {stop}", f"M{start}{arc} {1 - sweep} {stop}"
