"""The sweep back over a range of tiles: states and cotangents undone step by step.

Passes are shared out as in the sweep forward; each share has sums of its own.
"""

from __future__ import annotations

from typing import Any

from qaimagic.engine.jit import inlined
from qaimagic.engine.kernels.cosets import copy_in, copy_out, first_row_of, share_of
from qaimagic.engine.kernels.phases import phase_back, phase_lanes_back, sign
from qaimagic.engine.kernels.steps import bits_in_row, in_row, live_rows_of, signed, turn_rows
from qaimagic.engine.kernels.tables import own_table
from qaimagic.engine.kernels.turns import cross_turn_back, turn_back
from qaimagic.engine.kernels.walsh import BLOCK_BITS
from qaimagic.engine.simd import add, load, store


@inlined
def backward(
    program: Any,
    tile: int,
    passes: tuple[int, int],
    share: tuple[int, int],
    settled: Any,
    state: Any,
    costate: Any,
    turn_changes: Any,
    phase_changes: Any,
    block: Any,
    cached: Any,
    cocached: Any,
    own: Any,
) -> None:
    r"""Undo some passes on some tiles' states and their cotangents, last pass first.

    Args:
        program: The :class:`~qaimagic.engine.arrays.Program`.
        tile: The tile.
        passes: The first pass, and one after the last.
        share: The number of this share of each pass, and the number of shares.
        settled: The program's numbers, :class:`~qaimagic.engine.arrays.Settled`.
        state: The states after, (n_tiles, n_rows, 2, lanes); overwritten by those before.
        costate: Their cotangents, likewise.
        turn_changes: Zeros; receives twice the cotangents of turns' angles,
            (n_tiles, n_shares, n_steps, 2, lanes).
        phase_changes: Zeros; receives minus twice those of phases' angles,
            (n_tiles, n_shares, n_terms, lanes).
        block: Room for a block of rows.
        cached: The same.
        cocached: The same.
        own: Room for a sample's own table, (2, the same).
    """
    lane_bits, is_real, lane_signs, _, turns, lane_angles, lane_turns, tables, _ = settled
    row_bits = bits_in_row(lane_bits, is_real)
    half_rows = 2 if is_real else 1
    groups = 1 if lane_bits else half_rows
    n_rows = state.shape[1]
    n_steps = program.steps.shape[0]
    n_lane_rows = lane_angles.shape[1]
    rows = state.reshape(-1)
    corows = costate.reshape(-1)
    base = tile * n_rows
    first_angle = tile * groups * n_lane_rows
    to_other = (groups - 1) * n_lane_rows
    sums = tile * share[1] + share[0]
    for number in range(passes[1] - 1, passes[0] - 1, -1):
        kind, first_step, last_step, rank = program.passes[number, :4]
        live = live_rows_of(program.steps[last_step - 1, 5], row_bits)
        if kind:
            _, first, last, _, _, _, varied, table = program.steps[first_step]
            terms = program.terms[first:last]
            places = program.term_rows[first:last]
            in_block = min(live, 1 << BLOCK_BITS)
            start, stop = share_of(live // in_block, share)
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
                table_used = own
                first_entry = 0
                if varied:
                    own_table(
                        terms,
                        lane_angles,
                        places,
                        first_angle,
                        half_rows * row,
                        half_rows * in_block,
                        lane_bits,
                        own,
                        block,
                    )
                else:
                    table_used = tables[table]
                    first_entry = row
                if is_real:
                    sign(state, base, row, in_block, first_entry, lane_bits, table_used)
                    sign(costate, base, row, in_block, first_entry, lane_bits, table_used)
                    continue
                phase_back(
                    state,
                    costate,
                    base,
                    row,
                    in_block,
                    first_entry,
                    lane_bits,
                    table_used,
                    terms,
                    phase_changes,
                    first_change,
                    block,
                )
            continue
        span = program.passes[number, 4 : 4 + rank]
        tops = program.passes[number, 4 + rank : 4 + 2 * rank]
        start, stop = share_of(live >> rank, share)
        is_whole = live == 1 << rank
        for coset in range(start, stop):
            first_row = first_row_of(coset, tops)
            place = base + first_row
            used = rows
            coused = corows
            if not is_whole:
                copy_in(state, base, first_row, span, cached)
                copy_in(costate, base, first_row, span, cocached)
                used = cached
                coused = cocached
                place = 0
            for step in range(last_step - 1, first_step - 1, -1):
                _, angle, first, _, z, _, varied, last = program.steps[step]
                x_rows, z_rows, live_rows = program.local[step]
                lane_row = first_angle + program.rows[angle]
                c, s = turn_rows(
                    state, turns, lane_turns, varied, angle, lane_row, lane_row + to_other
                )
                is_odd = first_row & (z >> row_bits)
                s = signed(s, is_odd)
                x_within, z_within = in_row(program.steps[step], row_bits)
                if first == last and not x_within | z_within:
                    change = turn_back(used, coused, place, live_rows >> 1, x_rows, z_rows, c, s)
                else:
                    change = cross_turn_back(
                        used,
                        coused,
                        place,
                        live_rows,
                        first_row,
                        row_bits,
                        (x_rows << row_bits) | x_within,
                        (z_rows << row_bits) | z_within,
                        program.conditions[first:last],
                        lane_signs,
                        c,
                        s,
                    )
                there = sums * n_steps + step
                store(turn_changes, there, add(load(turn_changes, there), signed(change, is_odd)))
            if not is_whole:
                copy_out(cached, span, state, base, first_row)
                copy_out(cocached, span, costate, base, first_row)
