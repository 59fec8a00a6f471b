"""A circuit as SVG: self-contained, light and dark, readable to screen readers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from qaimagic._checks import check_int
from qaimagic.drawing import theme
from qaimagic.drawing.describe import describe, describe_item
from qaimagic.drawing.diagram import Diagram, Gate
from qaimagic.drawing.faces import BOX, ROW
from qaimagic.drawing.glyphs import Gap, draw_glyph, glyph_width
from qaimagic.drawing.labels import Run, clean
from qaimagic.drawing.layout import Column, Item, System, arrange, last_measured
from qaimagic.drawing.legend import draw_legend
from qaimagic.drawing.svg_type import escape, number, text_svg, width_of

_MARGIN = 4.0
_GAP = 13.0
_LEAD = 18.0
_BETWEEN = 26.0
_LONGEST_WIRE = 18


@dataclass(frozen=True)
class _Strip:
    """Where one system lies on the page."""

    index: int
    system: System
    y: float
    left: float

    @property
    def right(self) -> float:
        columns = self.system.columns
        gaps = _GAP * max(0, len(columns) - 1)
        return self.left + 2 * _LEAD + sum(column.width for column in columns) + gaps

    def y_of(self, row: int) -> float:
        return self.y + row * ROW + BOX / 2

    def centres(self) -> list[tuple[Column, float]]:
        x = self.left + _LEAD
        placed = []
        for column in self.system.columns:
            placed.append((column, x + column.width / 2))
            x += column.width + _GAP
        return placed


def circuit_svg(diagram: Diagram, *, max_width: int = 900) -> str:
    """Draw a circuit as SVG.

    The picture follows the colour of the text around it, so that it suits light and dark pages.
    Full, unshortened labels are in the tooltips, and each gate's group says its place among the
    diagram's gates in ``data-gate``.

    Args:
        diagram: The circuit.
        max_width: The width in pixels at which a long circuit continues on the next line. A
            single gate that is wider is not cut.

    Returns:
        A complete ``<svg>`` element with a title and a description.

    Raises:
        TypeError: If ``max_width`` is not a whole number.
        ValueError: If it is below 100.

    Example:
        >>> picture = circuit_svg(Diagram(("0",), (), (), title="nothing"))
        >>> picture.startswith("<svg") and "<title" in picture
        True
    """
    check_int("max_width", max_width, minimum=100)
    labels = [(Run(clean(wire, _LONGEST_WIRE)),) for wire in diagram.wires]
    left = _MARGIN + max((width_of(label, theme.FONT_SIZE) for label in labels), default=0.0)

    def width(item: Item) -> float:
        return glyph_width(item, diagram)

    available = max_width - left - 2 * _LEAD - _MARGIN
    systems = arrange(diagram, width, available=available, gap=_GAP)
    height = (max(1, len(diagram.wires)) - 1) * ROW + BOX
    ends = [last_measured(row, systems) for row in range(len(labels))]
    strips = [
        _Strip(i, system, _MARGIN + i * (height + _BETWEEN), left)
        for i, system in enumerate(systems)
    ]
    body = [_strip_svg(strip, diagram, labels, ends) for strip in strips]
    bottom = strips[-1].y + height + _MARGIN
    legend = draw_legend(diagram, left + 5, bottom, max_width - _MARGIN)
    total_width = max(legend.right, *(strip.right for strip in strips)) + _MARGIN
    return _document(diagram, "".join([*body, legend.svg]), total_width, bottom + legend.height)


def _strip_svg(
    strip: _Strip, diagram: Diagram, labels: Sequence[Sequence[Run]], ends: Sequence[int | None]
) -> str:
    parts = []
    gaps: list[Gap] = []
    for column, x in strip.centres():
        for placed in column.items:
            glyph = draw_glyph(placed, diagram, x, column.width, strip.y_of)
            words = escape(describe_item(placed.item, diagram))
            mark = f' data-gate="{placed.index}"' if isinstance(placed.item, Gate) else ""
            parts.append(f"<g{mark}><title>{words}</title>{glyph.svg}</g>")
            gaps += glyph.gaps
    for row, label in enumerate(labels):
        parts.append(
            text_svg(
                label, strip.left - 2, strip.y_of(row) + 4.4,
                size=theme.FONT_SIZE, family=theme.SANS, anchor="end", opacity=theme.MUTED_OPACITY,
            )
        )  # fmt: skip
    return _wires_svg(strip, gaps, ends) + "".join(parts)


def _wires_svg(strip: _Strip, gaps: Sequence[Gap], ends: Sequence[int | None]) -> str:
    solid, hidden, dots = [], [], []
    for row, measured in enumerate(ends):
        if measured is not None and strip.index > measured:
            continue
        y = number(strip.y_of(row))
        own = sorted((gap for gap in gaps if gap.row == row), key=lambda gap: gap.left)
        start, end = strip.left + 5, strip.right
        if not strip.system.first:
            dots.append(f"M{number(start + 1)} {y}h{number(_LEAD - 9)}")
            start += _LEAD - 5
        if measured == strip.index:
            end = max(gap.right for gap in own if not gap.passing)
        elif not strip.system.last:
            dots.append(f"M{number(end - _LEAD + 9)} {y}h{number(_LEAD - 9)}")
            end -= _LEAD - 5
        for gap in own:
            if gap.left < end:
                solid.append(f"M{number(start)} {y}H{number(gap.left)}")
                start = gap.right
            if gap.left < end and gap.passing:
                hidden.append(f"M{number(gap.left)} {y}H{number(gap.right)}")
        if start < end:
            solid.append(f"M{number(start)} {y}H{number(end)}")
    dashes = f' stroke-width="{theme.STROKE}" stroke-dasharray="3 3"'
    points = ' stroke-width="2.2" stroke-linecap="round" stroke-dasharray="0 4.5"'
    return _path(solid) + _path(hidden, dashes) + _path(dots, points, theme.MUTED_OPACITY)


def _path(
    pieces: Sequence[str],
    style: str = f' stroke-width="{theme.STROKE}"',
    opacity: float = theme.WIRE_OPACITY,
) -> str:
    if not pieces:
        return ""
    return (
        f'<path d="{"".join(pieces)}" fill="none" stroke="{theme.INK}" '
        f'stroke-opacity="{opacity}"{style}/>'
    )


def _document(diagram: Diagram, body: str, width: float, height: float) -> str:
    title = f"Circuit {diagram.title}".strip()
    key = hashlib.sha256(f"{diagram!r}{width}".encode("utf-8", "replace")).hexdigest()[:10]
    w, h = number(width), number(height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" '
        f'font-family="{theme.SANS}" role="img" '
        f'aria-labelledby="t{key} d{key}" style="max-width:100%;height:auto">'
        f'<title id="t{key}">{escape(title)}</title>'
        f'<desc id="d{key}">{escape(describe(diagram))}</desc>{body}</svg>'
    )
