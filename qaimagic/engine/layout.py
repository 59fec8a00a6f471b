"""How the amplitudes of a batch lie in memory: tiles of rows of lanes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray

_LANES = {torch.float32: 8, torch.float64: 4}
_MOST_WIRES_SIDE_BY_SIDE = 14


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each amplitude of each sample is.

    Attributes:
        n_wires: The number of wires.
        batch: The number of samples.
        dtype: float32 or float64.
        lane_bits: The number of bits of an index that are lanes of one sample; 0 where the lanes
            of a row are different samples.
        is_real: Whether both halves of a row are real parts: of amplitudes that differ in one
            more bit of an index, or of two groups of samples.
    """

    n_wires: int
    batch: int
    dtype: torch.dtype
    lane_bits: int
    is_real: bool = False

    @property
    def lanes(self) -> int:
        """The number of lanes: numbers in half a row."""
        return _LANES[self.dtype]

    @property
    def row_bits(self) -> int:
        """The number of bits of an index that lie within a row."""
        return self.lane_bits + self.is_real if self.lane_bits else 0

    @property
    def n_groups(self) -> int:
        """The number of groups of samples; of samples where the lanes are amplitudes."""
        return self.n_tiles * (2 if self.is_real and not self.lane_bits else 1)

    @property
    def n_tiles(self) -> int:
        """The number of tiles: what samples that share rows have."""
        if self.lane_bits:
            return self.batch
        return -(-self.batch // (self.lanes * (1 + self.is_real)))

    @property
    def n_rows(self) -> int:
        """The number of rows of a tile."""
        return 1 << (self.n_wires - self.row_bits)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """The shape of the rows: (n_tiles, n_rows, 2, lanes)."""
        return self.n_tiles, self.n_rows, 2, self.lanes


def layout_for(n_wires: int, batch: int, dtype: torch.dtype, *, is_real: bool = False) -> Layout:
    """Return the layout that fills the rows best.

    Samples lie side by side where there are enough of them, else one sample's amplitudes do.
    """
    samples_in_row = _LANES[dtype] * (1 + is_real)
    lane_bits = _LANES[dtype].bit_length() - 1
    enough = 2 * batch > samples_in_row and n_wires <= _MOST_WIRES_SIDE_BY_SIDE
    side_by_side = enough or n_wires < lane_bits + is_real
    return Layout(n_wires, batch, dtype, 0 if side_by_side else lane_bits, is_real)


@lru_cache(maxsize=64)
def index_order(n_wires: int, bits: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    """Return for each amplitude by wires the index where it lies, (2**n_wires,).

    Args:
        n_wires: The number of wires.
        bits: For each wire the mask whose parity is its bit, and whether to invert that.
    """
    indices = np.arange(1 << n_wires, dtype=np.int64)
    by_wires = np.zeros_like(indices)
    for mask, inverted in bits:
        by_wires = 2 * by_wires + ((np.bitwise_count(indices & mask) + inverted) & 1)
    order = np.empty_like(indices)
    order[by_wires] = indices
    return order
