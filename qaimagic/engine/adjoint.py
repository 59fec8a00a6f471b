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

from qaimagic._clock import Phase
from qaimagic.engine import eager
from qaimagic.engine.batch import runs_for
from qaimagic.engine.circuit import Circuit


class _Answer(torch.autograd.Function):
    """Expectation values, or states where the circuit has no words."""

    @staticmethod
    def forward(
        ctx: Any, circuit: Circuit, shared: Tensor, varied: Tensor, start: Tensor | None
    ) -> Tensor:
        ctx.circuit = circuit
        ctx.runs = runs_for(circuit, shared, varied, start)
        ctx.save_for_backward(shared, varied, start)
        answer: Tensor = ctx.runs.answer()
        return answer

    @staticmethod
    def backward(ctx: Any, change: Tensor) -> tuple[Any, ...]:
        if torch._C._functorch.is_legacy_batchedtensor(change):
            return None, *_in_plain_torch(ctx.circuit, change, *ctx.saved_tensors)
        if torch.is_grad_enabled():
            shared, varied, start = ctx.saved_tensors
            found = _Change.apply(ctx.circuit, change, shared.reshape(-1), varied, start)  # type: ignore[no-untyped-call]
            return None, found[0].reshape(shared.shape), *found[1:]
        with Phase("executing"):
            shared, varied, to_start = ctx.runs.changes(change)
        return None, shared, varied, _summed_like(to_start, ctx.saved_tensors[2])


class _MappedAnswer(torch.autograd.Function):
    """The same for ``torch.func``, whose transforms ask for a context set up apart."""

    @staticmethod
    def forward(circuit: Circuit, shared: Tensor, varied: Tensor, start: Tensor | None) -> Tensor:
        return _without_graph(circuit, shared, varied, start)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        del output
        ctx.circuit, *tensors = inputs
        ctx.save_for_backward(*tensors)

    @staticmethod
    def backward(ctx: Any, change: Tensor) -> tuple[Any, ...]:
        return None, *_Change.apply(ctx.circuit, change, *ctx.saved_tensors)  # type: ignore[no-untyped-call]

    @staticmethod
    def vmap(info: Any, in_dims: Any, circuit: Circuit, *tensors: Any) -> tuple[Tensor, int]:
        flat = _flattened(info.batch_size, in_dims[1:], circuit, *tensors)
        answer: Tensor = _MappedAnswer.apply(*flat)  # type: ignore[no-untyped-call]
        return torch.unflatten(answer, 0, (info.batch_size, -1)), 0


class _Change(torch.autograd.Function):
    """The cotangents of an answer's tensors; its own derivatives are plain torch's."""

    @staticmethod
    def forward(
        circuit: Circuit, change: Tensor, shared: Tensor, varied: Tensor, start: Tensor | None
    ) -> tuple[Tensor, Tensor, Tensor | None]:
        with Phase("executing"):
            found = runs_for(circuit, shared, varied, start).changes(change)
        to_shared, to_varied, to_start = found
        return to_shared, to_varied, _summed_like(to_start, start)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        del output
        ctx.circuit, *tensors = inputs
        ctx.save_for_backward(*tensors)

    @staticmethod
    def backward(ctx: Any, *directions: Tensor) -> tuple[Any, ...]:
        create_graph = torch.is_grad_enabled()
        with torch.enable_grad():
            # Aliases: what ``change`` itself was made from is no business of this derivative.
            tensors = [
                tensor
                if tensor is None
                else tensor.view_as(tensor)
                if tensor.requires_grad
                else tensor.detach().requires_grad_()
                for tensor in ctx.saved_tensors
            ]
            change, *inputs = tensors
            function: Any = eager.expvals if ctx.circuit.words else eager.state
            answer = function(ctx.circuit, *inputs)
            if not answer.requires_grad:
                return (None, *(None for _ in tensors))
            given = [tensor for tensor in inputs if tensor is not None]
            first = torch.autograd.grad(
                answer, given, change, create_graph=True, materialize_grads=True
            )
            followed = [
                (gradient, direction)
                for gradient, direction in zip(first, directions, strict=False)
                if gradient.requires_grad
            ]
            second = iter(
                torch.autograd.grad(
                    [gradient for gradient, _ in followed],
                    [tensors[0], *given],
                    [direction for _, direction in followed],
                    create_graph=create_graph,
                    materialize_grads=True,
                )
            )
        return None, *(None if tensor is None else next(second) for tensor in tensors)

    @staticmethod
    def vmap(
        info: Any, in_dims: Any, circuit: Circuit, change: Tensor, *tensors: Any
    ) -> tuple[Any, Any]:
        size = info.batch_size
        start, start_dim = tensors[2], in_dims[4]
        flat_circuit, *flat = _flattened(size, in_dims[2:], circuit, *tensors, apart=True)
        flat_change = _leading(change, in_dims[1], size).flatten(0, 1)
        _, to_all, to_start = _Change.apply(flat_circuit, flat_change, *flat)  # type: ignore[no-untyped-call]
        to_all = to_all.unflatten(0, (size, -1))
        to_shared = to_all[..., : circuit.n_shared].sum(1)
        to_varied = to_all[..., circuit.n_shared :]
        if start is None:
            return (to_shared, to_varied, None), (0, 0, None)
        to_start = to_start.unflatten(0, (size, -1))
        is_one_state = start.dim() - (start_dim is not None) == 1
        return (to_shared, to_varied, to_start.sum(1) if is_one_state else to_start), (0, 0, 0)


def answer(circuit: Circuit, shared: Tensor, varied: Tensor, start: Tensor | None) -> Tensor:
    """Return what ``circuit`` asks for: its words' expectation values, or the final states.

    Args:
        circuit: The circuit.
        shared: The parameters that all samples share, n_shared numbers in any shape.
        varied: The parameters by sample, (batch, n_varied).
        start: The start state, (2**n_wires,) or (batch, 2**n_wires), or None for all zeros.

    Returns:
        A tensor of shape (batch, n_words), or (batch, 2**n_wires) and complex.
    """
    if torch._C._are_functorch_transforms_active():
        kind: Any = _MappedAnswer
        shared = shared.reshape(-1)
    elif torch.is_grad_enabled() and (
        shared.requires_grad or varied.requires_grad or (start is not None and start.requires_grad)
    ):
        kind = _Answer
    else:
        return _without_graph(circuit, shared, varied, start)
    found: Tensor = kind.apply(circuit, shared, varied, start)
    return found


def _without_graph(
    circuit: Circuit, shared: Tensor, varied: Tensor, start: Tensor | None
) -> Tensor:
    runs = runs_for(circuit, shared, varied, start)
    answer = runs.answer()
    runs.forget()
    return answer


def _in_plain_torch(
    circuit: Circuit, change: Tensor, *tensors: Tensor | None
) -> tuple[Tensor | None, ...]:
    """Return the tensors' cotangents for many changes at once, which are no tensor with memory.

    That is how ``torch.autograd`` batches gradients (``is_grads_batched``, vectorized Jacobians).
    """
    function: Any = eager.expvals if circuit.words else eager.state
    create_graph = torch.is_grad_enabled()
    with torch.enable_grad():
        answer = function(circuit, *tensors)
        given = [tensor for tensor in tensors if tensor is not None and tensor.requires_grad]
        found = torch.autograd.grad(
            answer, given, change, create_graph=create_graph, materialize_grads=True
        )
    changes = iter(found)
    return tuple(
        next(changes) if tensor is not None and tensor.requires_grad else None for tensor in tensors
    )


def _summed_like(change: Tensor | None, start: Tensor | None) -> Tensor | None:
    if start is None or change is None:
        return None
    return change if start.dim() > 1 else change.sum(0)


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
