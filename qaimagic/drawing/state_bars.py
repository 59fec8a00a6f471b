"""The probabilities of basis states as bars; shots as marks with their intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qaimagic.drawing import theme
from qaimagic.drawing.curves_axes import Axis
from qaimagic.drawing.curves_marks import at, rule, text_at
from qaimagic.drawing.state_data import State, ket
from qaimagic.drawing.state_disks import Block
from qaimagic.drawing.state_sample import Sample
from qaimagic.drawing.state_text import chance
from qaimagic.drawing.svg_type import escape

_HEIGHT, _TOP, _LEFT = 150.0, 8.0, 40.0
_WIDEST = 30.0
_LETTER = 6.2


def bars_block(
    states: Sequence[State],
    shown: NDArray[np.int64],
    width: float,
    samples: Sequence[Sample] = (),
) -> Block:
    """Return a bar for each of the basis states ``shown``, side by side for each state.

    Args:
        states: One state, or two of the same wires.
        shown: The basis states, ascending.
        width: In pixels.
        samples: Shots of each state, marked at their shares with the 95 % interval, or none.
    """
    n_wires = states[0].n_wires
    room = _room(len(shown), n_wires, width)
    words = _LETTER * (n_wires + 2)
    is_upright = words > room
    floor = _TOP + _HEIGHT
    top = max(float(state.probabilities[shown].max()) for state in states)
    for sample in samples:
        top = max(top, float(sample.intervals[1][shown].max()))
    vertical = Axis(0.0, min(1.0, 1.04 * top), start=floor, end=_TOP)
    right = _LEFT + room * len(shown)
    parts = []
    for value, label in vertical.ticks(4):
        y = at(vertical, value)
        parts.append(rule(_LEFT, y, right, y, theme.GRID_OPACITY))
        parts.append(text_at(_LEFT - 7.0, y + 4.0, label, anchor="end", muted=True))
    for place, index in enumerate(shown.tolist()):
        middle = _LEFT + (place + 0.5) * room
        parts += _group(states, samples, index, vertical, middle, room)
        name = ket(index, n_wires)
        parts.append(_label(name, middle, floor, is_upright=is_upright))
    parts.append(rule(_LEFT, floor, right, floor, theme.WIRE_OPACITY))
    below = words + 12.0 if is_upright else 22.0
    return Block("".join(parts), right, floor + below)


def _room(n_shown: int, n_wires: int, width: float) -> float:
    """Return how wide the place of a basis state is."""
    return min((width - _LEFT) / n_shown, max(2 * _WIDEST, _LETTER * (n_wires + 2) + 6.0))


def _group(
    states: Sequence[State],
    samples: Sequence[Sample],
    index: int,
    vertical: Axis,
    middle: float,
    room: float,
) -> list[str]:
    """Return the bars of one basis state, with what was sampled."""
    whole = min(_WIDEST, 0.74 * room)
    each = whole / len(states)
    parts = []
    for number, state in enumerate(states):
        style = theme.series_style(number)
        left = middle - whole / 2 + number * each
        probability = float(state.probabilities[index])
        top = at(vertical, probability)
        sample = samples[number] if samples else None
        name = f"{ket(index, state.n_wires)} in {state.name}: probability {chance(probability)}"
        dash = "" if style.dash == "none" else ' stroke-dasharray="3 2"'
        parts.append(
            f"<g><title>{escape(name + _shots_words(sample, index))}</title>"
            f'<rect x="{left + 0.5:.1f}" y="{top:.1f}" width="{max(1.0, each - 1):.1f}" '
            f'height="{vertical.start - top:.1f}" fill="{style.color}" fill-opacity="0.38" '
            f'stroke="{style.color}" stroke-width="1"{dash}/>'
        )
        if sample is not None:
            parts.append(_mark(sample, index, vertical, left + each / 2))
        parts.append("</g>")
    return parts


def _mark(sample: Sample, index: int, vertical: Axis, x: float) -> str:
    low, high = (at(vertical, float(end[index])) for end in sample.intervals)
    y = at(vertical, float(sample.frequencies[index]))
    return (
        f'<path d="M{x:.1f},{low:.1f}V{high:.1f}M{x - 3:.1f},{low:.1f}h6M{x - 3:.1f},{high:.1f}h6" '
        f'stroke="{theme.INK}" stroke-width="1.3" fill="none"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.4" fill="{theme.INK}"/>'
    )


def _shots_words(sample: Sample | None, index: int) -> str:
    if sample is None:
        return ""
    low, high = (float(end[index]) for end in sample.intervals)
    count = int(sample.counts[index])
    return f"; {count:,} of {sample.shots:,} shots, 95 % interval {low:.3g} to {high:.3g}"


def _label(name: str, x: float, floor: float, *, is_upright: bool) -> str:
    if not is_upright:
        return text_at(x, floor + 16.0, name, anchor="middle", muted=True)
    size = theme.SMALL_SIZE - 1
    return (
        f'<text transform="translate({x + 3.4:.1f},{floor + 6:.1f})rotate(-90)" text-anchor="end" '
        f'font-size="{size:g}" fill="{theme.INK}" opacity="{theme.MUTED_OPACITY}">'
        f"{escape(name)}</text>"
    )
