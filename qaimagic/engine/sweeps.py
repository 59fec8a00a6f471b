"""The sweep forward and the sweep back of one circuit on samples that run at the same time."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from qaimagic.engine import buffers
from qaimagic.engine.amplitudes import OWN_PLACES, from_rows, to_rows
from qaimagic.engine.circuit import Circuit
from qaimagic.engine.division import Range
from qaimagic.engine.kernels import answer as there
from qaimagic.engine.kernels import changes as back
from qaimagic.engine.layout import index_order, lane_signs
from qaimagic.engine.program import Settled
from qaimagic.engine.setting import setting_of
from qaimagic.engine.workers import n_threads

Floating = NDArray[np.floating[Any]]


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
        self._has_words = bool(circuit.words)
        self._setting = setting_of(circuit, self.size, varied.dtype, start is None, n_threads())
        self._shared: Floating = np.ascontiguousarray(shared.detach().numpy())
        self._varied: Floating = np.ascontiguousarray(varied.detach().numpy())
        self._dtype = self._varied.dtype
        self._start = None if start is None else start.detach()
        self._state: Floating | None = None
        self._settled: Settled | None = None

    def answer(self) -> Tensor:
        """Return what the circuit asks for, and keep the states."""
        shapes = self._setting.shapes
        sums, values = np.zeros(shapes.sums, self._dtype), np.empty(shapes.values, self._dtype)
        state = self._forward(there.MEASURE | there.COLLECT, sums, values)
        if self._has_words:
            return torch.from_numpy(values)
        return from_rows(state, self._order(), self._setting.layout, self._setting.division)

    def forget(self) -> None:
        """Let go of the states; they are worked out anew if cotangents are asked for."""
        if self._state is not None:
            buffers.give(self._state)
        self._state = None

    def changes(self, change: Tensor) -> tuple[Tensor, Tensor, Tensor | None]:
        """Return the cotangents of the shared and varied parameters and of the start states."""
        setting, shapes, dtype = self._setting, self._setting.shapes, self._dtype
        if self._state is None:
            self._forward(0, np.empty((0, 0, 0, 0), dtype), np.empty((0, 0), dtype))
        # Taken away first: after an interrupt on the way back nothing may start from them.
        state, self._state = self._state, None
        assert state is not None
        if self._has_words:
            values = change.contiguous().numpy()
            costate = buffers.take(shapes.state, dtype)
            stages = back.SPREAD, back.MEASURE_BACK, back.PASS_BACK, 0, back.COLLECT
        else:
            values = np.empty(shapes.values, dtype)
            costate = to_rows(change, self._order(), setting.layout, setting.division)
            stages = 0, 0, back.PASS_BACK, 0, back.COLLECT
        shared, varied = np.zeros(self._shared.shape, dtype), np.zeros(self._varied.shape, dtype)
        self._run(
            back.changes,
            stages,
            -1,
            self._settled,
            values,
            np.empty(shapes.weights, dtype),
            state,
            costate,
            np.zeros(shapes.turn_changes, dtype),
            np.zeros(shapes.phase_changes, dtype),
            shared,
            varied,
        )
        buffers.give(state)
        to_start = None
        if self._start is not None:
            to_start = from_rows(costate, OWN_PLACES, setting.layout, setting.division)
        buffers.give(costate)
        return torch.from_numpy(shared), torch.from_numpy(varied), to_start

    def _forward(self, afterwards: int, sums: Floating, values: Floating) -> Floating:
        """Run the circuit and keep the states; ``afterwards`` are the stages after its gates."""
        setting = self._setting
        if self._start is None:
            state = buffers.take(setting.shapes.state, self._dtype)
            begin = there.BEGIN
        else:
            state = to_rows(self._start, OWN_PLACES, setting.layout, setting.division)
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
        layout, shapes, dtype = self._setting.layout, self._setting.shapes, self._dtype
        return Settled(
            layout.lane_bits,
            layout.is_real,
            lane_signs(layout.dtype),
            np.zeros(shapes.angles, dtype),
            np.empty(shapes.turns, dtype),
            np.empty(shapes.lane_angles, dtype),
            np.empty(shapes.lane_turns, dtype),
            np.empty(shapes.tables, dtype),
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
