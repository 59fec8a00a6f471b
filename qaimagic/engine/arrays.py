"""The arrays that the kernels read and fill, and how many of them are handed over in few.

numba takes a quarter of a microsecond for each array of a call, as long as a small circuit's gate.
So a program's arrays lie one after the other in two, and those that a sweep fills in one; the first
says where each begins, and its shape.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Shape = tuple[int, ...]

LANE_BITS, IS_REAL, PLACES = range(3)
"""What the first of the packed arrays begins with: two numbers, and then the places."""
PLACE = 6
"""The length of a place: where an array starts, and its shape, which has at most five sizes."""
_CACHE_LINE = 16


class Program(NamedTuple):
    """What the kernels run; nothing of it is ever changed.

    Attributes:
        steps: One row a step: kind, first, last, x, z, reach, varied, table. For a turn ``first``
            is its angle and its conditions run from ``last`` to ``table``; for phases the
            terms run from ``first`` to ``last``. ``reach`` is the number of low bits of an index
            beyond which the state is still zero after the step.
        passes: One row a pass over the state: kind, first step, one after its last, rank, and
            for turns the vectors that span its blocks of rows, and their highest bits.
        local: For each turn its x, z and number of live rows within a block.
        terms: The masks of phases.
        term_angles: For each term the place of its angle.
        term_rows: For each term the place of its angle among the angles by sample, or -1.
        conditions: For each condition: mask, parity, mask of rows within a block.
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
    passes: Integers
    local: Integers
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


class Settled(NamedTuple):
    """A program's numbers for one batch, worked out on the way forward.

    Attributes:
        lane_bits: The number of bits of an index that are lanes; 0 where lanes are samples.
        is_real: Whether both halves of a row are real parts.
        lane_signs: For each mask m of bits within a row the row of (-1)**(l . m).
        angles: The angles that samples share, (n_angles, rounded up to lanes).
        turns: Cosine and sine of their halves, (2, the same number).
        lane_angles: The angles by sample, (n_groups, n_rows, lanes).
        lane_turns: Cosine and sine of their halves, (n_groups, n_rows, 2, lanes).
        tables: The cosines and sines of phases that samples share, (n_tables, 2, indices).
        sums: The words' sums, (n_groups, n_shares, n_words, lanes).
    """

    lane_bits: int
    is_real: bool
    lane_signs: NDArray[Any]
    angles: NDArray[Any]
    turns: NDArray[Any]
    lane_angles: NDArray[Any]
    lane_turns: NDArray[Any]
    tables: NDArray[Any]
    sums: NDArray[Any]


class Undone(NamedTuple):
    """What the way back works out.

    Attributes:
        weights: The cotangents of the words' sums, (n_groups, n_words, lanes).
        turn_changes: Twice the cotangents of turns' angles, (n_tiles, n_shares, n_steps, 2, lanes).
        phase_changes: Minus twice those of phases' angles, (n_tiles, n_shares, n_terms, lanes).
    """

    weights: NDArray[Any]
    turn_changes: NDArray[Any]
    phase_changes: NDArray[Any]


class Packed(NamedTuple):
    """A program as the kernels are handed it, and the lengths of the arrays that they fill.

    Attributes:
        integers: The program's integers, after the places of all arrays.
        floats: The program's other numbers.
        n_settled: The length of an array that holds all of `Settled`.
        n_undone: The length of one that holds all of `Undone`.
    """

    integers: Integers
    floats: Floats
    n_settled: int
    n_undone: int


def packed(
    program: Program,
    lane_bits: int,
    is_real: bool,
    settled: Sequence[Shape],
    undone: Sequence[Shape],
) -> Packed:
    """Return a program's arrays as few, and the places of the others.

    Args:
        program: The program.
        lane_bits: The number of bits of an index that are lanes; 0 where lanes are samples.
        is_real: Whether both halves of a row are real parts.
        settled: The shapes of the arrays of `Settled`.
        undone: The shapes of the arrays of `Undone`.
    """
    n_arrays = len(program) + len(settled) + len(undone)
    ends = {np.dtype(np.int64): PLACES + n_arrays * PLACE, np.dtype(np.float64): 0}
    places = [_place(array.shape, ends, array.dtype) for array in program]
    lengths = []
    for shapes in (settled, undone):
        end = {None: 0}
        places += [_place(shape, end, None, _CACHE_LINE) for shape in shapes]
        lengths.append(end[None])
    head = [lane_bits, is_real, *(number for place in places for number in place)]
    integers = [array.ravel() for array in program if array.dtype == np.int64]
    floats = [array.ravel() for array in program if array.dtype == np.float64]
    return Packed(
        np.concatenate([np.array(head, np.int64), *integers]), np.concatenate(floats), *lengths
    )


def _place(shape: Shape, ends: dict[Any, int], kind: Any, step: int = 1) -> list[int]:
    """Return the place of the next array of a kind, and move the end of those so far."""
    start = ends[kind]
    ends[kind] += -(-prod(shape) // step) * step
    return [start, *shape, *[0] * (PLACE - 1 - len(shape))]
