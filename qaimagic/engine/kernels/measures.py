"""Words measured on a range of tiles, and the way back from their sums to the state."""

from __future__ import annotations

from typing import Any

import numpy as np

from qaimagic.engine.jit import compiled
from qaimagic.engine.kernels.cosets import share_of
from qaimagic.engine.kernels.walsh import BLOCK_BITS
from qaimagic.engine.kernels.words import expvals, expvals_back


@compiled
def measure(
    program: Any,
    tiles: tuple[int, int],
    share: tuple[int, int],
    lane_bits: int,
    is_real: bool,
    state: Any,
    sums: Any,
) -> None:
    """Add the words' sums over a share of some final states to ``sums``.

    Args:
        program: The :class:`~qaimagic.engine.program.Program`.
        tiles: The first tile, and one after the last.
        share: The number of this share of each tile, and the number of shares.
        lane_bits: The number of bits of an index that are lanes; 0 where lanes are samples.
        is_real: Whether both halves of a row are real parts.
        state: The final states, (n_tiles, n_rows, 2, lanes).
        sums: Zeros; receives the sums, (n_groups, n_shares, n_words, lanes).
    """
    n_rows = state.shape[1]
    block = np.empty((1 << BLOCK_BITS) * 2 * state.shape[3], state.dtype)
    in_block = min(n_rows, 1 << BLOCK_BITS)
    start, stop = share_of(n_rows // in_block, share)
    groups = sums.shape[0] // state.shape[0]
    for tile in range(tiles[0], tiles[1]):
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
            (tile * groups * share[1] + share[0]) * program.masks.size,
            share[1] * program.masks.size,
            block,
        )


@compiled
def measure_back(
    program: Any,
    tiles: tuple[int, int],
    share: tuple[int, int],
    lane_bits: int,
    is_real: bool,
    state: Any,
    weights: Any,
    costate: Any,
) -> None:
    """Write a share of the final states' cotangents, from those of the words' sums.

    Args:
        program: The :class:`~qaimagic.engine.program.Program`.
        tiles: The first tile, and one after the last.
        share: The number of this share of each tile, and the number of shares.
        lane_bits: The number of bits of an index that are lanes; 0 where lanes are samples.
        is_real: Whether both halves of a row are real parts.
        state: The final states, (n_tiles, n_rows, 2, lanes).
        weights: The cotangents of the words' sums, (n_groups, n_words, lanes).
        costate: Receives the states' cotangents, of the states' shape.
    """
    n_rows = state.shape[1]
    block = np.empty((1 << BLOCK_BITS) * 2 * state.shape[3], state.dtype)
    in_block = min(n_rows, 1 << BLOCK_BITS)
    start, stop = share_of(n_rows // in_block, share)
    groups = weights.shape[0] // state.shape[0]
    for tile in range(tiles[0], tiles[1]):
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
            tile * groups * program.masks.size,
            program.masks.size,
            block,
        )
