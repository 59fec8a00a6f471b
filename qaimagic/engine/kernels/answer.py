"""From parameters to expectation values: all at once, or in stages where threads share the work."""

from __future__ import annotations

from typing import Any

import numpy as np

from qaimagic.engine.jit import compiled, inlined
from qaimagic.engine.kernels.angles import collect_values, settle_angles
from qaimagic.engine.kernels.cosets import share_of
from qaimagic.engine.kernels.forward import forward
from qaimagic.engine.kernels.tables import fill_signs, fill_tables
from qaimagic.engine.kernels.unpacking import program_in, settled_in
from qaimagic.engine.kernels.walsh import BLOCK_BITS, block_for
from qaimagic.engine.kernels.words import expvals
from qaimagic.engine.simd import fill, load, store

SETTLE, BEGIN, PASS, MEASURE, COLLECT = 1, 2, 4, 8, 16
"""The stages: angles and tables; the zeros' state; gates; words' sums; values."""


@compiled
def answer(
    integers: Any,
    floats: Any,
    stages: int,
    first_tile: int,
    last_tile: int,
    first_pass: int,
    last_pass: int,
    number: int,
    n_shares: int,
    shared: Any,
    varied: Any,
    numbers: Any,
    state: Any,
    values: Any,
) -> None:
    """Run some stages on some tiles.

    Args:
        integers: The program and the places of arrays, :class:`~qaimagic.engine.arrays.Packed`.
        floats: The program's other numbers.
        stages: Which stages, as bits.
        first_tile: The first tile.
        last_tile: One after the last tile.
        first_pass: The first pass.
        last_pass: One after the last pass.
        number: The number of this share of each tile.
        n_shares: The number of shares.
        shared: The parameters that all samples share, (n_shared,).
        varied: The parameters by sample, (batch, n_varied).
        numbers: Receives what is worked out, :class:`~qaimagic.engine.arrays.Settled`.
        state: The states, (n_tiles, n_rows, 2, lanes).
        values: Receives the words' values, (batch, n_words).
    """
    program = program_in(integers, floats)
    settled = settled_in(numbers, integers)
    lane_bits, is_real, lane_signs, angles, turns, lane_angles, lane_turns, tables, sums = settled
    share = (number, n_shares)
    if stages & SETTLE:
        fill_signs(lane_signs)
        settle_angles(program, shared, varied, lane_bits, angles, turns, lane_angles, lane_turns)
        fill_tables(program, angles, tables, state.shape[3])
        sums[:] = 0.0
    if stages & (BEGIN | PASS | MEASURE):
        block = block_for(state)
        cached = block_for(state)
        own = np.empty((2, block.size), state.dtype)
        for tile in range(first_tile, last_tile):
            if stages & BEGIN:
                _begin(tile, share, lane_bits, is_real, state)
            if stages & PASS:
                passes = (first_pass, last_pass)
                forward(program, tile, passes, share, settled, state, block, cached, own)
            if stages & MEASURE:
                _measure(program, tile, share, lane_bits, is_real, state, sums, block)
    if stages & COLLECT:
        collect_values(program, lane_bits, sums, values)


@inlined
def _begin(tile: int, share: tuple[int, int], lane_bits: int, is_real: bool, state: Any) -> None:
    """Write a share of a tile's state of all zeros."""
    n_rows = state.shape[1]
    zero = fill(load(state, 0), 0.0)
    start, stop = share_of(n_rows, share)
    for row in range(start, stop):
        store(state, tile * n_rows + row, zero)
    if start > 0:
        return
    if lane_bits:
        state[tile, 0, 0, 0] = 1.0
    else:
        state[tile, 0, 0, :] = 1.0
        if is_real:
            state[tile, 0, 1, :] = 1.0


@inlined
def _measure(
    program: Any,
    tile: int,
    share: tuple[int, int],
    lane_bits: int,
    is_real: bool,
    state: Any,
    sums: Any,
    block: Any,
) -> None:
    """Add the words' sums over a share of a tile's state to ``sums``."""
    n_rows = state.shape[1]
    n_words = program.masks.size
    in_block = min(n_rows, 1 << BLOCK_BITS)
    start, stop = share_of(n_rows // in_block, share)
    groups = sums.shape[0] // state.shape[0]
    expvals(
        state,
        tile * n_rows,
        start * in_block,
        stop * in_block,
        in_block,
        lane_bits,
        is_real,
        program.groups,
        program.masks,
        sums,
        (tile * groups * share[1] + share[0]) * n_words,
        share[1] * n_words,
        block,
    )
