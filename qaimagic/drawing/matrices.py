"""Matrices side by side: the fuller a cell, the larger its number, and its hue is the phase."""

from __future__ import annotations

import cmath
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qaimagic.drawing import theme
from qaimagic.drawing.curves_axes import MINUS, short_number
from qaimagic.drawing.curves_marks import text_at
from qaimagic.drawing.page import Picture
from qaimagic.drawing.phase_color import phase_color
from qaimagic.drawing.svg_type import escape, number

_SIDE, _GAP, _TOP, _BOTTOM = 300.0, 46.0, 30.0, 34.0
_MOST_WRITTEN = {True: 6, False: 4}
"""Columns and rows whose numbers are written in, for real and for complex matrices."""
_SMALLEST = 0.004
_SWATCH = 11.0
_LETTER = 6.4


@dataclass(frozen=True, eq=False)
class Grid:
    """A matrix to draw.

    Attributes:
        name: What stands above it.
        values: Shape (m, n).
        corner: How many rows and columns of the upper left corner are framed; None for no frame.
    """

    name: str
    values: NDArray[np.complex128]
    corner: tuple[int, int] | None = None

    @property
    def is_real(self) -> bool:
        """Whether all numbers are real, but for rounding."""
        return bool(abs(self.values.imag).max() <= 1e-9 * max(abs(self.values).max(), 1e-300))


def matrices_picture(*grids: Grid, title: str, text: str) -> Picture:
    """Return matrices as a picture with its line of text and the numbers behind it.

    Each has its own scale: its largest number in absolute value is full colour. Small matrices have
    their numbers written in.

    Args:
        grids: From left to right.
        title: What a screen reader announces first.
        text: The caption, and what a terminal prints.

    Example:
        >>> matrices_picture(Grid("A", np.eye(2) + 0j), title="The identity", text="A is 1.")
        A is 1.
    """
    return Picture(_svg(grids, title, text), text, "".join(map(_table, grids)))


def _svg(grids: Sequence[Grid], title: str, text: str) -> str:
    parts, left = [], 1.0
    for grid in grids:
        parts += _grid(grid, left)
        left += _SIDE * min(1.0, grid.values.shape[1] / grid.values.shape[0])
        left = max(left, _LETTER * len(grid.name)) + _GAP
    width = max(left - _GAP + 2.0, 250.0)
    parts += _legend(all(grid.is_real for grid in grids))
    height = _TOP + _SIDE + _BOTTOM
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" '
        f'viewBox="0 0 {number(width)} {number(height)}" width="{number(width)}" '
        f'height="{number(height)}" style="max-width:100%;height:auto" '
        f'font-family="{theme.SANS}" fill="{theme.INK}"><title>{escape(title)}</title>'
        f"<desc>{escape(text)}</desc>{''.join(parts)}</svg>"
    )


def _grid(grid: Grid, left: float) -> list[str]:
    rows, columns = grid.values.shape
    size = _SIDE / max(rows, columns)
    largest = abs(grid.values).max() or 1.0
    parts = [text_at(left, 17.0, grid.name, size=theme.FONT_SIZE, weight=600)]
    for (row, column), value in np.ndenumerate(grid.values):
        share = float(abs(value)) / largest
        if share > _SMALLEST:
            x, y = left + column * size, _TOP + row * size
            parts.append(
                f'<rect x="{x:.2f}" y="{y:.2f}" width="{size:.2f}" height="{size:.2f}" '
                f'fill="{phase_color(_phase(value))}" fill-opacity="{share:.2f}"/>'
            )
    if max(rows, columns) <= _MOST_WRITTEN[grid.is_real]:
        for (row, column), value in np.ndenumerate(grid.values):
            middle = left + (column + 0.5) * size
            below = _TOP + (row + 0.5) * size + 4.0
            parts.append(text_at(middle, below, _said(value, largest), anchor="middle"))
    parts.append(_frame(left, columns * size, rows * size, 1.0, theme.WIRE_OPACITY))
    if grid.corner is not None:
        down, across = grid.corner
        parts.append(_frame(left, across * size, down * size, 2.5, 1.0))
    return parts


def _frame(left: float, width: float, height: float, thickness: float, opacity: float) -> str:
    return (
        f'<rect x="{left:.2f}" y="{_TOP:.2f}" width="{width:.2f}" height="{height:.2f}" '
        f'fill="none" stroke="{theme.INK}" stroke-width="{thickness:g}" '
        f'stroke-opacity="{opacity:g}"/>'
    )


def _legend(is_real: bool) -> list[str]:
    turns = {"positive": 0.0, "negative": math.pi}
    if not is_real:
        turns = {"1": 0.0, "i": math.pi / 2, f"{MINUS}1": math.pi, f"{MINUS}i": -math.pi / 2}
    parts, x, y = [], 1.0, _TOP + _SIDE + 12.0
    for name, turn in turns.items():
        parts.append(
            f'<rect x="{number(x)}" y="{number(y)}" width="{_SWATCH:g}" height="{_SWATCH:g}" '
            f'fill="{phase_color(turn)}"/>'
        )
        parts.append(text_at(x + _SWATCH + 5.0, y + 9.5, name, muted=True))
        x += _SWATCH + 22.0 + _LETTER * len(name)
    return parts


def _phase(value: complex) -> float:
    """Return the phase of a number; those of real ones are alike in spite of rounding."""
    return round(cmath.phase(value), 6)


def _said(value: complex, largest: float) -> str:
    real, imaginary = (
        0.0 if abs(part) < 1e-9 * largest else float(part) for part in (value.real, value.imag)
    )
    if not imaginary:
        return short_number(real).replace("-", MINUS)
    ending = f"{short_number(abs(imaginary), 2)}i"
    if not real:
        return f"{MINUS * (imaginary < 0)}{ending}"
    sign = MINUS if imaginary < 0 else "+"
    return f"{short_number(real, 2).replace('-', MINUS)}{sign}{ending}"


def _table(grid: Grid) -> str:
    largest = abs(grid.values).max() or 1.0
    body = "".join(
        "<tr>" + "".join(f"<td>{_said(value, largest)}</td>" for value in row) + "</tr>"
        for row in grid.values
    )
    return f"<table><caption>{escape(grid.name)}</caption><tbody>{body}</tbody></table>"
