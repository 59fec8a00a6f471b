"""The line below a circuit that tells weights from data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qaimagic.drawing import theme
from qaimagic.drawing.diagram import Diagram
from qaimagic.drawing.labels import Role, Run, clean, names_of, parameter_runs
from qaimagic.drawing.svg_type import color_of, number, text_svg, width_of

_SIZE = theme.FONT_SIZE - 1
_SWATCH = 11.0
_INDENT = 17.0
_BETWEEN = 22.0
_LINE = 20.0
_LONGEST_NAME = 24


@dataclass(frozen=True)
class Legend:
    """A drawn legend: its elements, its right end and its height in pixels."""

    svg: str
    right: float
    height: float


def draw_legend(diagram: Diagram, left: float, top: float, max_right: float) -> Legend:
    """Draw a swatch and the names for the weights and for the data of a circuit.

    Args:
        diagram: The circuit; one without names has an empty legend.
        left: Where the legend begins, in pixels.
        top: Where the picture above ends, in pixels.
        max_right: Where lines should end, in pixels; names that do not fit are left out.
    """
    names = names_of(parameter for gate in diagram.gates for parameter in gate.parameters)
    groups: list[tuple[str, Role, list[str]]] = [
        ("weights", "weight", [name for name in names if name not in diagram.data]),
        ("data", "data", [name for name in names if name in diagram.data]),
    ]
    parts = []
    x, baseline, right = left, top + _LINE, left
    for title, role, members in groups:
        if not members:
            continue
        runs = _listed(title, members, diagram.data, max_right - left - _INDENT)
        width = _INDENT + width_of(runs, _SIZE)
        if x > left and x + width > max_right:
            x, baseline = left, baseline + _LINE
        parts.append(_entry(runs, role, x, baseline))
        right = max(right, x + width)
        x += width + _BETWEEN
    height = baseline - top + 6 if parts else 0.0
    return Legend("".join(parts), right, height)


def _listed(title: str, names: Sequence[str], data: Sequence[str], room: float) -> list[Run]:
    runs = [Run(f"{title}  ")]
    for index, name in enumerate(names):
        separator = [Run(", ")] if index else []
        more = [*separator, *parameter_runs(clean(name, _LONGEST_NAME), data)]
        if index and width_of([*runs, *more, Run(", …")], _SIZE) > room:
            return [*runs, Run(", …")]
        runs += more
    return runs


def _entry(runs: Sequence[Run], role: Role, x: float, baseline: float) -> str:
    color = color_of(role)
    swatch = (
        f'<rect x="{number(x)}" y="{number(baseline - 9.5)}" width="{_SWATCH:g}" '
        f'height="{_SWATCH:g}" rx="3" fill="{color}" fill-opacity="{theme.FILL_OPACITY}" '
        f'stroke="{color}" stroke-width="{theme.STROKE}"/>'
    )
    words = text_svg(runs, x + _INDENT, baseline, size=_SIZE, family=theme.SANS, anchor="start")
    return swatch + words
