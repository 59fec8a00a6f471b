"""A state in words and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from qaimagic.drawing.curves_axes import MINUS, short_number
from qaimagic.drawing.state_data import State, ket
from qaimagic.drawing.state_disks import in_pi, in_words, phase_of
from qaimagic.drawing.state_sample import Sample

_SPOKEN = 4
_SEEN = 1e-4
_ROUNDING = 1e-12


def state_text(
    states: Sequence[State], samples: Sequence[Sample] = (), fidelity: float | None = None
) -> str:
    """Return one or two states in one line.

    Example:
        >>> bell = State(np.array([1, 0, 0, 1]) / np.sqrt(2), ("0", "1"), "bell")
        >>> state_text([bell])
        'bell: 2 wires, pure; |00⟩ 0.5, |11⟩ 0.5; Bloch lengths 0, 0'
    """
    told = [_one(state) for state in states]
    if fidelity is not None:
        told.append(f"fidelity {chance(fidelity)}")
    told += [
        f"{sample.shots:,} shots of {state.name}"
        + ("" if sample.seed is None else f" with seed {sample.seed}")
        for state, sample in zip(states, samples, strict=bool(samples))
    ]
    return "; ".join(told)


def _one(state: State) -> str:
    n_wires = state.n_wires
    kind = "pure" if state.is_pure else f"mixed, purity {_plain(state.purity)}"
    n_seen = int(np.count_nonzero(state.probabilities >= _SEEN * state.probabilities.max()))
    ranked = np.argsort(-state.probabilities.round(9), kind="stable")[: min(n_seen, _SPOKEN)]
    words = [
        f"{ket(i, n_wires)} {short_number(float(state.probabilities[i]))}" for i in ranked.tolist()
    ]
    more = n_seen - _SPOKEN
    if more > 0:
        words.append(f"{more:,} more")
    lengths = ", ".join(_plain(length) for length in state.lengths[:8])
    dots = ", ..." if n_wires > 8 else ""
    wires = "1 wire" if n_wires == 1 else f"{n_wires} wires"
    return f"{state.name}: {wires}, {kind}; {', '.join(words)}; Bloch lengths {lengths}{dots}"


def left_out(states: Sequence[State], shown: NDArray[np.int64]) -> str:
    """Return what the picture of some basis states leaves out, or an empty string.

    Example:
        >>> even = State(np.full(128, 128**-0.5), tuple("0123456"))
        >>> left_out([even], np.arange(64))
        '64 of 128 basis states are drawn, the most probable; they hold 50 % of the probability.'
    """
    n_all = 2 ** states[0].n_wires
    if len(shown) == n_all:
        return ""
    held = [float(state.probabilities[shown].sum()) for state in states]
    shares = " and ".join(f"{100 * share:.3g} %" for share in held)
    return (
        f"{len(shown)} of {n_all:,} basis states are drawn, the most probable; they hold {shares} "
        "of the probability."
    )


def state_table(
    states: Sequence[State], shown: NDArray[np.int64], samples: Sequence[Sample] = ()
) -> str:
    """Return the basis states ``shown`` and the Bloch vectors as HTML tables, escaped."""
    columns: list[tuple[str, list[str]]] = []
    for number, state in enumerate(states):
        of = f" of {state.name}" if len(states) > 1 else ""
        if state.is_vector:
            values = [complex(value) for value in state.values[shown]]
            columns.append((f"amplitude{of}", [in_words(value) for value in values]))
            phases = [in_pi(phase_of(value)) if abs(value) > 1e-9 else "" for value in values]
            columns.append((f"phase{of}", phases))
        likely = state.probabilities[shown].tolist()
        columns.append((f"probability{of}", [chance(value) for value in likely]))
        if samples:
            sample = samples[number]
            low, high = (end[shown].tolist() for end in sample.intervals)
            counts = sample.counts[shown].tolist()
            columns.append((f"shots{of}", [f"{count:,}" for count in counts]))
            ends = [f"{a:.3g} to {b:.3g}" for a, b in zip(low, high, strict=True)]
            columns.append((f"95 % interval{of}", ends))
    names = [ket(index, states[0].n_wires) for index in shown.tolist()]
    basis = _table("basis state", names, columns)
    vectors: list[tuple[str, list[str]]] = []
    for state in states:
        of = f" of {state.name}" if len(states) > 1 else ""
        parts = [*state.bloch.T, state.lengths]
        for name, part in zip(("x", "y", "z", "length"), parts, strict=True):
            vectors.append((f"{name}{of}", [_plain(value) for value in part]))
    return basis + _table("wire", list(states[0].wires), vectors)


def _table(corner: str, rows: list[str], columns: list[tuple[str, list[str]]]) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name, _ in [(corner, []), *columns])
    body = "".join(
        f'<tr><th scope="row">{escape(row)}</th>'
        + "".join(f"<td>{escape(values[place])}</td>" for _, values in columns)
        + "</tr>"
        for place, row in enumerate(rows)
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def chance(value: float) -> str:
    """Return a probability or a fidelity; what rounding leaves of a zero is 0.

    Example:
        >>> chance(0.123456), chance(3e-6), chance(5e-34)
        ('0.1235', '3e-06', '0')
    """
    return f"{value if value >= _ROUNDING else 0:.4g}"


def _plain(value: float) -> str:
    """Return a number that rounding does not turn into a negative zero."""
    return f"{round(float(value), 4) + 0.0:.3g}".replace("-", MINUS)
