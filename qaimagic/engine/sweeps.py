"""The sweep forward and the sweep back of one circuit on samples that run at the same time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from qaimagic.engine import buffers
from qaimagic.engine.amplitudes import OWN_PLACES, from_rows, to_rows
from qaimagic.engine.circuit import Circuit
from qaimagic.engine.division import Division, Range
from qaimagic.engine.kernels import answer as there
from qaimagic.engine.kernels import changes as back
from qaimagic.engine.layout import Layout, index_order, lane_signs, layout_for
from qaimagic.engine.program import KEPT_TABLE_BITS, Plan, Settled, is_real, plan
from qaimagic.engine.workers import n_threads

Floating = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class _Setting:
    """What the runs of a circuit on batches of one size have in common.

    Attributes:
        layout: How their amplitudes lie in memory.
        plan: What runs.
        division: How threads share the work.
        table_shape: The shape of the tables of phases.
    """

    layout: Layout
    plan: Plan
    division: Division
    table_shape: tuple[int, int, int]


@lru_cache(maxsize=256)
def _setting(
    circuit: Circuit, size: int, dtype: torch.dtype, from_zeros: bool, threads: int
) -> _Setting:
    real = is_real(circuit, from_zeros=from_zeros)
    layout = layout_for(circuit.n_wires, size, dtype, is_real=real)
    made = plan(circuit, layout.row_bits, from_zeros=from_zeros)
    division = Division.of(layout, len(made.program.steps), threads)
    table = max(layout.lanes, 1 << min(layout.n_wires, KEPT_TABLE_BITS))
    return _Setting(layout, made, division, (made.n_tables, 2, table))


class Sweeps:
    """One circuit on samples that run at the same time.

    Args:
        circuit: The circuit.
        shared: The parameters that all samples share, (n_shared,).
        varied: The parameters by sample, (batch, n_varied).
        start: The start state, (2**n_wires,) or (batch, 2**n_wires), or None for all zeros.

    Attributes:
        size: The number of samples.
    """

    def __init__(
        self, circuit: Circuit, shared: Tensor, varied: Tensor, start: Tensor | None
    ) -> None:
        self.size = varied.shape[0]
        self._circuit = circuit
        self._setting = _setting(circuit, self.size, varied.dtype, start is None, n_threads())
        self._shared: Floating = np.ascontiguousarray(shared.detach().numpy())
        self._varied: Floating = np.ascontiguousarray(varied.detach().numpy())
        self._start = None if start is None else start.detach()
        self._state: Floating | None = None
        self._settled: Settled | None = None

    def answer(self) -> Tensor:
        """Return what the circuit asks for, and keep the states."""
        setting = self._setting
        n_words = setting.plan.program.masks.size
        layout = setting.layout
        sums = np.zeros(
            (layout.n_groups, setting.division.n_shares, n_words, layout.lanes), self._dtype
        )
        values = np.empty((self.size, n_words), self._dtype)
        state = self._forward(there.MEASURE | there.COLLECT, sums, values)
        if self._circuit.words:
            return torch.from_numpy(values)
        return from_rows(state, self._order(), layout, self._setting.division)

    def forget(self) -> None:
        """Let go of the states; they are worked out anew if cotangents are asked for."""
        if self._state is not None:
            buffers.give(self._state)
        self._state = None

    def changes(self, change: Tensor) -> tuple[Tensor, Tensor, Tensor | None]:
        """Return the cotangents of the shared and varied parameters and of the start states."""
        setting, layout = self._setting, self._setting.layout
        program = setting.plan.program
        if self._state is None:
            self._forward(0, np.empty((0, 0, 0, 0), self._dtype), np.empty((0, 0), self._dtype))
        # Taken away first: after an interrupt on the way back nothing may start from them.
        state, self._state = self._state, None
        assert state is not None
        if self._circuit.words:
            values = change.contiguous().numpy()
            costate = buffers.take(layout.shape, self._dtype)
            stages = back.SPREAD | back.MEASURE_BACK
        else:
            values = np.empty((self.size, 0), self._dtype)
            costate = to_rows(change, self._order(), layout, self._setting.division)
            stages = 0
        by_share = layout.n_tiles, setting.division.n_shares
        shared, varied = np.zeros_like(self._shared), np.zeros_like(self._varied)
        self._run(
            back.changes,
            (stages & back.SPREAD, stages & back.MEASURE_BACK, back.PASS_BACK, 0, back.COLLECT),
            -1,
            self._settled,
            values,
            np.empty((layout.n_groups, program.masks.size, layout.lanes), self._dtype),
            state,
            costate,
            np.zeros((*by_share, program.steps.shape[0], 2, layout.lanes), self._dtype),
            np.zeros((*by_share, program.terms.size, layout.lanes), self._dtype),
            shared,
            varied,
        )
        buffers.give(state)
        to_start = None
        if self._start is not None:
            to_start = from_rows(costate, OWN_PLACES, layout, self._setting.division)
        buffers.give(costate)
        return torch.from_numpy(shared), torch.from_numpy(varied), to_start

    @property
    def _dtype(self) -> Any:
        return self._varied.dtype

    def _forward(self, afterwards: int, sums: Floating, values: Floating) -> Floating:
        """Run the circuit and keep the states; ``afterwards`` are the stages after its gates."""
        layout = self._setting.layout
        if self._start is None:
            state = buffers.take(layout.shape, self._dtype)
            begin = there.BEGIN
        else:
            state = to_rows(self._start, OWN_PLACES, layout, self._setting.division)
            begin = 0
        self._settled = self._unsettled()
        measure, collect = afterwards & there.MEASURE, afterwards & there.COLLECT
        self._run(
            there.answer,
            (there.SETTLE, begin, there.PASS, measure, collect),
            1,
            self._shared,
            self._varied,
            self._settled,
            state,
            sums,
            values,
        )
        self._state = state
        return state

    def _unsettled(self) -> Settled:
        """Return room for the numbers of this batch."""
        layout, made = self._setting.layout, self._setting.plan
        n_angles = -(-made.program.rows.size // layout.lanes) * layout.lanes
        by_sample = layout.n_groups, made.n_rows
        return Settled(
            layout.lane_bits,
            layout.is_real,
            lane_signs(layout.dtype),
            np.zeros(n_angles, self._dtype),
            np.empty((2, n_angles), self._dtype),
            np.empty((*by_sample, layout.lanes), self._dtype),
            np.empty((*by_sample, 2, layout.lanes), self._dtype),
            np.empty(self._setting.table_shape, self._dtype),
        )

    def _run(
        self, kernel: Any, stages: tuple[int, int, int, int, int], direction: int, *arrays: Any
    ) -> None:
        """Run a kernel's stages: before all tiles, before, in and after the passes, after all."""
        program, division = self._setting.plan.program, self._setting.division
        before_all, before, in_passes, after, after_all = stages
        n_passes = program.passes.shape[0]

        def alone(stages: int) -> None:
            kernel(program, stages, (0, division.n_tiles), (0, n_passes), (0, 1), *arrays)

        def together(stages: int, passes: Range) -> None:
            division.run(
                lambda tiles, share: kernel(program, stages, tiles, passes, share, *arrays)
            )

        if division.is_one_call:
            alone(sum(stages))
            return
        alone(before_all)
        if division.n_shares == 1:
            together(before | in_passes | after, (0, n_passes))
        else:
            together(before, (0, 0))
            for number in range(n_passes)[::direction]:
                together(in_passes, (number, number + 1))
            together(after, (0, 0))
        alone(after_all)

    def _order(self) -> NDArray[np.int64]:
        return index_order(self._setting.layout.n_wires, self._setting.plan.bits)
