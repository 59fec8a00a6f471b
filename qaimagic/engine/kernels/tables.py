"""Tables of phases: for all samples ahead, or for one sample on the way."""

from __future__ import annotations

from typing import Any

import numpy as np

from qaimagic.engine.jit import compiled
from qaimagic.engine.kernels.phases import phase_table
from qaimagic.engine.kernels.walsh import BLOCK_BITS


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
