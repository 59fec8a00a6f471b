"""Text in SVG: runs of a label as ``<tspan>`` elements, and how wide they will be.

There is no browser to ask for a width, so it is estimated from the proportions of Helvetica and
Times, on the generous side: fallback fonts are a little wider.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Literal

from qaimagic.drawing import theme
from qaimagic.drawing.labels import Role, Run, clean

_COLORS: dict[Role, str] = {"weight": theme.WEIGHT, "data": theme.DATA, "ink": theme.INK}
_NARROW = frozenset("ijlt.,:;'|!()[]· ⟨⟩")
_WIDE = frozenset("mwMW⊗…—%@")
_SUBSCRIPT_DROP = 0.24
_SUPERSCRIPT_RISE = 0.3


def escape(text: str) -> str:
    """Return ``text`` made harmless and well-formed for an element or an attribute."""
    return html.escape(clean(text))


def color_of(role: Role) -> str:
    """Return the colour of what is a weight, data, or neither."""
    return _COLORS[role]


def number(value: float) -> str:
    """Return a coordinate in at most one decimal.

    Example:
        >>> number(12.0), number(3.14159)
        ('12', '3.1')
    """
    return f"{value:.1f}".removesuffix(".0")


def width_of(runs: Sequence[Run], size: float) -> float:
    """Estimate the width in pixels of ``runs`` at a font size in pixels."""
    return sum(
        size * (theme.SUBSCRIPT_SCALE if run.shift else 1.0) * sum(map(_advance, run.text))
        for run in runs
    )


def _advance(character: str) -> float:
    if character in _NARROW:
        return 0.34
    if character in _WIDE:
        return 0.92
    if ord(character) > 0x2E7F:
        return 1.05
    return 0.72 if character.isupper() else 0.57


def text_svg(
    runs: Sequence[Run],
    x: float,
    baseline: float,
    *,
    size: float,
    family: str,
    anchor: Literal["start", "middle", "end"] = "middle",
    opacity: float = 1.0,
) -> str:
    """Return a ``<text>`` element that sets ``runs`` at (``x``, ``baseline``).

    Args:
        runs: The label; variables are always set in the serif stack.
        x: Where the anchor lies, in pixels.
        baseline: Where the line stands, in pixels.
        size: The font size in pixels.
        family: The font stack of upright pieces; ``theme.SANS`` is left to the root element.
        anchor: Which end of the text lies at ``x``.
        opacity: The opacity of the ink.
    """
    pieces = []
    offset = 0.0
    for run in runs:
        target = {0: 0.0, -1: _SUBSCRIPT_DROP, 1: -_SUPERSCRIPT_RISE}[run.shift] * size
        attributes = ""
        if target != offset:
            attributes += f' dy="{number(target - offset)}"'
        if run.shift:
            attributes += f' font-size="{number(size * theme.SUBSCRIPT_SCALE)}"'
        if run.italic:
            attributes += ' font-style="italic"'
            if family != theme.SERIF:
                attributes += f' font-family="{theme.SERIF}"'
        if run.role != "ink":
            attributes += f" {theme.text_color(color_of(run.role))}"
        offset = target
        words = escape(run.text)
        pieces.append(f"<tspan{attributes}>{words}</tspan>" if attributes else words)
    extra = f' font-family="{family}"' if family != theme.SANS else ""
    extra += f' opacity="{opacity:g}"' if opacity != 1 else ""
    return (
        f'<text x="{number(x)}" y="{number(baseline)}" text-anchor="{anchor}" fill="{theme.INK}" '
        f'font-size="{size:g}"{extra}>{"".join(pieces)}</text>'
    )
