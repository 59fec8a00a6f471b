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
from qaimagic.engine.memory import rows_at_once
from qaimagic.engine.program import Plan, plan
from qaimagic.engine.workers import n_threads, run_parts

_STATES = 4
_LANES = 8


class _Run:
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

    def expvals(self, *, keep: bool) -> Tensor:
        """Return the words' expectation values; ``keep`` the states for :meth:`changes`."""
        _, sums = self._forward()
        if not keep:
            self._state = None
        return self._to_values(sums)

    def states(self, *, keep: bool) -> Tensor:
        """Return the final states; ``keep`` their rows for :meth:`changes`."""
        rows, _ = self._forward()
        if not keep:
            self._state = None
        return self.layout.to_amplitudes(rows, self._order())

    def changes(self, change: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the cotangents of the shared and varied parameters and of the start states."""
        if self.circuit.words:
            shared, varied, costate = self._backward(self._to_weights(change), None)
        else:
            none = np.empty((self.layout.n_tiles, 0, self.layout.lanes), self.varied.dtype)
            shared, varied, costate = self._backward(
                none, self.layout.to_rows(change, self._order())
            )
        if self.start is None:
            return shared, varied, costate
        return shared, varied, self.layout.to_amplitudes(costate, self._first_order())

    def _forward(self) -> tuple[Tensor, np.ndarray[Any, Any]]:
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

    def _backward(
        self, weights: np.ndarray[Any, Any], costate: Tensor | None
    ) -> tuple[Tensor, Tensor, Tensor]:
        layout, program = self.layout, self.plan.program
        state = self._forward()[0] if self._state is None else self._state
        self._state = None
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

    def _to_values(self, sums: np.ndarray[Any, Any]) -> Tensor:
        program, layout = self.plan.program, self.layout
        by_sample = sums[:, :, 0] if layout.lane_bits else sums.transpose(0, 2, 1)
        grouped = by_sample.reshape(-1, program.masks.size)[: layout.batch] * program.factors
        values = np.empty(grouped.shape, self.varied.dtype)
        values[:, program.order] = grouped
        return torch.from_numpy(values)

    def _to_weights(self, change: Tensor) -> np.ndarray[Any, Any]:
        program, layout = self.plan.program, self.layout
        grouped = change.numpy()[:, program.order] * program.factors
        if layout.lane_bits:
            lanes = np.repeat(grouped[:, :, None], layout.lanes, axis=2)
        else:
            lanes = np.zeros((layout.n_tiles * layout.lanes, program.masks.size))
            lanes[: layout.batch] = grouped
            lanes = lanes.reshape(layout.n_tiles, layout.lanes, -1).transpose(0, 2, 1)
        return np.ascontiguousarray(lanes, self.varied.dtype)

    def _order(self) -> Tensor:
        return index_order(self.circuit.n_wires, self.plan.bits)

    def _first_order(self) -> Tensor:
        return torch.arange(1 << self.circuit.n_wires)

    def _start_rows(self) -> Tensor:
        layout = self.layout
        if self.start is not None:
            amplitudes = self.start.expand(layout.batch, -1)
            return layout.to_rows(amplitudes, self._first_order())
        rows = torch.zeros(layout.n_tiles, layout.n_rows, 2, layout.lanes, dtype=layout.dtype)
        rows[:, 0, 0, slice(0, 1) if layout.lane_bits else slice(None)] = 1
        return rows

    def _threads(self) -> int:
        work = self.layout.n_tiles * self.layout.n_rows * len(self.plan.program.steps)
        return 1 if work < 20_000 else n_threads()


class _Batch:
    """The runs of a batch: one, or several one after the other where memory is short."""

    def __init__(
        self, circuit: Circuit, shared: Tensor, varied: Tensor, start: Tensor | None
    ) -> None:
        size = varied.shape[0]
        at_once = rows_at_once(
            circuit.n_wires, size, varied.element_size(), states=_STATES, lanes=_LANES
        )
        self.runs = [
            _Run(
                circuit,
                shared,
                varied[first : first + at_once],
                start if start is None or start.dim() == 1 else start[first : first + at_once],
            )
            for first in range(0, size, at_once)
        ]

    def expvals(self) -> Tensor:
        """Return the expectation values, (batch, n_words)."""
        return torch.cat([run.expvals(keep=len(self.runs) == 1) for run in self.runs])

    def states(self) -> Tensor:
        """Return the final states, (batch, 2**n_wires)."""
        return torch.cat([run.states(keep=len(self.runs) == 1) for run in self.runs])

    def changes(self, change: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the cotangents of the shared and varied parameters and of the start states."""
        parts = change.split([run.layout.batch for run in self.runs])
        found = [run.changes(part) for run, part in zip(self.runs, parts, strict=True)]
        shared, varied, start = zip(*found, strict=True)
        return torch.stack(shared).sum(0), torch.cat(varied), torch.cat(start)


class _Answer(torch.autograd.Function):
    """Expectation values, or states where the circuit has no words."""

    @staticmethod
    def forward(
        circuit: Circuit, kept: list[_Batch], shared: Tensor, varied: Tensor, start: Tensor | None
    ) -> Tensor:
        batch = _Batch(circuit, shared, varied, start)
        kept[:] = [batch]
        return batch.expvals() if circuit.words else batch.states()

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        del output
        ctx.circuit, ctx.kept, *tensors = inputs
        ctx.save_for_backward(*tensors)

    @staticmethod
    def backward(ctx: Any, change: Tensor) -> tuple[Any, ...]:
        changes = _Change.apply(ctx.circuit, ctx.kept, change, *ctx.saved_tensors)
        return None, None, *changes

    @staticmethod
    def vmap(
        info: Any, in_dims: Any, circuit: Circuit, kept: Any, *tensors: Tensor | None
    ) -> tuple[Tensor, int]:
        del kept
        flat_circuit, *flat = _flattened(info.batch_size, in_dims[2:], circuit, *tensors)
        return _Answer.apply(flat_circuit, [], *flat).unflatten(0, (info.batch_size, -1)), 0


class _Change(torch.autograd.Function):
    """The cotangents of an answer's tensors; its own derivatives are plain torch's."""

    @staticmethod
    def forward(
        circuit: Circuit,
        kept: list[_Batch],
        change: Tensor,
        shared: Tensor,
        varied: Tensor,
        start: Tensor | None,
    ) -> tuple[Tensor, Tensor, Tensor | None]:
        batch = kept.pop() if kept else _Batch(circuit, shared, varied, start)
        to_shared, to_varied, to_start = batch.changes(change)
        if start is None:
            return to_shared, to_varied, None
        return to_shared, to_varied, to_start if start.dim() > 1 else to_start.sum(0)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        del output
        ctx.circuit, _, *tensors = inputs
        ctx.save_for_backward(*tensors)

    @staticmethod
    def backward(ctx: Any, *directions: Tensor) -> tuple[Any, ...]:
        create_graph = torch.is_grad_enabled()
        with torch.enable_grad():
            tensors = [
                tensor
                if tensor is None or tensor.requires_grad
                else tensor.detach().requires_grad_()
                for tensor in ctx.saved_tensors
            ]
            change, *inputs = tensors
            function = eager.expvals if ctx.circuit.words else eager.state
            given = [tensor for tensor in inputs if tensor is not None]
            first = torch.autograd.grad(
                function(ctx.circuit, *inputs),
                given,
                change,
                create_graph=True,
                materialize_grads=True,
            )
            wanted = [tensor for tensor in tensors if tensor is not None]
            second = iter(
                torch.autograd.grad(
                    first,
                    wanted,
                    directions[: len(given)],
                    create_graph=create_graph,
                    materialize_grads=True,
                )
            )
        return None, None, *(None if tensor is None else next(second) for tensor in tensors)

    @staticmethod
    def vmap(
        info: Any,
        in_dims: Any,
        circuit: Circuit,
        kept: Any,
        change: Tensor,
        *tensors: Tensor | None,
    ) -> tuple[Any, Any]:
        del kept
        size = info.batch_size
        shared_dim, _, start_dim = in_dims[3:]
        shared, varied, start = tensors
        flat_circuit, *flat = _flattened(size, in_dims[3:], circuit, *tensors, apart=True)
        flat_change = _leading(change, in_dims[2], size).flatten(0, 1)
        _, to_all, to_start = _Change.apply(flat_circuit, [], flat_change, *flat)
        to_all = to_all.unflatten(0, (size, -1))
        to_shared = to_all[..., : circuit.n_shared].sum(1)
        to_varied = to_all[..., circuit.n_shared :]
        if to_start is not None:
            to_start = to_start.unflatten(0, (size, -1))
            if start is not None and start.dim() - (start_dim is not None) == 1:
                to_start = to_start.sum(1)
        return (to_shared, to_varied, to_start), (0, 0, None if to_start is None else 0)


def expvals(
    circuit: Circuit, shared: Tensor, varied: Tensor, start: Tensor | None = None
) -> Tensor:
    """Return the words' expectation values; see :func:`qaimagic.engine.run.expvals`."""
    values: Tensor = _Answer.apply(circuit, [], shared, varied, start)
    return values


def state(circuit: Circuit, shared: Tensor, varied: Tensor, start: Tensor | None = None) -> Tensor:
    """Return the final states; see :func:`qaimagic.engine.run.state`."""
    without_words = replace(circuit, words=()) if circuit.words else circuit
    amplitudes: Tensor = _Answer.apply(without_words, [], shared, varied, start)
    return amplitudes


def _flattened(
    size: int,
    in_dims: Any,
    circuit: Circuit,
    shared: Tensor,
    varied: Tensor,
    start: Tensor | None,
    *,
    apart: bool = False,
) -> tuple[Circuit, Tensor, Tensor, Tensor | None]:
    """Return the arguments of one call that stands for ``size`` calls, batch by batch.

    With ``apart`` the shared parameters become parameters by sample also where all calls share
    them, so that each call has cotangents of its own.
    """
    shared_dim, varied_dim, start_dim = in_dims
    many = _leading(varied, varied_dim, size)
    if start is not None:
        start = _leading(start, start_dim, size)
        start = start if start.dim() > 2 else start.unsqueeze(1)
        start = start.expand(size, many.shape[1], -1).flatten(0, 1)
    if shared_dim is None and not apart:
        return circuit, shared, many.flatten(0, 1), start
    by_sample = _leading(shared, shared_dim, size).unsqueeze(1).expand(size, many.shape[1], -1)
    everything = torch.cat([by_sample, many], dim=-1).flatten(0, 1)
    all_varied = replace(circuit, n_shared=0, n_varied=circuit.n_shared + circuit.n_varied)
    return all_varied, shared.new_zeros(0), everything, start


def _leading(tensor: Tensor, dim: int | None, size: int) -> Tensor:
    return tensor.expand(size, *tensor.shape) if dim is None else tensor.movedim(dim, 0)
