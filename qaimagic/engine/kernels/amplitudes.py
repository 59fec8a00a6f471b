"""Amplitudes, one sample after the other, copied into rows and back."""

from __future__ import annotations

from typing import Any

from qaimagic.engine.jit import compiled
from qaimagic.engine.kernels.cosets import share_of


@compiled
def copy_to_rows(
    amplitudes: Any,
    order: Any,
    batch: int,
    tiles: tuple[int, int],
    share: tuple[int, int],
    lane_bits: int,
    rows: Any,
) -> None:
    """Write a share of some tiles, from amplitudes.

    Args:
        amplitudes: Real and imaginary parts, (batch, 2**n, 2), or of all samples, (1, 2**n, 2).
        order: For each amplitude the index where it lies, (2**n,); (0,) where that is its own.
        batch: The number of samples; lanes of no sample receive zeros.
        tiles: The first tile, and one after the last.
        share: The number of this share of each tile, and the number of shares.
        lane_bits: The number of bits of an index that are lanes; 0 where lanes are samples.
        rows: Receives the states, (n_tiles, n_rows, 2, lanes).
    """
    lanes = rows.shape[3]
    start, stop = share_of(amplitudes.shape[1], share)
    step = 1 if amplitudes.shape[0] > 1 else 0
    for tile in range(tiles[0], tiles[1]):
        if lane_bits:
            for place in range(start, stop):
                index = order[place] if order.size else place
                row, lane = index >> lane_bits, index & (lanes - 1)
                rows[tile, row, 0, lane] = amplitudes[step * tile, place, 0]
                rows[tile, row, 1, lane] = amplitudes[step * tile, place, 1]
            continue
        first = tile * lanes
        n_samples = min(lanes, batch - first)
        for place in range(start, stop):
            index = order[place] if order.size else place
            for lane in range(n_samples):
                rows[tile, index, 0, lane] = amplitudes[step * (first + lane), place, 0]
                rows[tile, index, 1, lane] = amplitudes[step * (first + lane), place, 1]
            for lane in range(n_samples, lanes):
                rows[tile, index, 0, lane] = 0.0
                rows[tile, index, 1, lane] = 0.0


@compiled
def copy_from_rows(
    rows: Any,
    order: Any,
    batch: int,
    tiles: tuple[int, int],
    share: tuple[int, int],
    lane_bits: int,
    amplitudes: Any,
) -> None:
    """Write a share of the amplitudes of some tiles; the inverse of :func:`copy_to_rows`.

    Args:
        rows: The states, (n_tiles, n_rows, 2, lanes).
        order: For each amplitude the index where it lies, (2**n,); (0,) where that is its own.
        batch: The number of samples.
        tiles: The first tile, and one after the last.
        share: The number of this share of each tile, and the number of shares.
        lane_bits: The number of bits of an index that are lanes; 0 where lanes are samples.
        amplitudes: Receives real and imaginary parts, (batch, 2**n, 2).
    """
    lanes = rows.shape[3]
    start, stop = share_of(amplitudes.shape[1], share)
    for tile in range(tiles[0], tiles[1]):
        if lane_bits:
            for place in range(start, stop):
                index = order[place] if order.size else place
                row, lane = index >> lane_bits, index & (lanes - 1)
                amplitudes[tile, place, 0] = rows[tile, row, 0, lane]
                amplitudes[tile, place, 1] = rows[tile, row, 1, lane]
            continue
        first = tile * lanes
        n_samples = min(lanes, batch - first)
        for place in range(start, stop):
            index = order[place] if order.size else place
            for lane in range(n_samples):
                amplitudes[first + lane, place, 0] = rows[tile, index, 0, lane]
                amplitudes[first + lane, place, 1] = rows[tile, index, 1, lane]
