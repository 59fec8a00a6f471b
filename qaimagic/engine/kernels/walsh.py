r"""Everything diagonal is a Walsh-Hadamard transform.

A sum of Z words, :math:`D_a = \sum_m w_m (-1)^{a \cdot m}`, is the transform of its weights, and
the expectation values of all Z words are the transform of the probabilities. Both go block by
block: a block of rows fits into the cache, and a mask's bits above the block only give a sign.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from qaimagic.engine.jit import part
from qaimagic.engine.simd import (
    add,
    choose,
    fill,
    load_lanes,
    parity,
    store,
    sub,
    total,
    walsh_lanes,
)

BLOCK_BITS = 6


@part
def block_for(state: Any) -> Any:
    """Return room for a block of rows of ``state``, (n_tiles, n_rows, 2, lanes)."""
    return np.empty((1 << BLOCK_BITS) * 2 * state.shape[3], state.dtype)


@part
def clear(block: Any, n_rows: int) -> None:
    """Set the rows of a block to zero."""
    zero = fill(load_lanes(block, 0), 0.0)
    for row in range(n_rows):
        store(block, row, zero)


@part
def put(block: Any, n_rows: int, first_row: int, lane_bits: int, mask: int, weights: Any) -> None:
    """Add a word's weights (one for each sample, or all alike) to a block that starts there."""
    row = mask >> lane_bits
    signed = choose(parity(first_row & row), sub(fill(weights, 0.0), weights), weights)
    if lane_bits:
        lanes = 1 << lane_bits
        place = (row & (n_rows - 1)) * lanes + (mask & (lanes - 1))
        block[place] += total(signed) / lanes
    else:
        place = row & (n_rows - 1)
        store(block, place, add(load_lanes(block, place), signed))


@part
def transform(block: Any, n_rows: int, lane_bits: int, reach: int) -> None:
    """Transform a block in place, over its rows and, where these are amplitudes, its lanes.

    Args:
        block: The half rows.
        n_rows: How many there are.
        lane_bits: The number of bits of an index that are lanes.
        reach: The distance of half rows that differ in the lowest bit of an index; those between
            them are apart.
    """
    while reach < n_rows:
        for start in range(0, n_rows, 2 * reach):
            for i in range(start, start + reach):
                a = load_lanes(block, i)
                b = load_lanes(block, i + reach)
                store(block, i, add(a, b))
                store(block, i + reach, sub(a, b))
        reach *= 2
    if lane_bits:
        for i in range(n_rows):
            store(block, i, walsh_lanes(load_lanes(block, i)))


@part
def take(block: Any, n_rows: int, first_row: int, lane_bits: int, mask: int) -> Any:
    """Return a word's share of a transformed block, one for each sample or all alike."""
    row = mask >> lane_bits
    place = row & (n_rows - 1)
    share = load_lanes(block, place)
    if lane_bits:
        lanes = 1 << lane_bits
        share = fill(share, block[place * lanes + (mask & (lanes - 1))])
    return choose(parity(first_row & row), sub(fill(share, 0.0), share), share)
