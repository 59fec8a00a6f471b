"""Cuts a layer's turns into passes: as many turns at a time as a block of rows in cache can take.

The rows that a few turns mix are the sums of their ``x``: a block. Blocks do not touch each other,
so each is copied into the cache, turned by all the turns, and copied back: one pass over the state
in place of one for each turn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qaimagic.engine.schedule import Turn

MOST_ROW_BITS = 6


@dataclass(frozen=True, slots=True)
class Local:
    """A turn as seen within a block, whose rows are numbered by which vectors they sum.

    Attributes:
        x: The rows of a pair differ by this.
        z: The parity here, and the block's own, say which row is the first.
        conditions: The same for each condition of the turn.
        live: The number of rows that can be nonzero after the turn.
    """

    x: int
    z: int
    conditions: tuple[int, ...]
    live: int


@dataclass(frozen=True, slots=True)
class Block:
    """The turns ``first`` to ``last`` of a layer, in one pass.

    Attributes:
        first: The first turn.
        last: One after the last turn.
        span: Vectors whose sums are the rows of a block, each with its own highest bit.
        tops: Those highest bits' numbers, rising.
        local: The turns as seen within a block.
    """

    first: int
    last: int
    span: tuple[int, ...]
    tops: tuple[int, ...]
    local: tuple[Local, ...]


def blocks(turns: Sequence[Turn], row_bits: int, reach: int) -> Iterator[Block]:
    """Cut ``turns`` into passes.

    Args:
        turns: The turns of a layer, first to last.
        row_bits: The number of bits of an index that lie within a row.
        reach: The number of low bits of an index beyond which the state is zero before them.
    """
    first = 0
    while first < len(turns):
        span: list[int] = []
        last = first
        while last < len(turns):
            wider = _with_vector(span, turns[last].x >> row_bits)
            if len(wider) > MOST_ROW_BITS:
                break
            span = wider
            last += 1
        yield _block(turns, first, last, sorted(span), row_bits, reach)
        reach = max([reach, *(turn.x.bit_length() for turn in turns[first:last])])
        first = last


def _block(
    turns: Sequence[Turn], first: int, last: int, span: list[int], row_bits: int, reach: int
) -> Block:
    tops = tuple(vector.bit_length() - 1 for vector in span)
    is_fresh = all(top >= reach - row_bits for top in tops)
    live = 1 if is_fresh else 1 << len(span)
    local = []
    for turn in turns[first:last]:
        x = _coordinates(turn.x >> row_bits, tops)
        live = max(live, 1 << x.bit_length())
        z = _restricted(turn.z >> row_bits, span)
        conditions = tuple(_restricted(mask >> row_bits, span) for mask, _ in turn.conditions)
        local.append(Local(x, z, conditions, live))
    return Block(first, last, tuple(span), tops, tuple(local))


def _with_vector(span: list[int], vector: int) -> list[int]:
    """Return a basis of ``span`` and one more vector; a highest bit is in one vector alone."""
    for known in span:
        vector = min(vector, vector ^ known)
    if not vector:
        return span
    top = 1 << (vector.bit_length() - 1)
    return [*(known ^ vector if known & top else known for known in span), vector]


def _coordinates(vector: int, tops: Sequence[int]) -> int:
    """Return which of the vectors with these highest bits sum to ``vector``, as bits."""
    return sum(1 << k for k, top in enumerate(tops) if vector >> top & 1)


def _restricted(mask: int, span: Sequence[int]) -> int:
    """Return the mask that has within a block the parities that ``mask`` has among all rows."""
    return sum(1 << k for k, vector in enumerate(span) if (vector & mask).bit_count() & 1)
