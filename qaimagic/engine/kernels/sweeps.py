"""The circuit on a range of tiles: forward, and back with the adjoint method."""

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
from qaimagic.engine.simd import fill, load, load_lanes, store, twice


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
                n_rows,
                table_bits,
                tables[table, 0],
                tables[table, 1],
                block,
            )


@compiled
def forward(
    program: Any,
    first_tile: int,
    last_tile: int,
    lane_bits: int,
    lane_signs: Any,
    turns: Any,
    lane_angles: Any,
    lane_turns: Any,
    tables: Any,
    state: Any,
    values: Any,
) -> None:
    """Run the circuit on the start states of some tiles and add up the words' values.

    Args:
        program: The :class:`~qaimagic.engine.program.Program`.
        first_tile: The first tile.
        last_tile: One after the last tile.
        lane_bits: The number of bits of an index that are lanes; 0 where lanes are samples.
        lane_signs: For each lane mask the row of :math:`(-1)^{l \\cdot m}`.
        turns: Cosine and sine of half the shared angles.
        lane_angles: The angles by sample, (n_tiles, n_rows, lanes).
        lane_turns: Cosine and sine of their halves, (n_tiles, n_rows, 2, lanes).
        tables: The phases that samples share, (n_tables, 2, indices).
        state: The start states, (n_tiles, n_rows, 2, lanes); left in the final state.
        values: Zeros; receives the words' sums, (n_tiles, n_words, lanes).
    """
    n_rows = state.shape[1]
    n_lane_rows, lanes = lane_angles.shape[1:]
    block = np.empty((1 << BLOCK_BITS) * lanes, state.dtype)
    own = np.empty((2, n_rows * lanes if lane_bits else lanes), state.dtype)
    for tile in range(first_tile, last_tile):
        base = tile * n_rows
        for step in range(program.steps.shape[0]):
            kind, first, last, x, z, reach, varied, table = program.steps[step]
            live = _live(reach, lane_bits)
            if kind:
                terms = program.terms[first:last]
                places = program.term_rows[first:last]
                first_angle = tile * n_lane_rows
                if not varied:
                    phase(state, base, live, lane_bits, tables[table, 0], tables[table, 1], 1.0)
                elif lane_bits:
                    _own_table(terms, lane_angles, places, first_angle, live, lane_bits, own, block)
                    phase(state, base, live, lane_bits, own[0], own[1], 1.0)
                else:
                    phase_lanes(state, base, live, terms, lane_angles, places, first_angle, block)
                continue
            c, s = _turn_rows(
                state, turns, lane_turns, varied, first, tile * n_lane_rows + program.rows[first]
            )
            if _is_plain(x, z, last, table, lane_bits):
                turn(state, base, live >> 1, x >> lane_bits, z >> lane_bits, c, s)
            else:
                conditions = program.conditions[last:table]
                cross_turn(state, base, live, lane_bits, x, z, conditions, lane_signs, c, s)
        expvals(
            state,
            base,
            n_rows,
            lane_bits,
            program.groups,
            program.masks,
            values,
            tile * program.masks.size,
            block,
        )


@compiled
def backward(
    program: Any,
    first_tile: int,
    last_tile: int,
    lane_bits: int,
    lane_signs: Any,
    turns: Any,
    lane_angles: Any,
    lane_turns: Any,
    tables: Any,
    state: Any,
    costate: Any,
    weights: Any,
    turn_changes: Any,
    phase_changes: Any,
) -> None:
    """Sweep back over some tiles, from the final state to the start state and its cotangent.

    Args:
        program: The :class:`~qaimagic.engine.program.Program`.
        first_tile: The first tile.
        last_tile: One after the last tile.
        lane_bits: The number of bits of an index that are lanes; 0 where lanes are samples.
        lane_signs: For each lane mask the row of :math:`(-1)^{l \\cdot m}`.
        turns: Cosine and sine of half the shared angles.
        lane_angles: The angles by sample, (n_tiles, n_rows, lanes).
        lane_turns: Cosine and sine of their halves, (n_tiles, n_rows, 2, lanes).
        tables: The phases that samples share, (n_tables, 2, indices).
        state: The final states, (n_tiles, n_rows, 2, lanes); overwritten.
        costate: The final states' cotangents, of the same shape; written first where there are
            words; left as the start states' cotangents.
        weights: The cotangents of the words' sums, (n_tiles, n_words, lanes).
        turn_changes: Receives twice the cotangents of turns, (n_tiles, n_steps, 2, lanes).
        phase_changes: Zeros; receives minus twice those of phases, (n_tiles, n_terms, lanes).
    """
    n_rows = state.shape[1]
    n_steps = program.steps.shape[0]
    n_lane_rows, lanes = lane_angles.shape[1:]
    block = np.empty((1 << BLOCK_BITS) * lanes, state.dtype)
    own = np.empty((2, n_rows * lanes if lane_bits else lanes), state.dtype)
    for tile in range(first_tile, last_tile):
        base = tile * n_rows
        expvals_back(
            state,
            costate,
            base,
            n_rows,
            lane_bits,
            program.groups,
            program.masks,
            weights,
            tile * program.masks.size,
            block,
        )
        for step in range(n_steps - 1, -1, -1):
            kind, first, last, x, z, reach, varied, table = program.steps[step]
            live = _live(reach, lane_bits)
            if kind:
                terms = program.terms[first:last]
                places = program.term_rows[first:last]
                first_angle = tile * n_lane_rows
                first_change = tile * program.terms.size + first
                if varied and not lane_bits:
                    phase_lanes_back(
                        state,
                        costate,
                        base,
                        live,
                        terms,
                        lane_angles,
                        places,
                        first_angle,
                        phase_changes,
                        first_change,
                        block,
                    )
                    continue
                used = tables[table] if table >= 0 else own
                if varied:
                    _own_table(terms, lane_angles, places, first_angle, live, lane_bits, own, block)
                phase_back(
                    state,
                    costate,
                    base,
                    live,
                    lane_bits,
                    used[0],
                    used[1],
                    terms,
                    phase_changes,
                    first_change,
                    block,
                )
                continue
            c, s = _turn_rows(
                state, turns, lane_turns, varied, first, tile * n_lane_rows + program.rows[first]
            )
            if _is_plain(x, z, last, table, lane_bits):
                change = turn_back(
                    state, costate, base, live >> 1, x >> lane_bits, z >> lane_bits, c, s
                )
            else:
                change = cross_turn_back(
                    state,
                    costate,
                    base,
                    live,
                    lane_bits,
                    x,
                    z,
                    program.conditions[last:table],
                    lane_signs,
                    c,
                    s,
                )
            store(turn_changes, tile * n_steps + step, change)


@compiled
def _live(reach: int, lane_bits: int) -> int:
    return 1 << max(reach - lane_bits, 0)


@compiled
def _is_plain(x: int, z: int, first: int, last: int, lane_bits: int) -> bool:
    return first == last and not (x | z) & ((1 << lane_bits) - 1)


@compiled
def _turn_rows(state: Any, turns: Any, lane_turns: Any, varied: int, angle: int, row: int) -> Any:
    if varied:
        c = twice(load_lanes(lane_turns, 2 * row))
        s = twice(load_lanes(lane_turns, 2 * row + 1))
    else:
        like = load(state, 0)
        c = fill(like, turns[2 * angle])
        s = fill(like, turns[2 * angle + 1])
    return c, s


@compiled
def _own_table(
    terms: Any,
    lane_angles: Any,
    places: Any,
    first_angle: int,
    live: int,
    lane_bits: int,
    own: Any,
    block: Any,
) -> None:
    lanes = lane_angles.shape[2]
    flat = lane_angles.reshape(-1)
    phase_table(
        terms, flat, places * lanes, first_angle * lanes, live, lane_bits, own[0], own[1], block
    )
