"""A scheduled circuit as arrays, the form that the kernels read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from qaimagic.engine.circuit import Angle, Circuit
from qaimagic.engine.frame import Masks
from qaimagic.engine.schedule import Schedule, schedule

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

TURN, PHASE = 0, 1


class Program(NamedTuple):
    """What the kernels run; every array is read only.

    Attributes:
        steps: One row a step: kind, first, last, x, z, reach, varied, table. For a turn ``first``
            is its angle and its conditions run from ``last`` to ``table``; for phases the
            terms run from ``first`` to ``last``. ``reach`` is the number of low bits of an index
            beyond which the state is still zero after the step.
        terms: The masks of phases.
        term_angles: For each term the place of its angle.
        term_rows: For each term the place of its angle among the angles by sample, or -1.
        conditions: Pairs of a mask and a parity.
        groups: For each group of words: x, whether odd, first word, one after its last.
        masks: The z of the words, group by group.
        factors: What to multiply the words' sums by.
        order: For each word, group by group, its place in the answer.
        offsets: The constants of the angles.
        bounds: For each angle where its terms start; and the end.
        slots: The parameters of the angles' terms.
        scales: The factors of the angles' terms.
        rows: For each angle its place among the angles by sample, or -1.
    """

    steps: Integers
    terms: Integers
    term_angles: Integers
    term_rows: Integers
    conditions: Integers
    groups: Integers
    masks: Integers
    factors: Floats
    order: Integers
    offsets: Floats
    bounds: Integers
    slots: Integers
    scales: Floats
    rows: Integers

    @property
    def n_rows(self) -> int:
        """The number of angles that are worked out for each sample."""
        return int(self.rows.max(initial=-1)) + 1


class Plan(NamedTuple):
    """A program and what the way around it needs to know.

    Attributes:
        program: The arrays.
        n_tables: The number of passes of phases that all samples share.
        has_tables_by_sample: Whether other passes differ by sample.
        bits: For each wire the mask whose parity is its bit at the end, and whether to invert it.
    """

    program: Program
    n_tables: int
    has_tables_by_sample: bool
    bits: tuple[tuple[int, int], ...]


@lru_cache(maxsize=256)
def plan(circuit: Circuit, *, from_zeros: bool) -> Plan:
    """Return the plan for ``circuit``, started from the state of all zeros or from any."""
    scheduled = schedule(circuit, from_zeros=from_zeros)
    angles: list[Angle] = []
    steps: list[list[int]] = []
    terms: list[int] = []
    term_angles: list[int] = []
    conditions: list[tuple[int, int]] = []
    by_sample: list[int] = []
    reach = 0 if from_zeros else circuit.n_wires
    n_tables = 0
    for layer in scheduled.layers:
        if layer.phases:
            first = len(terms)
            places = range(len(angles), len(angles) + len(layer.phases))
            terms.extend(layer.phases)
            term_angles.extend(places)
            angles.extend(layer.phases.values())
            varied = any(_is_varied(angle, circuit) for angle in layer.phases.values())
            if varied:
                by_sample.extend(places)
            steps.append(
                [PHASE, first, len(terms), 0, 0, reach, varied, -1 if varied else n_tables]
            )
            n_tables += not varied
        for turn in layer.turns:
            reach = max(reach, turn.x.bit_length())
            first = len(conditions)
            conditions.extend(turn.conditions)
            varied = _is_varied(turn.angle, circuit)
            if varied:
                by_sample.append(len(angles))
            steps.append([TURN, len(angles), first, turn.x, turn.z, reach, varied, len(conditions)])
            angles.append(turn.angle)
    rows = np.full(len(angles), -1, np.int64)
    rows[by_sample] = range(len(by_sample))
    program = Program(
        _integers(steps, 8),
        _integers(terms),
        _integers(term_angles),
        rows[_integers(term_angles)],
        _integers(conditions, 2),
        *_words(scheduled),
        np.array([angle.offset for angle in angles]),
        _integers(np.cumsum([0, *(len(angle.terms) for angle in angles)])),
        _integers([slot for angle in angles for slot, _ in angle.terms]),
        np.array([scale for angle in angles for _, scale in angle.terms], np.float64),
        rows,
    )
    return Plan(
        program, n_tables, any(step[0] == PHASE and step[6] for step in steps), scheduled.bits
    )


def _is_varied(angle: Angle, circuit: Circuit) -> bool:
    return any(slot >= circuit.n_shared for slot, _ in angle.terms)


def _words(scheduled: Schedule) -> tuple[Integers, Integers, Floats, Integers]:
    grouped: dict[tuple[int, int], list[int]] = {}
    for place, word in enumerate(scheduled.words):
        grouped.setdefault((word.x, word.n_y % 2), []).append(place)
    groups, order = [], []
    for (x, is_odd), places in sorted(grouped.items()):
        groups.append([x, is_odd, len(order), len(order) + len(places)])
        order.extend(places)
    words = [scheduled.words[place] for place in order]
    return (
        _integers(groups, 4),
        _integers([word.z for word in words]),
        np.array([_factor(word) for word in words], np.float64),
        _integers(order),
    )


def _factor(word: Masks) -> int:
    """Return the real factor of a word's sum: of real parts, or of imaginary ones (odd words)."""
    return word.sign * (1 if word.n_y % 4 in (0, 3) else -1)


def _integers(values: Sequence[Any] | NDArray[Any], columns: int = 0) -> Integers:
    array = np.asarray(values, np.int64)
    return array.reshape(-1, columns) if columns else array.reshape(-1)
