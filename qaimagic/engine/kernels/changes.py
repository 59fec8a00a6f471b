"""From the values' cotangents to the parameters': all at once, or in stages."""

from __future__ import annotations

from typing import Any

import numpy as np

from qaimagic.engine.jit import compiled, inlined
from qaimagic.engine.kernels.angles import collect_changes, spread_weights
from qaimagic.engine.kernels.backward import backward
from qaimagic.engine.kernels.cosets import share_of
from qaimagic.engine.kernels.walsh import BLOCK_BITS
from qaimagic.engine.kernels.words import expvals_back

SPREAD, MEASURE_BACK, PASS_BACK, COLLECT = 1, 2, 4, 8
"""The stages: cotangents of words' sums; of the final states; gates undone; parameters."""


@compiled
def changes(
    program: Any,
    stages: int,
    tiles: tuple[int, int],
    passes: tuple[int, int],
    share: tuple[int, int],
    settled: Any,
    change: Any,
    weights: Any,
    state: Any,
    costate: Any,
    turn_changes: Any,
    phase_changes: Any,
    shared: Any,
    varied: Any,
) -> None:
    """Run some stages on some tiles.

    Args:
        program: The :class:`~qaimagic.engine.program.Program`.
        stages: Which stages, as bits.
        tiles: The first tile, and one after the last.
        passes: The first pass, and one after the last.
        share: The number of this share of each tile, and the number of shares.
        settled: The program's numbers, :class:`~qaimagic.engine.program.Settled`.
        change: The cotangents of the words' values, (batch, n_words).
        weights: Receives those of the words' sums, (n_groups, n_words, lanes).
        state: The final states, (n_tiles, n_rows, 2, lanes); overwritten by the first ones.
        costate: Receives their cotangents, likewise; holds them if nothing is measured.
        turn_changes: Zeros; receives twice the cotangents of turns' angles,
            (n_tiles, n_shares, n_steps, 2, lanes).
        phase_changes: Zeros; receives minus twice those of phases' angles,
            (n_tiles, n_shares, n_terms, lanes).
        shared: Zeros; receives the cotangents of the parameters that samples share, (n_shared,).
        varied: Zeros; receives those of the parameters by sample, (batch, n_varied).
    """
    lane_bits, is_real = settled[:2]
    if stages & SPREAD:
        spread_weights(program, lane_bits, change, weights)
    if stages & (MEASURE_BACK | PASS_BACK):
        for tile in range(tiles[0], tiles[1]):
            if stages & MEASURE_BACK:
                _measure_back(program, tile, share, lane_bits, is_real, state, weights, costate)
            if stages & PASS_BACK:
                backward(
                    program,
                    tile,
                    passes,
                    share,
                    settled,
                    state,
                    costate,
                    turn_changes,
                    phase_changes,
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
) -> None:
    """Write a share of a tile's cotangents, from those of the words' sums."""
    n_rows = state.shape[1]
    n_words = program.masks.size
    block = np.empty((1 << BLOCK_BITS) * 2 * state.shape[3], state.dtype)
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
