"""Blocks of rows: which rows there are in one, and the way into the cache and back."""

from __future__ import annotations

from typing import Any

from qaimagic.engine.jit import part
from qaimagic.engine.simd import load, store


@part
def share_of(n_parts: int, share: tuple[int, int]) -> tuple[int, int]:
    """Return the first of a share's parts, and one after its last."""
    return n_parts * share[0] // share[1], n_parts * (share[0] + 1) // share[1]


@part
def first_row_of(coset: int, tops: Any) -> int:
    """Return the row of a block that has zeros at the bits ``tops``."""
    row = coset
    for k in range(tops.size):
        below = (1 << tops[k]) - 1
        row = ((row & ~below) << 1) | (row & below)
    return row


@part
def copy_in(state: Any, base: int, first_row: int, span: Any, cached: Any) -> None:
    """Copy the block of rows that ``span`` makes of a row, in the order of a Gray code."""
    row = first_row
    store(cached, 0, load(state, base + row))
    for k in range(1, 1 << span.size):
        row ^= span[_lowest_bit(k)]
        store(cached, k ^ (k >> 1), load(state, base + row))


@part
def copy_out(cached: Any, span: Any, state: Any, base: int, first_row: int) -> None:
    """Copy a block back to where :func:`copy_in` found it."""
    row = first_row
    store(state, base + row, load(cached, 0))
    for k in range(1, 1 << span.size):
        row ^= span[_lowest_bit(k)]
        store(state, base + row, load(cached, k ^ (k >> 1)))


@part
def _lowest_bit(k: int) -> int:
    bit = 0
    while not k >> bit & 1:
        bit += 1
    return bit
