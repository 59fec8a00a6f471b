"""The compiled engine in torch: one sweep forward, and for gradients one sweep back.

References:
    Jones and Gacon, Efficient calculation of gradients in classical simulations of variational
    quantum algorithms (2020), arXiv:2009.02823.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from qaimagic.engine import eager
from qaimagic.engine.batch import Batch
from qaimagic.engine.circuit import Circuit


class _Answer(torch.autograd.Function):
    """Expectation values, or states where the circuit has no words."""

    @staticmethod
    def forward(
        circuit: Circuit, kept: list[Batch], shared: Tensor, varied: Tensor, start: Tensor | None
    ) -> Tensor:
        batch = Batch(circuit, shared, varied, start)
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
        kept: list[Batch],
        change: Tensor,
        shared: Tensor,
        varied: Tensor,
        start: Tensor | None,
    ) -> tuple[Tensor, Tensor, Tensor | None]:
        batch = kept.pop() if kept else Batch(circuit, shared, varied, start)
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
