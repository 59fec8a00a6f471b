"""Amplitudes as disks: the area is a probability, the hand and the colour are the phase."""

from __future__ import annotations

import cmath
import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qaimagic.drawing import theme
from qaimagic.drawing.curves_axes import MINUS
from qaimagic.drawing.curves_marks import text_at
from qaimagic.drawing.phase_color import phase_color
from qaimagic.drawing.state_data import State, ket
from qaimagic.drawing.svg_type import escape

_RADIUS = 21.0
_SMALL = 15.0
_COLUMNS = 8
_LETTER = 6.4
_LEAST = 0.3


class Block(NamedTuple):
    """A part of a picture.

    Attributes:
        svg: Its elements, from its own upper left corner.
        width: In pixels.
        height: In pixels.
    """

    svg: str
    width: float
    height: float


def amplitudes_block(state: State, shown: NDArray[np.int64], width: float) -> Block:
    """Return a disk for each of the basis states ``shown``, in rows of at most eight.

    A full ring is the largest amplitude's size, which :func:`full_size` tells.
    """
    full = full_size(state, shown)
    cell = max(2 * _RADIUS + 12.0, _LETTER * (state.n_wires + 2) + 4.0)
    columns = min(_COLUMNS, max(1, int(width // cell)))
    line = 2 * _RADIUS + 22.0
    parts = []
    for place, index in enumerate(shown.tolist()):
        x = (place % columns + 0.5) * cell
        y = (place // columns) * line + _RADIUS + 2.0
        name = ket(index, state.n_wires)
        parts.append(_disk(complex(state.values[index]), full, x, y, _RADIUS, name))
        parts.append(text_at(x, y + _RADIUS + 13.0, name, anchor="middle", muted=True))
    n_lines = math.ceil(len(shown) / columns)
    return Block("".join(parts), min(columns, len(shown)) * cell, n_lines * line)


def matrix_block(state: State, shown: NDArray[np.int64]) -> Block:
    """Return a disk for each entry of a density matrix between the basis states ``shown``."""
    full = full_size(state, shown)
    names = [ket(index, state.n_wires) for index in shown.tolist()]
    left = _LETTER * (state.n_wires + 2) + 8.0
    cell = max(2 * _SMALL + 6.0, left - 2.0)
    line = 2 * _SMALL + 6.0
    parts = []
    for row, i in enumerate(shown.tolist()):
        y = 20.0 + (row + 0.5) * line
        parts.append(text_at(left - 6.0, y + 4.0, names[row], anchor="end", muted=True))
        for column, j in enumerate(shown.tolist()):
            x = left + (column + 0.5) * cell
            bra = names[column].replace("|", "⟨").replace("⟩", "|")
            if not row:
                parts.append(text_at(x, 12.0, bra, anchor="middle", muted=True))
            value = complex(state.values[i, j])
            parts.append(_disk(value, full, x, y, _SMALL, f"{names[row]}{bra}"))
    return Block("".join(parts), left + len(shown) * cell, 24.0 + len(shown) * line)


def full_size(state: State, shown: NDArray[np.int64]) -> float:
    """Return the size of a value that fills a ring: the largest of those shown."""
    values = state.values[shown] if state.is_vector else state.values[np.ix_(shown, shown)]
    return float(np.abs(values).max())


def phase_of(value: complex) -> float:
    """Return the phase in radians, in (-pi, pi]; what rounds to a negative number has pi."""
    if abs(value.imag) < 1e-12 * abs(value.real):
        return math.pi if value.real < 0 else 0.0
    return cmath.phase(value)


def in_pi(angle: float) -> str:
    """Return an angle in units of pi.

    Example:
        >>> in_pi(0.0), in_pi(3 * math.pi / 4), in_pi(1.0)
        ('0', '3π/4', '0.318π')
    """
    turns = angle / math.pi
    for parts in (1, 2, 3, 4, 6, 8):
        whole = round(turns * parts)
        if abs(turns * parts - whole) > 1e-6:
            continue
        if not whole:
            return "0"
        times = "" if abs(whole) == 1 else str(abs(whole))
        return f"{MINUS if whole < 0 else ''}{times}π{'' if parts == 1 else f'/{parts}'}"
    return f"{turns:.3g}π".replace("-", MINUS)


def in_words(value: complex) -> str:
    """Return a complex number.

    Example:
        >>> in_words(0.5 + 0.5j), in_words(1e-17j), in_words(1j)
        ('0.5 + 0.5i', '0', '1i')
    """
    real, imaginary = round(value.real, 4) + 0.0, round(value.imag, 4) + 0.0
    if not imaginary:
        return f"{real:.4g}".replace("-", MINUS)
    if not real:
        return f"{imaginary:.4g}i".replace("-", MINUS)
    sign = MINUS if imaginary < 0 else "+"
    return f"{real:.4g} {sign} {abs(imaginary):.4g}i".replace("-", MINUS)


def _disk(value: complex, full: float, x: float, y: float, radius: float, name: str) -> str:
    r = min(1.0, abs(value) / full) * radius
    angle = phase_of(value)
    phase = f", phase {in_pi(angle)}" if r >= _LEAST else ""
    words = f"{name}: {in_words(value)}, size {abs(value):.3g}{phase}"
    ring = (
        f'<circle r="{radius:g}" fill="{theme.INK}" fill-opacity="0.04" stroke="{theme.INK}" '
        'stroke-opacity="0.3"/>'
    )
    inside = ""
    if r >= _LEAST:
        hand = f"{radius * math.cos(angle):.1f}", f"{-radius * math.sin(angle):.1f}"
        inside = (
            f'<circle r="{r:.1f}" fill="{phase_color(angle)}" fill-opacity="0.85"/>'
            f'<line x2="{hand[0]}" y2="{hand[1]}" stroke="{theme.INK}" stroke-width="1.6" '
            'stroke-linecap="round"/>'
        )
    return (
        f'<g transform="translate({x:.1f},{y:.1f})"><title>{escape(words)}</title>'
        f"{ring}{inside}</g>"
    )
