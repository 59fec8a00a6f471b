"""What the runs of a circuit on batches of one size have in common, worked out once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import torch

from qaimagic.engine.circuit import Circuit
from qaimagic.engine.division import Division
from qaimagic.engine.layout import Layout, layout_for
from qaimagic.engine.program import KEPT_TABLE_BITS, Plan, is_real, plan

Shape = tuple[int, ...]


class Shapes(NamedTuple):
    """The shapes of the arrays that the kernels fill; see `kernels.answer`, `kernels.changes`."""

    state: Shape
    sums: Shape
    values: Shape
    weights: Shape
    turn_changes: Shape
    phase_changes: Shape
    angles: Shape
    turns: Shape
    lane_angles: Shape
    lane_turns: Shape
    tables: Shape


@dataclass(frozen=True, slots=True)
class Setting:
    """How a circuit runs on a batch.

    Attributes:
        layout: How the amplitudes lie in memory.
        plan: What runs.
        division: How threads share the work.
        shapes: The shapes of all arrays.
    """

    layout: Layout
    plan: Plan
    division: Division
    shapes: Shapes


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
    return Setting(layout, made, division, _shapes(layout, made, division))


def _shapes(layout: Layout, made: Plan, division: Division) -> Shapes:
    program, lanes = made.program, layout.lanes
    n_words, n_shares = program.masks.size, division.n_shares
    n_angles = -(-program.rows.size // lanes) * lanes
    return Shapes(
        state=layout.shape,
        sums=(layout.n_groups, n_shares, n_words, lanes),
        values=(layout.batch, n_words),
        weights=(layout.n_groups, n_words, lanes),
        turn_changes=(layout.n_tiles, n_shares, program.steps.shape[0], 2, lanes),
        phase_changes=(layout.n_tiles, n_shares, program.terms.size, lanes),
        angles=(n_angles,),
        turns=(2, n_angles),
        lane_angles=(layout.n_groups, made.n_rows, lanes),
        lane_turns=(layout.n_groups, made.n_rows, 2, lanes),
        tables=(made.n_tables, 2, max(lanes, 1 << min(layout.n_wires, KEPT_TABLE_BITS))),
    )
