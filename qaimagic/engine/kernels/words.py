"""Expectation values of Pauli words, and their cotangents on the state."""

from __future__ import annotations

from typing import Any

from qaimagic.engine.jit import inlined, part
from qaimagic.engine.kernels.steps import bits_in_row
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


@inlined
def expvals(
    state: Any,
    base: int,
    start: int,
    stop: int,
    in_block: int,
    lane_bits: int,
    is_real: bool,
    groups: Any,
    masks: Any,
    values: Any,
    first_value: int,
    to_other: int,
    block: Any,
) -> None:
    r"""Add to ``values`` :math:`\sum_a (-1)^{a \cdot z} q_a` for each word.

    Words that flip the same bits :math:`x` make a group and share
    :math:`q_a = \psi^*_{a \oplus x} \psi_a`, of which even groups need the real part, odd ones
    (with an odd number of Y) the imaginary part. Where all is real, odd groups are zero, and a
    row makes two half rows of a block: the lowest bit of their number is a bit of the index, or
    tells two groups of samples apart.

    Args:
        state: The rows of all tiles.
        base: The first row of this tile.
        start: The first row to go over.
        stop: One after the last row.
        in_block: The number of rows of a block.
        lane_bits: The number of bits of an index that are lanes.
        is_real: Whether both halves of a row are real parts.
        groups: For each group: x, whether odd, first word, one after its last word.
        masks: For each word: z.
        values: Half rows to add to, from ``first_value`` in the order of the words.
        first_value: Where this tile's values start.
        to_other: How much further those of a tile's second group of samples start.
        block: Room for a block of rows.
    """
    row_bits, half_rows, n_groups = _form(lane_bits, is_real)
    within = (1 << row_bits) - 1
    for g in range(groups.shape[0]):
        x = groups[g, 0]
        if is_real and groups[g, 1]:
            continue
        for first_row in range(start, stop, in_block):
            for i in range(in_block):
                here = first_row + i
                row = load(state, base + here)
                partner = crossed(load(state, base + (here ^ (x >> row_bits))), x & within)
                if is_real:
                    store(block, i, mul(row, partner))
                elif groups[g, 1]:
                    across = mul(row, swapped(partner))
                    store(block, i, sub(imag_part(across), real_part(across)))
                else:
                    along = mul(row, partner)
                    store(block, i, add(real_part(along), imag_part(along)))
            n_half_rows = half_rows * in_block
            first_half_row = half_rows * first_row
            transform(block, n_half_rows, lane_bits, n_groups)
            for k in range(groups[g, 2], groups[g, 3]):
                for group in range(n_groups):
                    mask = masks[k] * n_groups + group
                    share = take(block, n_half_rows, first_half_row, lane_bits, mask)
                    place = first_value + group * to_other + k
                    store(values, place, add(load_lanes(values, place), share))


@inlined
def expvals_back(
    state: Any,
    costate: Any,
    base: int,
    start: int,
    stop: int,
    in_block: int,
    lane_bits: int,
    is_real: bool,
    groups: Any,
    masks: Any,
    weights: Any,
    first_weight: int,
    to_other: int,
    block: Any,
) -> None:
    """Write the state's cotangent for ``weights``, the cotangents of :func:`expvals`' values."""
    row_bits, half_rows, n_groups = _form(lane_bits, is_real)
    within = (1 << row_bits) - 1
    n_half_rows = half_rows * in_block
    for g in range(groups.shape[0]):
        x = groups[g, 0]
        for first_row in range(start, stop, in_block):
            clear(block, n_half_rows)
            for k in range(groups[g, 2], groups[g, 3]):
                for group in range(n_groups):
                    weight = load_lanes(weights, first_weight + group * to_other + k)
                    weight = add(weight, weight)
                    mask = masks[k] * n_groups + group
                    put(block, n_half_rows, half_rows * first_row, lane_bits, mask, weight)
            transform(block, n_half_rows, lane_bits, n_groups)
            for i in range(in_block):
                here = base + first_row + i
                partner = load(state, base + ((first_row + i) ^ (x >> row_bits)))
                partner = crossed(partner, x & within)
                if is_real:
                    weights_row = load(block, i)
                    if groups[g, 1]:
                        weights_row = fill(weights_row, 0.0)
                    new = mul(weights_row, partner)
                elif groups[g, 1]:
                    weight = load_lanes(block, i)
                    signed = joined(sub(fill(weight, 0.0), weight), weight)
                    new = mul(signed, swapped(partner))
                else:
                    new = mul(twice(load_lanes(block, i)), partner)
                if g:
                    new = add(new, load(costate, here))
                store(costate, here, new)


@part
def _form(lane_bits: int, is_real: bool) -> tuple[int, int, int]:
    """Return the bits within a row, its half rows in a block, and a tile's groups of samples."""
    half_rows = 2 if is_real else 1
    return bits_in_row(lane_bits, is_real), half_rows, 1 if lane_bits else half_rows
