"""Patterns of bits as small tiles, one row of them for each kind: data, reconstruction, samples."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qaimagic._checks import requirement
from qaimagic.drawing import theme
from qaimagic.drawing.page import Picture
from qaimagic.drawing.svg_type import escape, number

_MOST_TILES = 8
_TILE = 56.0
_LARGEST, _SMALLEST = 14.0, 2.0
_GAP, _LABEL, _LETTER = 12.0, 118.0, 6.2


def tiles_picture(rows: Mapping[str, Any], *, title: str, caption: str | None = None) -> Picture:
    """Return rows of patterns as a picture with its line of text and the data behind it.

    A pattern whose length is a square is drawn as one, any other as a strip; the fuller a square,
    the nearer its value to 1.

    Args:
        rows: Patterns by name, values from 0 to 1 of shape (m, n); the first 8 of each are drawn.
        title: What a screen reader announces first.
        caption: The line under the picture; the text if not given.

    Raises:
        ValueError: If there are none, or their lengths differ.

    Example:
        >>> tiles_picture({"data": [[0, 1, 1, 0]], "samples": [[0.2, 0.9, 1, 0]]}, title="Bars")
        data: 0110; samples: 0110
    """
    shown = {
        name: np.asarray(values, dtype=np.float64)[:_MOST_TILES] for name, values in rows.items()
    }
    lengths = {values.shape[1:] for values in shown.values()}
    if len(lengths) != 1 or any(len(length) != 1 for length in lengths):
        received = f"their shapes are {[values.shape for values in shown.values()]}"
        raise ValueError(requirement("rows", "hold patterns of one length", received))
    text = "; ".join(f"{name}: {' '.join(map(_bits, values))}" for name, values in shown.items())
    return Picture(svg=_svg(shown, title, text), text=text, table=_table(shown), caption=caption)


def _bits(pattern: NDArray[np.float64]) -> str:
    return "".join("1" if value >= 0.5 else "0" for value in pattern)


def _svg(rows: Mapping[str, NDArray[np.float64]], title: str, text: str) -> str:
    length = next(iter(rows.values())).shape[1]
    side = math.isqrt(length)
    n_columns = side if side * side == length else length
    n_lines = length // n_columns
    size = min(_LARGEST, max(_SMALLEST, _TILE / max(n_columns, 1)))
    across, down = n_columns * size, n_lines * size
    label = max(_LABEL, _LETTER * max(map(len, rows)) + _GAP)
    parts = []
    for line, (name, patterns) in enumerate(rows.items()):
        top = _GAP / 2 + line * (max(down, _LARGEST) + _GAP)
        parts.append(
            f'<text x="0" y="{number(top + down / 2 + 4)}" fill="{theme.INK}" '
            f'font-size="{theme.SMALL_SIZE:g}">{escape(name)}</text>'
        )
        for place, pattern in enumerate(patterns):
            left = label + place * (across + _GAP)
            parts += _tile(pattern.reshape(n_lines, n_columns), left, top, size)
    width = label + max(map(len, rows.values())) * (across + _GAP)
    height = len(rows) * (max(down, _LARGEST) + _GAP)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(width)} {number(height)}" '
        f'width="{number(width)}" height="{number(height)}" role="img" '
        f'font-family="{theme.SANS}"><title>{escape(title)}</title><desc>{escape(text)}</desc>'
        f"{''.join(parts)}</svg>"
    )


def _tile(pattern: NDArray[np.float64], left: float, top: float, size: float) -> list[str]:
    n_lines, n_columns = pattern.shape
    parts = [
        f'<rect x="{number(left)}" y="{number(top)}" width="{number(n_columns * size)}" '
        f'height="{number(n_lines * size)}" fill="{theme.INK}" '
        f'fill-opacity="{theme.INK_FILL_OPACITY}" stroke="{theme.INK}" '
        f'stroke-opacity="{theme.WIRE_OPACITY}"/>'
    ]
    for (row, column), value in np.ndenumerate(pattern):
        if value > 0.01:
            parts.append(
                f'<rect x="{number(left + column * size)}" y="{number(top + row * size)}" '
                f'width="{number(size)}" height="{number(size)}" fill="{theme.WEIGHT}" '
                f'fill-opacity="{value:.2f}"/>'
            )
    return parts


def _table(rows: Mapping[str, NDArray[np.float64]]) -> str:
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        + "".join(f"<td>{' '.join(f'{value:.2g}' for value in pattern)}</td>" for pattern in values)
        + "</tr>"
        for name, values in rows.items()
    )
    return f"<table><tbody>{body}</tbody></table>"
