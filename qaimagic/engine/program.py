"""A scheduled circuit as arrays, the form that the kernels read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from qaimagic.engine.arrays import Floats, Integers, Program
from qaimagic.engine.blocks import Block, blocks
from qaimagic.engine.circuit import Angle, Circuit
from qaimagic.engine.frame import Masks
from qaimagic.engine.passes.light_cone import light_cone
from qaimagic.engine.passes.merge import merge
from qaimagic.engine.passes.real_amplitudes import real_amplitudes
from qaimagic.engine.passes.start import start
from qaimagic.engine.schedule import Schedule, Turn, schedule

TURN, PHASE = 0, 1
KEPT_TABLE_BITS = 16


class Plan(NamedTuple):
    """A program and what the way around it needs to know.

    Attributes:
        program: The arrays.
        n_rows: The number of angles that are worked out for each sample.
        n_tables: The number of passes of phases that all samples share.
        bits: For each wire the mask whose parity is its bit at the end, and whether to invert it.
    """

    program: Program
    n_rows: int
    n_tables: int
    bits: tuple[tuple[int, int], ...]


def is_real(circuit: Circuit, *, from_zeros: bool) -> bool:
    """Return whether a circuit's amplitudes are known to be real; see :func:`plan`."""
    return _scheduled(circuit, from_zeros).is_real


@lru_cache(maxsize=256)
def plan(circuit: Circuit, row_bits: int, *, from_zeros: bool) -> Plan:
    """Return the plan for ``circuit``.

    Args:
        circuit: The circuit.
        row_bits: The number of bits of an index that lie within a row.
        from_zeros: Whether it starts from the state of all zeros, or from any.
    """
    scheduled = _scheduled(circuit, from_zeros)
    made = _Steps(circuit, 0 if from_zeros else circuit.n_wires)
    for layer in scheduled.layers:
        if layer.phases:
            made.add_phases(layer.phases)
        for block in blocks(layer.turns, row_bits, made.reach):
            made.add_block(layer.turns, block)
    program = made.program(_words(scheduled.words))
    return Plan(program, len(made.by_sample), made.n_tables, scheduled.bits)


@lru_cache(maxsize=256)
def _scheduled(circuit: Circuit, from_zeros: bool) -> Schedule:
    needed = light_cone(circuit)
    scheduled = schedule(merge(start(needed) if from_zeros else needed), from_zeros=from_zeros)
    return real_amplitudes(scheduled) if from_zeros and circuit.words else scheduled


class _Steps:
    """The arrays of a program, on the way."""

    def __init__(self, circuit: Circuit, reach: int) -> None:
        self.circuit = circuit
        self.reach = reach
        self.n_tables = 0
        self.by_sample: list[int] = []
        self._angles: list[Angle] = []
        self._steps: list[list[int]] = []
        self._passes: list[list[int]] = []
        self._local: list[list[int]] = []
        self._terms: list[int] = []
        self._term_angles: list[int] = []
        self._conditions: list[list[int]] = []

    def add_phases(self, phases: dict[int, Angle]) -> None:
        """Add one pass of phases."""
        first, last = len(self._terms), len(self._terms) + len(phases)
        places = range(len(self._angles), len(self._angles) + len(phases))
        self._terms.extend(phases)
        self._term_angles.extend(places)
        self._angles.extend(phases.values())
        is_kept = self.circuit.n_wires <= KEPT_TABLE_BITS
        is_shared = is_kept and not any(map(self._is_varied, phases.values()))
        table = self.n_tables if is_shared else -1
        if is_shared:
            self.n_tables += 1
        else:
            self.by_sample.extend(places)
        here = len(self._steps)
        self._steps.append([PHASE, first, last, 0, 0, self.reach, not is_shared, table])
        self._passes.append([PHASE, here, here + 1, 0])
        self._local.append([0, 0, 0])

    def add_block(self, turns: Sequence[Turn], block: Block) -> None:
        """Add the turns of one pass."""
        here = len(self._steps)
        for turn, local in zip(turns[block.first : block.last], block.local, strict=True):
            first = len(self._conditions)
            for (mask, value), rows in zip(turn.conditions, local.conditions, strict=True):
                self._conditions.append([mask, value, rows])
            last = len(self._conditions)
            varied = self._is_varied(turn.angle)
            if varied:
                self.by_sample.append(len(self._angles))
            self.reach = max(self.reach, turn.x.bit_length())
            step = [TURN, len(self._angles), first, turn.x, turn.z, self.reach, varied, last]
            self._steps.append(step)
            self._local.append([local.x, local.z, local.live])
            self._angles.append(turn.angle)
        rank = len(block.span)
        self._passes.append([TURN, here, len(self._steps), rank, *block.span, *block.tops])

    def program(self, words: tuple[Integers, Integers, Floats, Integers]) -> Program:
        """Return the arrays."""
        rows = np.full(len(self._angles), -1, np.int64)
        rows[self.by_sample] = range(len(self.by_sample))
        width = max((len(row) for row in self._passes), default=4)
        passes = [row + [0] * (width - len(row)) for row in self._passes]
        term_angles = _integers(self._term_angles)
        terms = [term for angle in self._angles for term in angle.terms]
        return Program(
            _integers(self._steps, 8),
            _integers(passes, width),
            _integers(self._local, 3),
            _integers(self._terms),
            term_angles,
            rows[term_angles],
            _integers(self._conditions, 3),
            *words,
            np.array([angle.offset for angle in self._angles], np.float64),
            _integers(np.cumsum([0, *(len(angle.terms) for angle in self._angles)])),
            _integers([slot for slot, _ in terms]),
            np.array([scale for _, scale in terms], np.float64),
            rows,
        )

    def _is_varied(self, angle: Angle) -> bool:
        return any(slot >= self.circuit.n_shared for slot, _ in angle.terms)


def _words(words: Sequence[Masks]) -> tuple[Integers, Integers, Floats, Integers]:
    grouped: dict[tuple[int, int], list[int]] = {}
    for place, word in enumerate(words):
        grouped.setdefault((word.x, word.n_y % 2), []).append(place)
    groups: list[list[int]] = []
    order: list[int] = []
    for (x, is_odd), places in sorted(grouped.items()):
        groups.append([x, is_odd, len(order), len(order) + len(places)])
        order.extend(places)
    in_order = [words[place] for place in order]
    return (
        _integers(groups, 4),
        _integers([word.z for word in in_order]),
        np.array([_factor(word) for word in in_order], np.float64),
        _integers(order),
    )


def _factor(word: Masks) -> int:
    """Return the real factor of a word's sum: of real parts, or of imaginary ones (odd words)."""
    return word.sign * (1 if word.n_y % 4 in (0, 3) else -1)


def _integers(values: Sequence[Any] | NDArray[Any], columns: int = 0) -> Integers:
    array = np.asarray(values, np.int64)
    return array.reshape(-1, columns) if columns else array.reshape(-1)
