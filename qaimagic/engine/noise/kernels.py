"""Small matrices on some wires of many states, and what two states have in common there.

States lie one after the other, amplitude by amplitude, as torch keeps them. They are read in rows
of one cache line: of a matrix's wires some choose between rows, the others within a row. For each
pattern of bits that a matrix flips, a row of the outcome gains a row of coefficients times the
flipped row.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from qaimagic.engine.jit import compiled, part
from qaimagic.engine.simd import add, crossed, fill, load, mul, store, swapped

_ROWS_IN_SINGLE = 512


@compiled
def act(
    source: Any,
    target: Any,
    matrices: Any,
    n_sharing: int,
    places: Any,
    units: tuple[int, int],
    n_blocks: int,
) -> None:
    """Multiply matrices with states.

    Args:
        source: The states before, (n_states, n_rows, numbers in a row), real.
        target: The states after, likewise; may be ``source``.
        matrices: The matrices, (n_states / n_sharing, d, d), complex.
        n_sharing: How many states in a row have the same matrix.
        places: The wires, :class:`~qaimagic.engine.noise.matrices.Places`.
        units: The first block of rows to work on, and one after the last.
        n_blocks: The number of blocks of a state.
    """
    holes, members, member_bits, lane_bits, to_member, to_lane = places
    n_members, d, width = members.size, to_member.size, lane_bits.size
    n_groups = source.shape[1] // n_members
    rows, new_rows = source.reshape(-1), target.reshape(-1)
    scratch = np.empty(n_members * width, source.dtype)
    plain = np.empty((n_members * d, width), source.dtype)
    crossing = np.empty((n_members * d, width), source.dtype)
    kinds = np.empty(n_members * d, np.int64)
    for unit in range(units[0], units[1]):
        state, block = unit // n_blocks, unit % n_blocks
        matrix = matrices[state // n_sharing]
        for member in range(n_members):
            for pattern in range(d):
                kind = 0
                for lane in range(width):
                    row = member_bits[member] | lane_bits[lane]
                    entry = matrix[row, row ^ pattern]
                    plain[member * d + pattern, lane] = entry.real
                    crossing[member * d + pattern, lane] = entry.imag if lane & 1 else -entry.imag
                    kind |= (entry.real != 0) | ((entry.imag != 0) << 1)
                kinds[member * d + pattern] = kind
        for group in range(block * n_groups // n_blocks, (block + 1) * n_groups // n_blocks):
            base = state * source.shape[1] + _with_holes(group, holes)
            for member in range(n_members):
                store(scratch, member, load(rows, base + members[member]))
            for member in range(n_members):
                total = fill(load(scratch, 0), 0.0)
                for pattern in range(d):
                    place = member * d + pattern
                    if kinds[place]:
                        partner = load(scratch, member ^ to_member[pattern])
                        if to_lane[pattern]:
                            partner = _moved(partner, to_lane[pattern], width)
                        if kinds[place] & 1:
                            total = add(total, mul(load(plain, place), partner))
                        if kinds[place] & 2:
                            total = add(total, mul(load(crossing, place), crossed(partner, 1)))
                store(new_rows, base + members[member], total)


@compiled
def overlap(
    first: Any, second: Any, places: Any, n_patterns: int, states: tuple[int, int], sums: Any
) -> None:
    r"""Work out :math:`\\sum_r a_{ir} b_{jr}^*`, with i, j settings of the wires, r of the others.

    Args:
        first: States a, (n_states, n_rows, numbers in a row), real.
        second: States b, likewise.
        places: The wires, :class:`~qaimagic.engine.noise.matrices.Places`.
        n_patterns: 1 for i = j alone, d for all.
        states: The first state to work on, and one after the last.
        sums: Zeros; receives the answer, (n_states, d, d), complex.
    """
    holes, members, member_bits, lane_bits, to_member, to_lane = places
    n_members, width = members.size, lane_bits.size
    n_groups = first.shape[1] // n_members
    rows, others = first.reshape(-1), second.reshape(-1)
    plain = np.empty((n_members * n_patterns, width), first.dtype)
    crossing = np.empty((n_members * n_patterns, width), first.dtype)
    for state in range(states[0], states[1]):
        for begin in range(0, n_groups, _ROWS_IN_SINGLE):
            plain[:], crossing[:] = 0, 0
            for group in range(begin, min(begin + _ROWS_IN_SINGLE, n_groups)):
                base = state * first.shape[1] + _with_holes(group, holes)
                for member in range(n_members):
                    row = load(rows, base + members[member])
                    for pattern in range(n_patterns):
                        place = member * n_patterns + pattern
                        other = load(others, base + members[member ^ to_member[pattern]])
                        if to_lane[pattern]:
                            other = _moved(other, to_lane[pattern], width)
                        store(plain, place, add(load(plain, place), mul(row, other)))
                        other = mul(row, crossed(other, 1))
                        store(crossing, place, add(load(crossing, place), other))
            for member in range(n_members):
                for pattern in range(n_patterns):
                    place = member * n_patterns + pattern
                    for lane in range(width):
                        i = member_bits[member] | lane_bits[lane]
                        turned = crossing[place, lane] if lane & 1 else -crossing[place, lane]
                        sums[state, i, i ^ pattern] += complex(plain[place, lane], turned)


@part
def _with_holes(number: int, holes: Any) -> int:
    """Return ``number`` with zeros put in at these bits, which rise."""
    for hole in holes:
        low = (1 << hole) - 1
        number = ((number & ~low) << 1) | (number & low)
    return number


@part
def _moved(row: Any, flips: int, width: int) -> Any:
    """Return the row whose number at ``e`` is that at ``e ^ flips``."""
    half = width // 2
    moved = crossed(row, flips & (half - 1))
    if flips & half:
        moved = swapped(moved)
    return moved
