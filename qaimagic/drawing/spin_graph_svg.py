"""A state on its graph as SVG: full and empty nodes, solid and dashed couplings, crosses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qaimagic.drawing import theme
from qaimagic.drawing.curves_axes import MINUS, short_number
from qaimagic.drawing.curves_data import Floats
from qaimagic.drawing.labels import clean
from qaimagic.drawing.spin_graph import SpinGraph, graph_text
from qaimagic.drawing.svg_type import escape

NODE = theme.SERIES[5].color
LIKE, UNLIKE = theme.SERIES[0], theme.SERIES[1]
_DASH = "5 3.5"
_LEGEND = 22.0
_LABELLED = 40
_LONGEST = 10
_THIN, _THICK = 1.0, 2.6


def spin_graph_svg(
    graph: SpinGraph, values: Sequence[int] | NDArray[np.int8], *, title: str, size: int = 320
) -> str:
    """Return a complete ``<svg>`` element; ink is ``currentColor``, and nothing needs a script.

    Args:
        graph: The variables and their couplings.
        values: A value for each variable, shape (n,).
        title: What a screen reader announces first.
        size: The side of the square that it is drawn in, in pixels.
    """
    radius = node_radius(len(graph.labels))
    margin = radius + (16.0 if len(graph.labels) <= _LABELLED else 4.0)
    x = margin + graph.places[:, 0] * (size - 2 * margin)
    y = margin + (graph.places[:, 1].max() - graph.places[:, 1]) * (size - 2 * margin)
    violated = graph.violated(values)
    parts = [*_couplings(graph, violated, x, y, radius)]
    for i, value in enumerate(np.asarray(values).tolist()):
        parts.append(_node(graph, i, int(value), float(x[i]), float(y[i]), radius))
    bottom = float(y.max()) + margin
    parts += _legend(graph, violated, bottom)
    height = bottom + _LEGEND
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {size} {height:.0f}" '
        f'width="{size}" height="{height:.0f}" style="max-width:100%;height:auto" '
        f'font-family="{theme.SANS}" font-size="{theme.SMALL_SIZE:g}" fill="{theme.INK}">'
        f"<title>{escape(title)}</title><desc>{escape(graph_text(graph, values))}</desc>"
        f"{''.join(parts)}</svg>"
    )


def node_radius(n: int) -> float:
    """Return how large a node is drawn among n."""
    return 11.0 if n <= 16 else 8.0 if n <= _LABELLED else 5.0


def _couplings(
    graph: SpinGraph, violated: NDArray[np.bool_], x: Floats, y: Floats, r: float
) -> list[str]:
    strongest = float(np.abs(graph.couplings).max(initial=0.0)) or 1.0
    lines, crosses = [], []
    for (u, v), coupling, is_violated in zip(
        graph.pairs.tolist(), graph.couplings.tolist(), violated.tolist(), strict=True
    ):
        across, down = x[v] - x[u], y[v] - y[u]
        length = float(np.hypot(across, down)) or 1.0
        cut = min(r, 0.5 * length) / length
        ends = (x[u] + cut * across, y[u] + cut * down, x[v] - cut * across, y[v] - cut * down)
        style = LIKE if coupling < 0 else UNLIKE
        dash = f' stroke-dasharray="{_DASH}"' if coupling > 0 else ""
        width = _THIN + (_THICK - _THIN) * abs(coupling) / strongest
        words = f"{graph.labels[u]} {graph.labels[v]}: {_number(coupling)}"
        words += ", violated" if is_violated else ""
        lines.append(
            f'<path d="M{ends[0]:.1f},{ends[1]:.1f}L{ends[2]:.1f},{ends[3]:.1f}" fill="none" '
            f'stroke="{style.color}" stroke-width="{width:.1f}"{dash} '
            f'opacity="{1 if is_violated else 0.7}"><title>{escape(words)}</title></path>'
        )
        if is_violated:
            crosses.append(_cross((x[u] + x[v]) / 2, (y[u] + y[v]) / 2))
    return lines + crosses


def _cross(x: float, y: float) -> str:
    return (
        f'<path d="M{x - 4:.1f},{y - 4:.1f}l8,8m0,-8l-8,8" fill="none" stroke="{theme.INK}" '
        'stroke-width="1.8"/>'
    )


def _node(graph: SpinGraph, i: int, value: int, x: float, y: float, r: float) -> str:
    up = value > 0
    label = graph.labels[i]
    sign = _sign(value, is_spin=graph.spins[i])
    words = f"{label} = {sign}"
    if graph.fields[i]:
        words += f"; field {_number(float(graph.fields[i]))}"
    look = (
        f'fill="{NODE}" stroke="{NODE}"' if up else f'fill="none" stroke="{theme.INK}" opacity="1"'
    )
    parts = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:g}" {look} stroke-width="1.5"/>']
    if r > 6:
        color = theme.ink_on(NODE) if up else theme.INK
        parts.append(
            f'<text x="{x:.1f}" y="{y + 4:.1f}" text-anchor="middle" font-weight="600" '
            f'fill="{color}">{sign.removesuffix("1") or "1"}</text>'
        )
    if len(graph.labels) <= _LABELLED:
        parts.append(
            f'<text x="{x:.1f}" y="{y + r + 11:.1f}" text-anchor="middle" '
            f'opacity="{theme.MUTED_OPACITY}">{escape(clean(label, _LONGEST))}</text>'
        )
    return f"<g><title>{escape(words)}</title>{''.join(parts)}</g>"


def _sign(value: int, *, is_spin: bool) -> str:
    if not is_spin:
        return str(value)
    return "+1" if value > 0 else f"{MINUS}1"


def _legend(graph: SpinGraph, violated: NDArray[np.bool_], top: float) -> list[str]:
    """Return what the lines mean, of those that are there."""
    entries: list[tuple[str, str]] = []
    if (graph.couplings < 0).any():
        words = "likes equal" if any(graph.spins) else "likes two 1s"
        entries.append((words, f'stroke="{LIKE.color}"'))
    if (graph.couplings > 0).any():
        words = "likes opposite" if any(graph.spins) else "likes a 0"
        entries.append((words, f'stroke="{UNLIKE.color}" stroke-dasharray="{_DASH}"'))
    y, x, parts = top + 10.0, 6.0, []
    for words, stroke in entries:
        parts.append(f'<path d="M{x:g},{y:g}h24" fill="none" stroke-width="2.4" {stroke}/>')
        parts.append(f'<text x="{x + 29:g}" y="{y + 4:g}">{words}</text>')
        x += 29 + 6.2 * len(words) + 12
    if violated.any():
        parts.append(_cross(x + 4, y))
        parts.append(f'<text x="{x + 13:g}" y="{y + 4:g}">violated</text>')
    return parts


def _number(value: float) -> str:
    return short_number(value, 4).replace("-", MINUS)
