"""Expectation values of Pauli words, and their cotangents on the state."""

from __future__ import annotations

from typing import Any

from qaimagic.engine.jit import compiled
from qaimagic.engine.kernels.walsh import clear, put, take, transform
from qaimagic.engine.simd import (
    add,
    crossed,
    fill,
    imag_part,
    joined,
    load,
    load_lanes,
    mul,
    real_part,
    store,
    sub,
    swapped,
    twice,
)


@compiled
def expvals(
    state: Any,
    base: int,
    start: int,
    stop: int,
    in_block: int,
    lane_bits: int,
    groups: Any,
    masks: Any,
    values: Any,
    first_value: int,
    block: Any,
) -> None:
    r"""Add to ``values`` :math:`\sum_a (-1)^{a \cdot z} q_a` for each word.

    Words that flip the same bits :math:`x` make a group and share
    :math:`q_a = \psi^*_{a \oplus x} \psi_a`, of which even groups need the real part, odd ones
    (with an odd number of Y) the imaginary part.

    Args:
        state: The rows of all tiles.
        base: The first row of this tile.
        start: The first row to go over.
        stop: One after the last row.
        in_block: The number of rows of a block.
        lane_bits: The number of bits of an index that are lanes.
        groups: For each group: x, whether odd, first word, one after its last word.
        masks: For each word: z.
        values: Half rows to add to, from ``first_value`` in the order of the words.
        first_value: Where this tile's values start.
        block: Room for a block of half rows.
    """
    lanes = (1 << lane_bits) - 1
    for g in range(groups.shape[0]):
        x = groups[g, 0]
        for first_row in range(start, stop, in_block):
            for i in range(in_block):
                here = first_row + i
                row = load(state, base + here)
                partner = crossed(load(state, base + (here ^ (x >> lane_bits))), x & lanes)
                if groups[g, 1]:
                    across = mul(row, swapped(partner))
                    store(block, i, sub(imag_part(across), real_part(across)))
                else:
                    along = mul(row, partner)
                    store(block, i, add(real_part(along), imag_part(along)))
            transform(block, in_block, lane_bits)
            for k in range(groups[g, 2], groups[g, 3]):
                share = take(block, in_block, first_row, lane_bits, masks[k])
                place = first_value + k
                store(values, place, add(load_lanes(values, place), share))


@compiled
def expvals_back(
    state: Any,
    costate: Any,
    base: int,
    start: int,
    stop: int,
    in_block: int,
    lane_bits: int,
    groups: Any,
    masks: Any,
    weights: Any,
    first_weight: int,
    block: Any,
) -> None:
    """Write the state's cotangent for ``weights``, the cotangents of :func:`expvals`' values."""
    lanes = (1 << lane_bits) - 1
    for g in range(groups.shape[0]):
        x = groups[g, 0]
        for first_row in range(start, stop, in_block):
            clear(block, in_block)
            for k in range(groups[g, 2], groups[g, 3]):
                weight = load_lanes(weights, first_weight + k)
                put(block, in_block, first_row, lane_bits, masks[k], add(weight, weight))
            transform(block, in_block, lane_bits)
            for i in range(in_block):
                here = base + first_row + i
                partner = load(state, base + ((first_row + i) ^ (x >> lane_bits)))
                partner = crossed(partner, x & lanes)
                weight = load_lanes(block, i)
                if groups[g, 1]:
                    signed = joined(sub(fill(weight, 0.0), weight), weight)
                    new = mul(signed, swapped(partner))
                else:
                    new = mul(twice(weight), partner)
                if g:
                    new = add(new, load(costate, here))
                store(costate, here, new)
