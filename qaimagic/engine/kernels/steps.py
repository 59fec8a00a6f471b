"""What a step of a sweep needs to know, forward and back."""

from __future__ import annotations

from typing import Any

from qaimagic.engine.jit import compiled
from qaimagic.engine.simd import fill, load, load_lanes, parity, sub, twice


@compiled
def live_rows_of(reach: int, lane_bits: int) -> int:
    """Return the number of rows that can be nonzero after a step."""
    return 1 << max(reach - lane_bits, 0)


@compiled
def in_lanes(step: Any, lane_bits: int) -> tuple[int, int]:
    """Return the parts of a turn's x and z that lie within the lanes."""
    lanes = (1 << lane_bits) - 1
    return step[3] & lanes, step[4] & lanes


@compiled
def signed(row: Any, bits: int) -> Any:
    """Return a row, or its negative where a number of bits is odd."""
    if parity(bits):
        return sub(fill(row, 0.0), row)
    return row


@compiled
def turn_rows(state: Any, turns: Any, lane_turns: Any, varied: int, angle: int, row: int) -> Any:
    """Return cosine and sine of half a turn's angle as rows."""
    if varied:
        c = twice(load_lanes(lane_turns, 2 * row))
        s = twice(load_lanes(lane_turns, 2 * row + 1))
    else:
        like = load(state, 0)
        c = fill(like, turns[0, angle])
        s = fill(like, turns[1, angle])
    return c, s
