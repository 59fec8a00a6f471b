"""The compiled engine in torch: one sweep forward, and for gradients one sweep back.

References:
    Jones and Gacon, Efficient calculation of gradients in classical simulations of variational
    quantum algorithms (2020), arXiv:2009.02823.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from qaimagic.engine import eager
from qaimagic.engine.circuit import Circuit
from qaimagic.engine.kernels import angles as angle_kernels
from qaimagic.engine.kernels import sweeps
from qaimagic.engine.layout import Layout, index_order, lane_signs, layout_for
from qaimagic.engine.program import Plan, plan
from qaimagic.engine.workers import n_threads, run_parts


class Run:
    """One circuit on one batch: the angles, the states, and the sweeps over them."""

    def __init__(
        self, circuit: Circuit, shared: Tensor, varied: Tensor, start: Tensor | None
    ) -> None:
        self.circuit = circuit
        self.plan: Plan = plan(circuit, from_zeros=start is None)
        self.layout: Layout = layout_for(circuit.n_wires, varied.shape[0], varied.dtype)
        self.shared = np.ascontiguousarray(shared.detach().numpy())
        self.varied = np.ascontiguousarray(varied.detach().numpy())
        self.start = None if start is None else start.detach()
        self._settle()
        self._state: Tensor | None = None

    def _settle(self) -> None:
        program, layout = self.plan.program, self.layout
        dtype = self.varied.dtype
        self.angles = np.empty(program.rows.size, dtype)
        self.turns = np.empty(2 * program.rows.size, dtype)
        shape = (layout.n_tiles, program.n_rows)
        self.lane_angles = np.empty((*shape, layout.lanes), dtype)
        self.lane_turns = np.empty((*shape, 2, layout.lanes), dtype)
        angle_kernels.settle_angles(
            program,
            self.shared,
            self.varied,
            layout.lane_bits,
            self.angles,
            self.turns,
            self.lane_angles,
            self.lane_turns,
        )
        table_bits = layout.lanes.bit_length() - 1
        n_table_rows = max(1, (1 << layout.n_wires) >> table_bits)
        self.tables = np.empty((self.plan.n_tables, 2, n_table_rows * layout.lanes), dtype)
        if self.plan.n_tables:
            sweeps.fill_tables(program, self.angles, n_table_rows, table_bits, self.tables)

    def forward(self) -> tuple[Tensor, np.ndarray[Any, Any]]:
        """Return the final states as rows, and the words' sums (n_tiles, n_words, lanes)."""
        layout, program = self.layout, self.plan.program
        state = self._start_rows()
        values = np.zeros((layout.n_tiles, program.masks.size, layout.lanes), self.varied.dtype)
        rows = state.numpy()

        def part(_: int, first: int, last: int) -> None:
            sweeps.forward(
                program,
                first,
                last,
                layout.lane_bits,
                lane_signs(layout.dtype),
                self.turns,
                self.lane_angles,
                self.lane_turns,
                self.tables,
                rows,
                values,
            )

        run_parts(part, layout.n_tiles, self._threads())
        self._state = state
        return state, values

    def backward(
        self, weights: np.ndarray[Any, Any], costate: Tensor | None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return the cotangents of the shared and varied parameters, and of the start's rows."""
        layout, program = self.layout, self.plan.program
        if self._state is None:
            self.forward()
        state, self._state = self._state, None
        assert state is not None
        costate = torch.empty_like(state) if costate is None else costate
        dtype = self.varied.dtype
        turn_changes = np.empty((layout.n_tiles, program.steps.shape[0], 2, layout.lanes), dtype)
        phase_changes = np.zeros((layout.n_tiles, program.terms.size, layout.lanes), dtype)
        rows, corows = state.numpy(), costate.numpy()

        def part(_: int, first: int, last: int) -> None:
            sweeps.backward(
                program,
                first,
                last,
                layout.lane_bits,
                lane_signs(layout.dtype),
                self.turns,
                self.lane_angles,
                self.lane_turns,
                self.tables,
                rows,
                corows,
                weights,
                turn_changes,
                phase_changes,
            )

        run_parts(part, layout.n_tiles, self._threads())
        shared_change = np.zeros(self.shared.shape, dtype)
        varied_change = np.zeros(self.varied.shape, dtype)
        angle_kernels.collect_changes(
            program, layout.lane_bits, turn_changes, phase_changes, shared_change, varied_change
        )
        return torch.from_numpy(shared_change), torch.from_numpy(varied_change), costate

    def to_values(self, sums: np.ndarray[Any, Any]) -> Tensor:
        """Return the words' sums as expectation values, (batch, n_words)."""
        program, layout = self.plan.program, self.layout
        by_sample = sums[:, :, 0] if layout.lane_bits else sums.transpose(0, 2, 1)
        grouped = by_sample.reshape(-1, program.masks.size)[: layout.batch] * program.factors
        values = np.empty(grouped.shape, self.varied.dtype)
        values[:, program.order] = grouped
        return torch.from_numpy(values)

    def to_weights(self, change: Tensor) -> np.ndarray[Any, Any]:
        """Return cotangents of expectation values as those of the words' sums."""
        program, layout = self.plan.program, self.layout
        grouped = change.numpy()[:, program.order] * program.factors
        if layout.lane_bits:
            lanes = np.repeat(grouped[:, :, None], layout.lanes, axis=2)
        else:
            lanes = np.zeros((layout.n_tiles * layout.lanes, program.masks.size))
            lanes[: layout.batch] = grouped
            lanes = lanes.reshape(layout.n_tiles, layout.lanes, -1).transpose(0, 2, 1)
        return np.ascontiguousarray(lanes, self.varied.dtype)

    def order(self) -> Tensor:
        """Return for each amplitude by wires the index where it lies at the end."""
        return index_order(self.circuit.n_wires, self.plan.bits)

    def first_order(self) -> Tensor:
        """Return for each amplitude by wires the index where it lies at the start."""
        return torch.arange(1 << self.circuit.n_wires)

    def _start_rows(self) -> Tensor:
        layout = self.layout
        if self.start is not None:
            amplitudes = self.start.expand(layout.batch, -1)
            return layout.to_rows(amplitudes, self.first_order())
        rows = torch.zeros(layout.n_tiles, layout.n_rows, 2, layout.lanes, dtype=layout.dtype)
        rows[:, 0, 0, slice(0, 1) if layout.lane_bits else slice(None)] = 1
        return rows

    def _threads(self) -> int:
        work = self.layout.n_tiles * self.layout.n_rows * len(self.plan.program.steps)
        return 1 if work < 20_000 else n_threads()


class _Expvals(torch.autograd.Function):
    @staticmethod
    def forward(
        circuit: Circuit, shared: Tensor, varied: Tensor, start: Tensor | None
    ) -> tuple[Tensor, Run]:
        run = Run(circuit, shared, varied, start)
        _, sums = run.forward()
        return run.to_values(sums), run

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, Run]) -> None:
        ctx.circuit, shared, varied, start = inputs
        ctx.run = output[1]
        ctx.save_for_backward(shared, varied, start)

    @staticmethod
    def backward(ctx: Any, change: Tensor, _: Any) -> tuple[Any, ...]:
        if torch.is_grad_enabled():
            return (None, *_eager_backward(ctx, eager.expvals, change))
        run: Run = ctx.run
        shared, varied, costate = run.backward(run.to_weights(change.contiguous()), None)
        return None, shared, varied, _start_change(ctx, run, costate)

    @staticmethod
    def vmap(
        info: Any,
        in_dims: tuple[Any, ...],
        circuit: Circuit,
        shared: Tensor,
        varied: Tensor,
        start: Tensor | None,
    ) -> tuple[Any, Any]:
        flat = _flattened(info.batch_size, in_dims, circuit, shared, varied, start)
        values, run = _Expvals.apply(*flat)
        return (values.unflatten(0, (info.batch_size, -1)), run), (0, None)


class _State(torch.autograd.Function):
    @staticmethod
    def forward(
        circuit: Circuit, shared: Tensor, varied: Tensor, start: Tensor | None
    ) -> tuple[Tensor, Run]:
        run = Run(circuit, shared, varied, start)
        rows, _ = run.forward()
        return run.layout.to_amplitudes(rows, run.order()), run

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, Run]) -> None:
        ctx.circuit, shared, varied, start = inputs
        ctx.run = output[1]
        ctx.save_for_backward(shared, varied, start)

    @staticmethod
    def backward(ctx: Any, change: Tensor, _: Any) -> tuple[Any, ...]:
        if torch.is_grad_enabled():
            return (None, *_eager_backward(ctx, eager.state, change))
        run: Run = ctx.run
        costate = run.layout.to_rows(change, run.order())
        no_words = np.empty((run.layout.n_tiles, 0, run.layout.lanes), run.varied.dtype)
        shared, varied, costate = run.backward(no_words, costate)
        return None, shared, varied, _start_change(ctx, run, costate)

    @staticmethod
    def vmap(
        info: Any,
        in_dims: tuple[Any, ...],
        circuit: Circuit,
        shared: Tensor,
        varied: Tensor,
        start: Tensor | None,
    ) -> tuple[Any, Any]:
        flat = _flattened(info.batch_size, in_dims, circuit, shared, varied, start)
        state, run = _State.apply(*flat)
        return (state.unflatten(0, (info.batch_size, -1)), run), (0, None)


def expvals(
    circuit: Circuit, shared: Tensor, varied: Tensor, start: Tensor | None = None
) -> Tensor:
    """Return the words' expectation values, (batch, n_words); see :mod:`qaimagic.engine.run`."""
    values: Tensor = _Expvals.apply(circuit, shared, varied, start)[0]
    return values


def state(circuit: Circuit, shared: Tensor, varied: Tensor, start: Tensor | None = None) -> Tensor:
    """Return the final states, (batch, 2**n_wires); see :mod:`qaimagic.engine.run`."""
    amplitudes: Tensor = _State.apply(circuit, shared, varied, start)[0]
    return amplitudes


def _start_change(ctx: Any, run: Run, costate: Tensor) -> Tensor | None:
    start = ctx.saved_tensors[2]
    if start is None or not ctx.needs_input_grad[3]:
        return None
    change = run.layout.to_amplitudes(costate, run.first_order())
    return change if start.dim() > 1 else change.sum(0)


def _eager_backward(ctx: Any, function: Any, change: Tensor) -> list[Tensor | None]:
    inputs = ctx.saved_tensors
    wanted = [i for i in range(3) if ctx.needs_input_grad[i + 1]]
    answer = function(ctx.circuit, *inputs)
    found = torch.autograd.grad(
        answer, [inputs[i] for i in wanted], change, create_graph=True, allow_unused=True
    )
    changes: list[Tensor | None] = [None, None, None]
    for i, gradient in zip(wanted, found, strict=True):
        changes[i] = gradient
    return changes


def _flattened(
    size: int,
    in_dims: tuple[Any, ...],
    circuit: Circuit,
    shared: Tensor,
    varied: Tensor,
    start: Tensor | None,
) -> tuple[Circuit, Tensor, Tensor, Tensor | None]:
    """Return the arguments of one call that stands for ``size`` calls, batch by batch."""
    _, shared_dim, varied_dim, start_dim = in_dims
    many = _leading(varied, varied_dim, size)
    if start is not None:
        batch = many.shape[1]
        start = _leading(start, start_dim, size)
        start = start if start.dim() > 2 else start.unsqueeze(1)
        start = start.expand(size, batch, -1).flatten(0, 1)
    if shared_dim is None:
        return circuit, shared, many.flatten(0, 1), start
    by_sample = _leading(shared, shared_dim, size).unsqueeze(1).expand(size, many.shape[1], -1)
    everything = torch.cat([by_sample, many], dim=-1).flatten(0, 1)
    all_varied = replace(circuit, n_shared=0, n_varied=circuit.n_shared + circuit.n_varied)
    return all_varied, shared.new_zeros(0), everything, start


def _leading(tensor: Tensor, dim: int | None, size: int) -> Tensor:
    return tensor.expand(size, *tensor.shape) if dim is None else tensor.movedim(dim, 0)
