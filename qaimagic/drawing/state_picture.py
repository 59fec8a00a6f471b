"""One or two states as one picture: Bloch spheres, amplitudes, probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from qaimagic.drawing import theme
from qaimagic.drawing.curves_marks import text_at
from qaimagic.drawing.page import Picture
from qaimagic.drawing.state_bars import bars_block
from qaimagic.drawing.state_data import MOST_ROWS, MOST_STATES, State, most_probable
from qaimagic.drawing.state_disks import Block, amplitudes_block, full_size, matrix_block
from qaimagic.drawing.state_sample import Sample
from qaimagic.drawing.state_sphere import Arrow, sphere_svg
from qaimagic.drawing.state_text import left_out, state_table, state_text

MOST_SPHERES = 8
"""How many Bloch spheres are drawn."""
_WIDTH = 680.0
_SPHERE = 150.0
_HEADING = 24.0
_GAP = 16.0


def state_picture(
    states: Sequence[State], samples: Sequence[Sample] = (), fidelity: float | None = None
) -> Picture:
    """Return one state, or a pair of the same wires, as a picture with words and data.

    Args:
        states: One or two states.
        samples: Shots of each, or none.
        fidelity: That of a pair.

    Example:
        >>> bell = State(np.array([1, 0, 0, 1]) / np.sqrt(2), ("0", "1"), "bell")
        >>> state_picture([bell])
        bell: 2 wires, pure; |00⟩ 0.5, |11⟩ 0.5; Bloch lengths 0, 0
    """
    shown = most_probable(states, MOST_STATES)
    text = state_text(states, samples, fidelity)
    parts = [_legend(states)] if len(states) > 1 else []
    parts.append(_titled("Bloch spheres, one for each wire", _spheres(states)))
    for state in states:
        of = f" of {state.name}" if len(states) > 1 else ""
        parts.append(_inside(state, shown, of))
    heading = "Probabilities" + (", and shots with Wilson's 95 % interval" if samples else "")
    parts.append(_titled(heading, bars_block(states, shown, _WIDTH, samples)))
    notes = " ".join(filter(None, (_wires_left_out(states[0]), left_out(states, shown))))
    return Picture(
        svg=_stacked(parts, " and ".join(state.name for state in states), text),
        text=text,
        table=state_table(states, shown, samples),
        below=f'<p style="font-size:0.9em;margin:0.3em 0">{escape(notes)}</p>' if notes else "",
    )


def disks_heading(full: float, *, is_vector: bool) -> str:
    """Return what the disks are, and what a full ring stands for.

    Example:
        >>> disks_heading(0.5, is_vector=True)
        'Amplitudes: area by probability, hand and colour by phase; a full ring is 0.5'
    """
    what = "Amplitudes: area by probability" if is_vector else "Density matrix: radius by size"
    return f"{what}, hand and colour by phase; a full ring is {full:.3g}"


def _inside(state: State, shown: NDArray[np.int64], of: str) -> Block:
    if state.is_vector:
        block = amplitudes_block(state, shown, _WIDTH)
        heading = disks_heading(full_size(state, shown), is_vector=True)
        return _titled(heading.replace(":", f"{of}:", 1), block)
    rows = most_probable([state], MOST_ROWS)
    heading = disks_heading(full_size(state, rows), is_vector=False)
    if len(rows) < 2**state.n_wires:
        heading += f"; the {len(rows)} most probable rows"
    return _titled(heading.replace(":", f"{of}:", 1), matrix_block(state, rows))


def _spheres(states: Sequence[State]) -> Block:
    columns = int(_WIDTH // _SPHERE)
    line = _SPHERE + 28.0
    parts = []
    n_spheres = min(MOST_SPHERES, states[0].n_wires)
    for place in range(n_spheres):
        x, y = (place % columns) * _SPHERE, (place // columns) * line
        arrows = [
            Arrow(state.bloch[place], theme.series_style(number), state.name)
            for number, state in enumerate(states)
        ]
        parts.append(sphere_svg(arrows, x, y, _SPHERE))
        lengths = " and ".join(f"{state.lengths[place]:.2f}" for state in states)
        lines = (f"wire {states[0].wires[place]}", f"length {lengths}")
        for below, words in zip((4.0, 19.0), lines, strict=True):
            parts.append(text_at(x + _SPHERE / 2, y + _SPHERE + below, words, anchor="middle"))
    n_lines = -(-n_spheres // columns)
    return Block("".join(parts), min(columns, n_spheres) * _SPHERE, n_lines * line)


def _wires_left_out(state: State) -> str:
    if state.n_wires <= MOST_SPHERES:
        return ""
    return (
        f"Bloch spheres of {MOST_SPHERES} of {state.n_wires} wires are drawn; choose others by "
        "`wires`."
    )


def _legend(states: Sequence[State]) -> Block:
    parts, x = [], 0.0
    for number, state in enumerate(states):
        style = theme.series_style(number)
        parts.append(
            f'<line x1="{x:.1f}" x2="{x + 28:.1f}" y1="9" y2="9" stroke="{style.color}" '
            f'stroke-width="2.4" stroke-dasharray="{style.dash}"/>'
        )
        parts.append(text_at(x + 35.0, 13.0, state.name, size=theme.FONT_SIZE, weight=600))
        x += 60.0 + 8.0 * len(state.name)
    return Block("".join(parts), x, 18.0)


def _titled(heading: str, block: Block) -> Block:
    words = text_at(0.0, 13.0, heading, size=theme.FONT_SIZE - 1, weight=600)
    moved = f'<g transform="translate(0,{_HEADING:g})">{block.svg}</g>'
    return Block(words + moved, block.width, _HEADING + block.height)


def _stacked(blocks: Sequence[Block], title: str, text: str) -> str:
    parts, y = [], 4.0
    for block in blocks:
        parts.append(f'<g transform="translate(4,{y:.1f})">{block.svg}</g>')
        y += block.height + _GAP
    width, height = f"{_WIDTH + 8:g}", f"{y - _GAP + 8:.0f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" style="max-width:100%;height:auto" '
        f'font-family="{theme.SANS}" font-size="{theme.SMALL_SIZE:g}" fill="{theme.INK}">'
        f"<title>{escape(f'State {title}')}</title><desc>{escape(text)}</desc>"
        f"{''.join(parts)}</svg>"
    )
