"""What the runs of a circuit on batches of one size have in common, worked out once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import torch

from qaimagic.engine.arrays import Packed, Shape, packed
from qaimagic.engine.circuit import Circuit
from qaimagic.engine.division import Division
from qaimagic.engine.layout import Layout, layout_for
from qaimagic.engine.program import KEPT_TABLE_BITS, Plan, is_real, plan


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """How a circuit runs on a batch.

    Attributes:
        layout: How the amplitudes lie in memory.
        plan: What runs.
        division: How threads share the work.
        packed: The plan's program as the kernels are handed it.
        n_passes: The number of passes over the states.
        state: The shape of the states, (n_tiles, n_rows, 2, lanes).
        values: The shape of the words' values, (batch, n_words).
    """

    layout: Layout
    plan: Plan
    division: Division
    packed: Packed
    n_passes: int
    state: Shape
    values: Shape


@lru_cache(maxsize=256)
def setting_of(
    circuit: Circuit, size: int, dtype: torch.dtype, from_zeros: bool, threads: int
) -> Setting:
    """Return the setting for batches of ``size`` samples, on at most ``threads`` threads.

    Args:
        circuit: The circuit.
        size: The number of samples.
        dtype: float32 or float64.
        from_zeros: Whether it starts from the state of all zeros.
        threads: The number of threads that there are.
    """
    real = is_real(circuit, from_zeros=from_zeros)
    layout = layout_for(circuit.n_wires, size, dtype, is_real=real)
    made = plan(circuit, layout.row_bits, from_zeros=from_zeros)
    division = Division.of(layout, len(made.program.steps), threads)
    return Setting(
        layout,
        made,
        division,
        _packed(layout, made, division),
        n_passes=len(made.program.passes),
        state=layout.shape,
        values=(layout.batch, made.program.masks.size),
    )


def _packed(layout: Layout, made: Plan, division: Division) -> Packed:
    program, lanes = made.program, layout.lanes
    n_words, n_shares = program.masks.size, division.n_shares
    n_angles = -(-program.rows.size // lanes) * lanes
    settled = (
        (1 << layout.row_bits, 2 * lanes),
        (n_angles,),
        (2, n_angles),
        (layout.n_groups, made.n_rows, lanes),
        (layout.n_groups, made.n_rows, 2, lanes),
        (made.n_tables, 2, max(lanes, 1 << min(layout.n_wires, KEPT_TABLE_BITS))),
        (layout.n_groups, n_shares, n_words, lanes),
    )
    undone = (
        (layout.n_groups, n_words, lanes),
        (layout.n_tiles, n_shares, program.steps.shape[0], 2, lanes),
        (layout.n_tiles, n_shares, program.terms.size, lanes),
    )
    return packed(program, layout.lane_bits, layout.is_real, settled, undone)
