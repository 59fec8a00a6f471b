"""The circuit on a range of tiles: forward, and back with the adjoint method.

Where there are fewer tiles than threads, a pass over one tile is shared out instead: each share
takes a range of the tile's blocks of rows, and has sums of its own.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from qaimagic.engine.jit import compiled
from qaimagic.engine.kernels.phases import (
    phase,
    phase_back,
    phase_lanes,
    phase_lanes_back,
    phase_table,
)
from qaimagic.engine.kernels.turns import cross_turn, cross_turn_back, turn, turn_back
from qaimagic.engine.kernels.walsh import BLOCK_BITS
from qaimagic.engine.kernels.words import expvals, expvals_back
from qaimagic.engine.simd import (
    add,
    fill,
    load,
    load_lanes,
    parity,
    store,
    sub,
    twice,
)


@compiled
def fill_tables(program: Any, angles: Any, n_rows: int, table_bits: int, tables: Any) -> None:
    """Fill the tables of all passes of phases that the samples share.

    Args:
        program: The :class:`~qaimagic.engine.program.Program`.
        angles: The shared angles.
        n_rows: The number of half rows of a table.
        table_bits: The number of bits of an index that are lanes of a half row.
        tables: Receives the cosines and sines, (n_tables, 2, n_rows * lanes).
    """
    block = np.empty((1 << BLOCK_BITS) << table_bits, tables.dtype)
    for step in range(program.steps.shape[0]):
        kind, first, last, _, _, _, _, table = program.steps[step]
        if kind and table >= 0:
            phase_table(
                program.terms[first:last],
                angles,
                program.term_angles[first:last],
                0,
                0,
                n_rows,
                table_bits,
                tables[table, 0],
                tables[table, 1],
                block,
            )


@compiled
def forward(
    program: Any,
    tiles: tuple[int, int],
    passes: tuple[int, int],
    share: tuple[int, int],
    lane_bits: int,
    lane_signs: Any,
    turns: Any,
    lane_angles: Any,
    lane_turns: Any,
    tables: Any,
    state: Any,
) -> None:
    r"""Run some passes of the circuit on some tiles.

    Args:
        program: The :class:`~qaimagic.engine.program.Program`.
        tiles: The first tile, and one after the last.
        passes: The first pass, and one after the last.
        share: The number of this share of each pass, and the number of shares.
        lane_bits: The number of bits of an index that are lanes; 0 where lanes are samples.
        lane_signs: For each lane mask the row of :math:`(-1)^{l \cdot m}`.
        turns: Cosine and sine of half the shared angles.
        lane_angles: The angles by sample, (n_tiles, n_rows, lanes).
        lane_turns: Cosine and sine of their halves, (n_tiles, n_rows, 2, lanes).
        tables: The phases that samples share, (n_tables, 2, indices).
        state: The states before, (n_tiles, n_rows, 2, lanes); overwritten by those after.
    """
    n_rows = state.shape[1]
    n_lane_rows, lanes = lane_angles.shape[1:]
    block = np.empty((1 << BLOCK_BITS) * lanes, state.dtype)
    cached = np.empty((1 << BLOCK_BITS) * 2 * lanes, state.dtype)
    own = np.empty((2, block.size), state.dtype)
    rows = state.reshape(-1)
    for tile in range(tiles[0], tiles[1]):
        base = tile * n_rows
        first_angle = tile * n_lane_rows
        for number in range(passes[0], passes[1]):
            kind, first_step, last_step, rank = program.passes[number, :4]
            live = _live(program.steps[last_step - 1, 5], lane_bits)
            if kind:
                _, first, last, _, _, _, varied, table = program.steps[first_step]
                terms = program.terms[first:last]
                places = program.term_rows[first:last]
                in_block = min(live, 1 << BLOCK_BITS)
                start, stop = _share_of(live // in_block, share)
                for row in range(start * in_block, stop * in_block, in_block):
                    if not varied:
                        phase(state, base, row, in_block, row, lane_bits, tables[table], 1.0)
                    elif lane_bits:
                        _own_table(
                            terms,
                            lane_angles,
                            places,
                            first_angle,
                            row,
                            in_block,
                            lane_bits,
                            own,
                            block,
                        )
                        phase(state, base, row, in_block, 0, lane_bits, own, 1.0)
                    else:
                        phase_lanes(
                            state,
                            base,
                            row,
                            in_block,
                            terms,
                            lane_angles,
                            places,
                            first_angle,
                            block,
                        )
                continue
            span = program.passes[number, 4 : 4 + rank]
            tops = program.passes[number, 4 + rank : 4 + 2 * rank]
            start, stop = _share_of(live >> rank, share)
            is_whole = live == 1 << rank
            for coset in range(start, stop):
                first_row = _first_row(coset, tops)
                place = base + first_row
                used = rows
                if not is_whole:
                    _copy_in(state, base, first_row, span, cached)
                    used = cached
                    place = 0
                for step in range(first_step, last_step):
                    _, angle, first, _, z, _, varied, last = program.steps[step]
                    x_rows, z_rows, live_rows = program.local[step]
                    lane_row = first_angle + program.rows[angle]
                    c, s = _turn_rows(state, turns, lane_turns, varied, angle, lane_row)
                    s = _signed(s, first_row & (z >> lane_bits))
                    x_lanes, z_lanes = _in_lanes(program.steps[step], lane_bits)
                    if first == last and not x_lanes | z_lanes:
                        turn(used, place, live_rows >> 1, x_rows, z_rows, c, s)
                    else:
                        cross_turn(
                            used,
                            place,
                            live_rows,
                            first_row,
                            lane_bits,
                            (x_rows << lane_bits) | x_lanes,
                            (z_rows << lane_bits) | z_lanes,
                            program.conditions[first:last],
                            lane_signs,
                            c,
                            s,
                        )
                if not is_whole:
                    _copy_out(cached, span, state, base, first_row)


@compiled
def measure(
    program: Any,
    tiles: tuple[int, int],
    share: tuple[int, int],
    lane_bits: int,
    state: Any,
    sums: Any,
) -> None:
    """Add the words' sums over a share of some final states to ``sums``.

    Args:
        program: The :class:`~qaimagic.engine.program.Program`.
        tiles: The first tile, and one after the last.
        share: The number of this share of each tile, and the number of shares.
        lane_bits: The number of bits of an index that are lanes; 0 where lanes are samples.
        state: The final states, (n_tiles, n_rows, 2, lanes).
        sums: Zeros; receives the sums, (n_tiles, n_shares, n_words, lanes).
    """
    n_rows = state.shape[1]
    block = np.empty((1 << BLOCK_BITS) * state.shape[3], state.dtype)
    in_block = min(n_rows, 1 << BLOCK_BITS)
    start, stop = _share_of(n_rows // in_block, share)
    for tile in range(tiles[0], tiles[1]):
        expvals(
            state,
            tile * n_rows,
            start * in_block,
            stop * in_block,
            in_block,
            lane_bits,
            program.groups,
            program.masks,
            sums,
            (tile * share[1] + share[0]) * program.masks.size,
            block,
        )


@compiled
def measure_back(
    program: Any,
    tiles: tuple[int, int],
    share: tuple[int, int],
    lane_bits: int,
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
        state: The final states, (n_tiles, n_rows, 2, lanes).
        weights: The cotangents of the words' sums, (n_tiles, n_words, lanes).
        costate: Receives the states' cotangents, of the states' shape.
    """
    n_rows = state.shape[1]
    block = np.empty((1 << BLOCK_BITS) * state.shape[3], state.dtype)
    in_block = min(n_rows, 1 << BLOCK_BITS)
    start, stop = _share_of(n_rows // in_block, share)
    for tile in range(tiles[0], tiles[1]):
        expvals_back(
            state,
            costate,
            tile * n_rows,
            start * in_block,
            stop * in_block,
            in_block,
            lane_bits,
            program.groups,
            program.masks,
            weights,
            tile * program.masks.size,
            block,
        )


@compiled
def backward(
    program: Any,
    tiles: tuple[int, int],
    passes: tuple[int, int],
    share: tuple[int, int],
    lane_bits: int,
    lane_signs: Any,
    turns: Any,
    lane_angles: Any,
    lane_turns: Any,
    tables: Any,
    state: Any,
    costate: Any,
    turn_changes: Any,
    phase_changes: Any,
) -> None:
    r"""Undo some passes on some tiles' states and their cotangents, last pass first.

    Args:
        program: The :class:`~qaimagic.engine.program.Program`.
        tiles: The first tile, and one after the last.
        passes: The first pass, and one after the last.
        share: The number of this share of each pass, and the number of shares.
        lane_bits: The number of bits of an index that are lanes; 0 where lanes are samples.
        lane_signs: For each lane mask the row of :math:`(-1)^{l \cdot m}`.
        turns: Cosine and sine of half the shared angles.
        lane_angles: The angles by sample, (n_tiles, n_rows, lanes).
        lane_turns: Cosine and sine of their halves, (n_tiles, n_rows, 2, lanes).
        tables: The phases that samples share, (n_tables, 2, indices).
        state: The states after, (n_tiles, n_rows, 2, lanes); overwritten by those before.
        costate: Their cotangents, likewise.
        turn_changes: Zeros; receives twice the cotangents of turns' angles,
            (n_tiles, n_shares, n_steps, 2, lanes).
        phase_changes: Zeros; receives minus twice those of phases' angles,
            (n_tiles, n_shares, n_terms, lanes).
    """
    n_rows = state.shape[1]
    n_steps = program.steps.shape[0]
    n_lane_rows, lanes = lane_angles.shape[1:]
    block = np.empty((1 << BLOCK_BITS) * lanes, state.dtype)
    cached = np.empty((1 << BLOCK_BITS) * 2 * lanes, state.dtype)
    cocached = np.empty((1 << BLOCK_BITS) * 2 * lanes, state.dtype)
    own = np.empty((2, block.size), state.dtype)
    rows = state.reshape(-1)
    corows = costate.reshape(-1)
    for tile in range(tiles[0], tiles[1]):
        base = tile * n_rows
        first_angle = tile * n_lane_rows
        sums = tile * share[1] + share[0]
        for number in range(passes[1] - 1, passes[0] - 1, -1):
            kind, first_step, last_step, rank = program.passes[number, :4]
            live = _live(program.steps[last_step - 1, 5], lane_bits)
            if kind:
                _, first, last, _, _, _, varied, table = program.steps[first_step]
                terms = program.terms[first:last]
                places = program.term_rows[first:last]
                in_block = min(live, 1 << BLOCK_BITS)
                start, stop = _share_of(live // in_block, share)
                first_change = sums * program.terms.size + first
                for row in range(start * in_block, stop * in_block, in_block):
                    if varied and not lane_bits:
                        phase_lanes_back(
                            state,
                            costate,
                            base,
                            row,
                            in_block,
                            terms,
                            lane_angles,
                            places,
                            first_angle,
                            phase_changes,
                            first_change,
                            block,
                        )
                        continue
                    used_table = own
                    first_entry = 0
                    if varied:
                        _own_table(
                            terms,
                            lane_angles,
                            places,
                            first_angle,
                            row,
                            in_block,
                            lane_bits,
                            own,
                            block,
                        )
                    else:
                        used_table = tables[table]
                        first_entry = row
                    phase_back(
                        state,
                        costate,
                        base,
                        row,
                        in_block,
                        first_entry,
                        lane_bits,
                        used_table,
                        terms,
                        phase_changes,
                        first_change,
                        block,
                    )
                continue
            span = program.passes[number, 4 : 4 + rank]
            tops = program.passes[number, 4 + rank : 4 + 2 * rank]
            start, stop = _share_of(live >> rank, share)
            is_whole = live == 1 << rank
            for coset in range(start, stop):
                first_row = _first_row(coset, tops)
                place = base + first_row
                used = rows
                coused = corows
                if not is_whole:
                    _copy_in(state, base, first_row, span, cached)
                    _copy_in(costate, base, first_row, span, cocached)
                    used = cached
                    coused = cocached
                    place = 0
                for step in range(last_step - 1, first_step - 1, -1):
                    _, angle, first, _, z, _, varied, last = program.steps[step]
                    x_rows, z_rows, live_rows = program.local[step]
                    lane_row = first_angle + program.rows[angle]
                    c, s = _turn_rows(state, turns, lane_turns, varied, angle, lane_row)
                    is_odd = first_row & (z >> lane_bits)
                    s = _signed(s, is_odd)
                    x_lanes, z_lanes = _in_lanes(program.steps[step], lane_bits)
                    if first == last and not x_lanes | z_lanes:
                        change = turn_back(
                            used, coused, place, live_rows >> 1, x_rows, z_rows, c, s
                        )
                    else:
                        change = cross_turn_back(
                            used,
                            coused,
                            place,
                            live_rows,
                            first_row,
                            lane_bits,
                            (x_rows << lane_bits) | x_lanes,
                            (z_rows << lane_bits) | z_lanes,
                            program.conditions[first:last],
                            lane_signs,
                            c,
                            s,
                        )
                    there = sums * n_steps + step
                    store(
                        turn_changes, there, add(load(turn_changes, there), _signed(change, is_odd))
                    )
                if not is_whole:
                    _copy_out(cached, span, state, base, first_row)
                    _copy_out(cocached, span, costate, base, first_row)


@compiled
def _live(reach: int, lane_bits: int) -> int:
    return 1 << max(reach - lane_bits, 0)


@compiled
def _share_of(n_parts: int, share: tuple[int, int]) -> tuple[int, int]:
    return n_parts * share[0] // share[1], n_parts * (share[0] + 1) // share[1]


@compiled
def _first_row(coset: int, tops: Any) -> int:
    """Return the row of a block that has zeros at the bits ``tops``."""
    row = coset
    for k in range(tops.size):
        below = (1 << tops[k]) - 1
        row = ((row & ~below) << 1) | (row & below)
    return row


@compiled
def _copy_in(state: Any, base: int, first_row: int, span: Any, cached: Any) -> None:
    row = first_row
    store(cached, 0, load(state, base + row))
    for k in range(1, 1 << span.size):
        row ^= span[_lowest_bit(k)]
        store(cached, k ^ (k >> 1), load(state, base + row))


@compiled
def _copy_out(cached: Any, span: Any, state: Any, base: int, first_row: int) -> None:
    row = first_row
    store(state, base + row, load(cached, 0))
    for k in range(1, 1 << span.size):
        row ^= span[_lowest_bit(k)]
        store(state, base + row, load(cached, k ^ (k >> 1)))


@compiled
def _lowest_bit(k: int) -> int:
    bit = 0
    while not k >> bit & 1:
        bit += 1
    return bit


@compiled
def _in_lanes(step: Any, lane_bits: int) -> tuple[int, int]:
    lanes = (1 << lane_bits) - 1
    return step[3] & lanes, step[4] & lanes


@compiled
def _signed(row: Any, bits: int) -> Any:
    if parity(bits):
        return sub(fill(row, 0.0), row)
    return row


@compiled
def _turn_rows(state: Any, turns: Any, lane_turns: Any, varied: int, angle: int, row: int) -> Any:
    if varied:
        c = twice(load_lanes(lane_turns, 2 * row))
        s = twice(load_lanes(lane_turns, 2 * row + 1))
    else:
        like = load(state, 0)
        c = fill(like, turns[0, angle])
        s = fill(like, turns[1, angle])
    return c, s


@compiled
def _own_table(
    terms: Any,
    lane_angles: Any,
    places: Any,
    first_angle: int,
    row: int,
    in_block: int,
    lane_bits: int,
    own: Any,
    block: Any,
) -> None:
    lanes = lane_angles.shape[2]
    phase_table(
        terms,
        lane_angles.reshape(-1),
        places * lanes,
        first_angle * lanes,
        row,
        in_block,
        lane_bits,
        own[0],
        own[1],
        block,
    )
