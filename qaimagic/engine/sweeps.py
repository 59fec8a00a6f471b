"""The sweep forward and the sweep back of one circuit on samples that run at the same time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from qaimagic.engine import buffers
from qaimagic.engine.circuit import Circuit
from qaimagic.engine.kernels import answer as there
from qaimagic.engine.kernels import changes as back
from qaimagic.engine.layout import Layout, index_order, lane_signs, layout_for
from qaimagic.engine.program import KEPT_TABLE_BITS, Plan, Settled, is_real, plan
from qaimagic.engine.workers import n_threads, run_parts

_ONE_THREAD_WORK = 20_000
_SHARE_WORK = 10_000_000
_SHARED_OUT_ROWS = 1 << 14
_SHARES = 8

Floating = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class _Setting:
    """What the runs of a circuit on batches of one size have in common.

    Attributes:
        layout: How their amplitudes lie in memory.
        plan: What runs.
        n_shares: Into how many shares each pass over a tile goes; 1 where tiles are shared out.
        n_ranges: Into how many ranges tiles go. An interrupt waits for those that run, so none
            takes much longer than a tenth of a second, as long as a tile does not.
        threads: How many threads are worth it.
        table_shape: The shape of the tables of phases.
    """

    layout: Layout
    plan: Plan
    n_shares: int
    n_ranges: int
    threads: int
    table_shape: tuple[int, int, int]


@lru_cache(maxsize=256)
def _setting(
    circuit: Circuit, size: int, dtype: torch.dtype, from_zeros: bool, threads: int
) -> _Setting:
    real = is_real(circuit, from_zeros=from_zeros)
    layout = layout_for(circuit.n_wires, size, dtype, is_real=real)
    made = plan(circuit, layout.row_bits, from_zeros=from_zeros)
    few = layout.n_tiles < max(2, threads)
    work = layout.n_tiles * layout.n_rows * len(made.program.steps)
    wanted = 1 if work < _ONE_THREAD_WORK else threads
    table = max(layout.lanes, 1 << min(layout.n_wires, KEPT_TABLE_BITS))
    return _Setting(
        layout,
        made,
        n_shares=_SHARES if few and layout.n_rows >= _SHARED_OUT_ROWS else 1,
        n_ranges=min(layout.n_tiles, max(wanted, work // _SHARE_WORK)),
        threads=wanted,
        table_shape=(made.n_tables, 2, table),
    )


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
        sums = np.zeros((layout.n_groups, setting.n_shares, n_words, layout.lanes), self._dtype)
        values = np.empty((self.size, n_words), self._dtype)
        state = self._forward(there.MEASURE | there.COLLECT, sums, values)
        if self._circuit.words:
            return torch.from_numpy(values)
        return layout.to_amplitudes(torch.from_numpy(state), self._order())

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
            costate = layout.to_rows(change, self._order()).numpy()
            stages = 0
        by_share = layout.n_tiles, setting.n_shares
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
        if self._start is None:
            buffers.give(costate)
        else:
            every = torch.arange(1 << layout.n_wires)
            to_start = layout.to_amplitudes(torch.from_numpy(costate), every)
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
            amplitudes = self._start.expand(self.size, -1)
            state = layout.to_rows(amplitudes, torch.arange(1 << layout.n_wires)).numpy()
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
        setting = self._setting
        program, n_tiles = setting.plan.program, setting.layout.n_tiles
        before_all, before, in_passes, after, after_all = stages
        all_passes = 0, program.passes.shape[0]

        def run(
            stages: int, tiles: tuple[int, int], passes: tuple[int, int], share: tuple[int, int]
        ) -> None:
            kernel(program, stages, tiles, passes, share, *arrays)

        if setting.n_shares == 1 and setting.n_ranges == 1:
            run(sum(stages), (0, n_tiles), all_passes, (0, 1))
            return
        run(before_all, (0, 0), (0, 0), (0, 1))
        if setting.n_shares == 1:
            run_parts(
                lambda _, start, stop: run(
                    before | in_passes | after, (start, stop), all_passes, (0, 1)
                ),
                n_tiles,
                setting.threads,
                setting.n_ranges,
            )
        else:
            for tile in range(n_tiles):
                self._run_shares(run, before, tile, (0, 0))
                for number in range(all_passes[1])[::direction]:
                    self._run_shares(run, in_passes, tile, (number, number + 1))
                self._run_shares(run, after, tile, (0, 0))
        run(after_all, (0, 0), (0, 0), (0, 1))

    def _run_shares(
        self, run: Callable[..., None], stages: int, tile: int, passes: tuple[int, int]
    ) -> None:
        if stages:
            run_parts(
                lambda share, _start, _stop: run(
                    stages, (tile, tile + 1), passes, (share, _SHARES)
                ),
                _SHARES,
                self._setting.threads,
                _SHARES,
            )

    def _order(self) -> Tensor:
        return index_order(self._setting.layout.n_wires, self._setting.plan.bits)
