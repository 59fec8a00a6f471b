"""What a step of a sweep needs to know, forward and back."""

from __future__ import annotations

from typing import Any

from qaimagic.engine.jit import part
from qaimagic.engine.simd import fill, joined, load, load_lanes, parity, sub


@part
def bits_in_row(lane_bits: int, is_real: bool) -> int:
    """Return the number of bits of an index that lie within a row."""
    return lane_bits + is_real if lane_bits else 0


@part
def live_rows_of(reach: int, row_bits: int) -> int:
    """Return the number of rows that can be nonzero after a step."""
    return 1 << max(reach - row_bits, 0)


@part
def in_row(step: Any, row_bits: int) -> tuple[int, int]:
    """Return the parts of a turn's x and z that lie within a row."""
    within = (1 << row_bits) - 1
    return step[3] & within, step[4] & within


@part
def signed(row: Any, bits: int) -> Any:
    """Return a row, or its negative where a number of bits is odd."""
    if parity(bits):
        return sub(fill(row, 0.0), row)
    return row


@part
def turn_rows(
    state: Any, turns: Any, lane_turns: Any, varied: int, angle: int, row: int, other: int
) -> Any:
    """Return cosine and sine of half a turn's angle as rows: places ``row`` and ``other``."""
    if varied:
        c = joined(load_lanes(lane_turns, 2 * row), load_lanes(lane_turns, 2 * other))
        s = joined(load_lanes(lane_turns, 2 * row + 1), load_lanes(lane_turns, 2 * other + 1))
    else:
        like = load(state, 0)
        c = fill(like, turns[0, angle])
        s = fill(like, turns[1, angle])
    return c, s
