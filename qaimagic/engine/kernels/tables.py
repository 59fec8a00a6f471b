"""Tables of signs and phases: for all samples ahead, or for one sample on the way."""

from __future__ import annotations

from typing import Any

import numpy as np

from qaimagic.engine.jit import inlined
from qaimagic.engine.kernels.phases import phase_table
from qaimagic.engine.kernels.walsh import BLOCK_BITS
from qaimagic.engine.simd import parity


@inlined
def fill_signs(lane_signs: Any) -> None:
    """Fill the row of (-1)**(l . m) for each mask m of bits within a row."""
    for mask in range(lane_signs.shape[0]):
        for place in range(lane_signs.shape[1]):
            lane_signs[mask, place] = -1.0 if parity(mask & place) else 1.0


@inlined
def fill_tables(program: Any, angles: Any, tables: Any, lanes: int) -> None:
    """Fill the tables of all passes of phases that the samples share.

    Args:
        program: The :class:`~qaimagic.engine.arrays.Program`.
        angles: The shared angles.
        tables: Receives the cosines and sines, (n_tables, 2, n_half_rows * lanes).
        lanes: The number of indices in half a row.
    """
    block = np.empty((1 << BLOCK_BITS) * lanes, tables.dtype)
    table_bits = 0
    while lanes >> table_bits > 1:
        table_bits += 1
    for step in range(program.steps.shape[0]):
        kind, first, last, _, _, _, _, table = program.steps[step]
        if kind and table >= 0:
            phase_table(
                program.terms[first:last],
                angles,
                program.term_angles[first:last],
                0,
                0,
                tables.shape[2] // lanes,
                table_bits,
                tables[table, 0],
                tables[table, 1],
                block,
            )


@inlined
def own_table(
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
    """Fill ``own`` with a block's phases for one sample, whose angles start at ``first_angle``."""
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
