"""Runs noise in pieces that fit into memory; for gradients a piece is run again on the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from qaimagic.engine.memory import rows_at_once, state_bytes
from qaimagic.engine.noise.circuit import NoisyCircuit

_WORKING_STATES = 8
_STATES_OF_PIECE = 4
_CACHED_BYTES = 1 << 23


def rows_that_fit(
    n_wires: int, n_rows: int, like: Tensor, noisy: NoisyCircuit, kraus: Sequence[Tensor]
) -> int:
    """Return how many states of ``n_wires`` run at a time, with all that a way back needs.

    Args:
        n_wires: The number of wires of a state; twice those of a density matrix.
        n_rows: The number of states.
        like: A real tensor of the precision.
        noisy: The gates and channels: for gradients each piece between channels keeps states.
        kraus: The Kraus matrices of the channels, which keep a state each where they are trained.

    Raises:
        MemoryNeedError: If not even one fits.
    """
    states = _WORKING_STATES
    if torch.is_grad_enabled():
        states += _STATES_OF_PIECE * sum(bool(piece.operations) for piece in noisy.pieces())
        states += sum(one.requires_grad for one in kraus)
    return rows_at_once(n_wires, n_rows, like.element_size(), states=states)


def rows_in_cache(n_wires: int, like: Tensor) -> int:
    """Return how many states of ``n_wires`` run best at a time: more are slowed by fresh memory.

    Args:
        n_wires: The number of wires of a state.
        like: A real tensor of the precision.
    """
    return max(1, _CACHED_BYTES // state_bytes(n_wires, like.element_size()))


def run_again_backwards(run: Callable[..., Tensor], *tensors: Tensor | None) -> Tensor:
    """Return ``run(*tensors)``, keeping nothing but the tensors; first derivatives alone.

    Args:
        run: Gives the same answer whenever it is called.
        tensors: All that it depends on differentiably.
    """
    if not torch.is_grad_enabled():
        return run(*tensors)
    answer: Tensor = _RunAgain.apply(run, *tensors)  # type: ignore[no-untyped-call]
    return answer


class _RunAgain(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, run: Callable[..., Tensor], *tensors: Tensor | None) -> Tensor:
        ctx.run = run
        ctx.save_for_backward(*tensors)
        return run(*tensors)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, change: Tensor) -> tuple[Any, ...]:
        needed = ctx.needs_input_grad[1:]
        with torch.enable_grad():
            again = [
                tensor if tensor is None else tensor.detach().requires_grad_(need)
                for tensor, need in zip(ctx.saved_tensors, needed, strict=True)
            ]
            answer = ctx.run(*again)
            wanted = [tensor for tensor in again if tensor is not None and tensor.requires_grad]
            found = iter(torch.autograd.grad(answer, wanted, change, materialize_grads=True))
        return None, *(next(found) if need else None for need in needed)
