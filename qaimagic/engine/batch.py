"""A circuit on a batch, outside torch's graph: the sweep forward and the sweep back."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from qaimagic.engine import buffers
from qaimagic.engine.circuit import Circuit
from qaimagic.engine.kernels import angles as angle_kernels
from qaimagic.engine.kernels.backward import backward
from qaimagic.engine.kernels.forward import forward
from qaimagic.engine.kernels.measures import measure, measure_back
from qaimagic.engine.kernels.tables import fill_tables
from qaimagic.engine.layout import Layout, index_order, lane_signs, layout_for
from qaimagic.engine.memory import rows_at_once
from qaimagic.engine.program import KEPT_TABLE_BITS, Settled, is_real, plan
from qaimagic.engine.workers import n_threads, run_parts

_STATES = 4
_SAMPLES_IN_ROW = 16
_ONE_THREAD_WORK = 20_000
_SHARE_WORK = 10_000_000
_SHARED_OUT_ROWS = 1 << 14
_SHARES = 8

Floating = NDArray[np.floating[Any]]


class Batch:
    """The runs of a batch: one, or several one after the other where memory is short.

    Args:
        circuit: The circuit.
        shared: The parameters that all samples share, (n_shared,).
        varied: The parameters by sample, (batch, n_varied).
        start: The start state, (2**n_wires,) or (batch, 2**n_wires), or None for all zeros.

    Raises:
        MemoryNeedError: If one sample's states do not fit into memory.
    """

    def __init__(
        self, circuit: Circuit, shared: Tensor, varied: Tensor, start: Tensor | None
    ) -> None:
        size = varied.shape[0]
        states = _STATES // 2 if is_real(circuit, from_zeros=start is None) else _STATES
        at_once = rows_at_once(
            circuit.n_wires, size, varied.element_size(), states=states, lanes=_SAMPLES_IN_ROW
        )
        if at_once >= size:
            self._runs = [_Run(circuit, shared, varied, start)]
            return
        by_sample = start is not None and start.dim() > 1
        self._runs = [
            _Run(
                circuit,
                shared,
                varied[first : first + at_once],
                start[first : first + at_once] if start is not None and by_sample else start,
            )
            for first in range(0, size, at_once)
        ]

    def answer(self) -> Tensor:
        """Return expectation values, (batch, n_words), or without words the final states."""
        if len(self._runs) == 1:
            return self._runs[0].answer()
        answers = []
        for run in self._runs:
            answers.append(run.answer())
            run.forget()
        return torch.cat(answers)

    def changes(self, change: Tensor) -> tuple[Tensor, Tensor, Tensor | None]:
        """Return the cotangents of the shared and varied parameters and of the start states."""
        if len(self._runs) == 1:
            return self._runs[0].changes(change)
        parts = torch.split(change, [run.size for run in self._runs])
        found = [run.changes(part) for run, part in zip(self._runs, parts, strict=True)]
        shared, varied, start = zip(*found, strict=True)
        to_start = None if start[0] is None else torch.cat(start)
        return torch.stack(shared).sum(0), torch.cat(varied), to_start

    def forget(self) -> None:
        """Let go of the states that :meth:`changes` would start from."""
        for run in self._runs:
            run.forget()


class _Run:
    """One circuit on samples that run at the same time."""

    def __init__(
        self, circuit: Circuit, shared: Tensor, varied: Tensor, start: Tensor | None
    ) -> None:
        self.size = varied.shape[0]
        self._circuit = circuit
        from_zeros = start is None
        self._layout: Layout = layout_for(
            circuit.n_wires,
            self.size,
            varied.dtype,
            is_real=is_real(circuit, from_zeros=from_zeros),
        )
        self._plan = plan(circuit, self._layout.row_bits, from_zeros=from_zeros)
        self._shared = np.ascontiguousarray(shared.detach().numpy())
        self._varied = np.ascontiguousarray(varied.detach().numpy())
        self._start = None if start is None else start.detach()
        self._rows: Tensor | None = None
        self._settled = self._settle()

    def answer(self) -> Tensor:
        """Return what the circuit asks for, and keep the states."""
        layout, program = self._layout, self._plan.program
        state = self._forward()
        if not self._circuit.words:
            return layout.to_amplitudes(torch.from_numpy(state), self._order())
        n_shares = self._shares()
        sums = np.zeros((layout.n_groups, n_shares, program.masks.size, layout.lanes), self._dtype)
        self._sweep(measure, state, sums)
        values = np.empty((self.size, program.masks.size), self._dtype)
        angle_kernels.collect_values(program, layout.lane_bits, sums, values)
        return torch.from_numpy(values)

    def forget(self) -> None:
        """Let go of the states; they are worked out anew if cotangents are asked for."""
        if self._rows is not None:
            buffers.give(self._rows)
        self._rows = None

    def changes(self, change: Tensor) -> tuple[Tensor, Tensor, Tensor | None]:
        """Return the cotangents of the shared and varied parameters and of the start states."""
        layout, program = self._layout, self._plan.program
        if self._rows is None:
            self._forward()
        # Taken away first: after an interrupt on the way back nothing may start from them.
        rows, self._rows = self._rows, None
        assert rows is not None
        state = rows.numpy()
        if self._circuit.words:
            weights = np.empty((layout.n_groups, program.masks.size, layout.lanes), self._dtype)
            angle_kernels.spread_weights(
                program, layout.lane_bits, change.contiguous().numpy(), weights
            )
            corows = buffers.take(layout.shape, layout.dtype)
            self._sweep(measure_back, state, weights, corows.numpy())
        else:
            corows = layout.to_rows(change, self._order())
        n_shares = self._shares()
        turns = np.zeros(
            (layout.n_tiles, n_shares, program.steps.shape[0], 2, layout.lanes), self._dtype
        )
        phases = np.zeros((layout.n_tiles, n_shares, program.terms.size, layout.lanes), self._dtype)
        self._passes(backward, -1, state, corows.numpy(), turns, phases)
        shared = np.zeros(self._shared.shape, self._dtype)
        varied = np.zeros(self._varied.shape, self._dtype)
        angle_kernels.collect_changes(
            program, layout.lane_bits, layout.is_real, turns, phases, shared, varied
        )
        buffers.give(rows)
        if self._start is None:
            buffers.give(corows)
            return torch.from_numpy(shared), torch.from_numpy(varied), None
        to_start = layout.to_amplitudes(corows, torch.arange(1 << layout.n_wires))
        return torch.from_numpy(shared), torch.from_numpy(varied), to_start

    @property
    def _dtype(self) -> Any:
        return self._varied.dtype

    def _settle(self) -> Settled:
        """Work out the angles, and the tables of phases that all samples share."""
        program, layout = self._plan.program, self._layout
        n_angles = -(-program.rows.size // layout.lanes) * layout.lanes
        angles = np.zeros(n_angles, self._dtype)
        turns = np.empty((2, n_angles), self._dtype)
        lane_angles = np.empty((layout.n_groups, self._plan.n_rows, layout.lanes), self._dtype)
        lane_turns = np.empty((layout.n_groups, self._plan.n_rows, 2, layout.lanes), self._dtype)
        angle_kernels.settle_angles(
            program,
            self._shared,
            self._varied,
            layout.lane_bits,
            angles,
            turns,
            lane_angles,
            lane_turns,
        )
        table_bits = layout.lanes.bit_length() - 1
        n_table_rows = max(1, (1 << min(layout.n_wires, KEPT_TABLE_BITS)) >> table_bits)
        tables = np.empty((self._plan.n_tables, 2, n_table_rows * layout.lanes), self._dtype)
        if self._plan.n_tables:
            fill_tables(program, angles, n_table_rows, table_bits, tables)
        signs = lane_signs(layout.dtype)
        return Settled(
            layout.lane_bits,
            layout.is_real,
            signs,
            angles,
            turns,
            lane_angles,
            lane_turns,
            tables,
        )

    def _forward(self) -> Floating:
        self._rows = self._start_rows()
        state: Floating = self._rows.numpy()
        self._passes(forward, 1, state)
        return state

    def _start_rows(self) -> Tensor:
        layout = self._layout
        if self._start is not None:
            amplitudes = self._start.expand(self.size, -1)
            return layout.to_rows(amplitudes, torch.arange(1 << layout.n_wires))
        rows = buffers.take(layout.shape, layout.dtype).zero_()
        if layout.lane_bits:
            rows[:, 0, 0, 0] = 1
        else:
            rows[:, 0, : 1 + layout.is_real] = 1
        return rows

    def _passes(self, kernel: Any, direction: int, *arrays: Floating) -> None:
        """Run ``kernel`` for all passes, one by one where each is shared out."""
        program, layout = self._plan.program, self._layout
        n_passes = program.passes.shape[0]
        if self._shares() == 1:

            def tiles(_: int, start: int, stop: int) -> None:
                kernel(
                    program,
                    (start, stop),
                    (0, n_passes),
                    (0, 1),
                    self._settled,
                    *arrays,
                )

            run_parts(tiles, layout.n_tiles, *self._division())
            return
        for tile in range(layout.n_tiles):
            for number in range(n_passes)[::direction]:

                def part(
                    share: int, start: int, stop: int, tile: int = tile, number: int = number
                ) -> None:
                    del start, stop
                    kernel(
                        program,
                        (tile, tile + 1),
                        (number, number + 1),
                        (share, _SHARES),
                        self._settled,
                        *arrays,
                    )

                run_parts(part, _SHARES, n_threads(), _SHARES)

    def _sweep(self, kernel: Any, *arrays: Floating) -> None:
        """Run a kernel of words, over tiles or over shares of them."""
        program, layout = self._plan.program, self._layout
        n_shares = self._shares()

        def tiles(_: int, start: int, stop: int) -> None:
            kernel(program, (start, stop), (0, 1), layout.lane_bits, layout.is_real, *arrays)

        def part(share: int, start: int, stop: int) -> None:
            del start, stop
            kernel(
                program,
                (0, layout.n_tiles),
                (share, n_shares),
                layout.lane_bits,
                layout.is_real,
                *arrays,
            )

        if n_shares == 1:
            run_parts(tiles, layout.n_tiles, *self._division())
        else:
            run_parts(part, n_shares, n_threads(), n_shares)

    def _shares(self) -> int:
        few = self._layout.n_tiles < max(2, n_threads())
        return _SHARES if few and self._layout.n_rows >= _SHARED_OUT_ROWS else 1

    def _division(self) -> tuple[int, int]:
        """Return how many threads are worth it, and into how many shares the tiles go.

        An interrupt waits for the shares that run, so none takes much longer than a tenth of a
        second, as long as a tile does not.
        """
        work = self._layout.n_tiles * self._layout.n_rows * len(self._plan.program.steps)
        threads = 1 if work < _ONE_THREAD_WORK else n_threads()
        return threads, max(threads, work // _SHARE_WORK)

    def _order(self) -> Tensor:
        return index_order(self._layout.n_wires, self._plan.bits)
