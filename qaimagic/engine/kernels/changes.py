"""From the values' cotangents to the parameters': all at once, or in stages."""

from __future__ import annotations

from typing import Any

import numpy as np

from qaimagic.engine.jit import compiled, inlined
from qaimagic.engine.kernels.angles import collect_changes, spread_weights
from qaimagic.engine.kernels.backward import backward
from qaimagic.engine.kernels.cosets import share_of
from qaimagic.engine.kernels.unpacking import program_in, settled_in, undone_in
from qaimagic.engine.kernels.walsh import BLOCK_BITS, block_for
from qaimagic.engine.kernels.words import expvals_back

SPREAD, MEASURE_BACK, PASS_BACK, COLLECT = 1, 2, 4, 8
"""The stages: zeros, and words' sums' cotangents; final states'; gates undone; parameters'."""


@compiled
def changes(
    integers: Any,
    floats: Any,
    stages: int,
    first_tile: int,
    last_tile: int,
    first_pass: int,
    last_pass: int,
    number: int,
    n_shares: int,
    settled_numbers: Any,
    numbers: Any,
    change: Any,
    state: Any,
    costate: Any,
    shared: Any,
    varied: Any,
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
        settled_numbers: What was worked out on the way forward,
            :class:`~qaimagic.engine.arrays.Settled`.
        numbers: Receives what is worked out, :class:`~qaimagic.engine.arrays.Undone`.
        change: The cotangents of the words' values, (batch, n_words).
        state: The final states, (n_tiles, n_rows, 2, lanes); overwritten by the first ones.
        costate: Receives their cotangents, likewise; holds them if nothing is measured.
        shared: Zeros; receives the cotangents of the parameters that samples share, (n_shared,).
        varied: Zeros; receives those of the parameters by sample, (batch, n_varied).
    """
    program = program_in(integers, floats)
    settled = settled_in(settled_numbers, integers)
    weights, turn_changes, phase_changes = undone_in(numbers, integers)
    lane_bits, is_real = settled[:2]
    share = (number, n_shares)
    if stages & SPREAD:
        spread_weights(program, lane_bits, change, weights)
        turn_changes[:] = 0.0
        phase_changes[:] = 0.0
    if stages & (MEASURE_BACK | PASS_BACK):
        block = block_for(state)
        cached = block_for(state)
        cocached = block_for(state)
        own = np.empty((2, block.size), state.dtype)
        for tile in range(first_tile, last_tile):
            if stages & MEASURE_BACK:
                _measure_back(
                    program, tile, share, lane_bits, is_real, state, weights, costate, block
                )
            if stages & PASS_BACK:
                backward(
                    program,
                    tile,
                    (first_pass, last_pass),
                    share,
                    settled,
                    state,
                    costate,
                    turn_changes,
                    phase_changes,
                    block,
                    cached,
                    cocached,
                    own,
                )
    if stages & COLLECT:
        collect_changes(program, lane_bits, is_real, turn_changes, phase_changes, shared, varied)


@inlined
def _measure_back(
    program: Any,
    tile: int,
    share: tuple[int, int],
    lane_bits: int,
    is_real: bool,
    state: Any,
    weights: Any,
    costate: Any,
    block: Any,
) -> None:
    """Write a share of a tile's cotangents, from those of the words' sums."""
    n_rows = state.shape[1]
    n_words = program.masks.size
    in_block = min(n_rows, 1 << BLOCK_BITS)
    start, stop = share_of(n_rows // in_block, share)
    groups = weights.shape[0] // state.shape[0]
    expvals_back(
        state,
        costate,
        tile * n_rows,
        start * in_block,
        stop * in_block,
        in_block,
        lane_bits,
        is_real,
        program.groups,
        program.masks,
        weights,
        tile * groups * n_words,
        n_words,
        block,
    )
