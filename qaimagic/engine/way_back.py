"""Time on the way back through a circuit that torch or PennyLane differentiates, for the clock.

The compiled engine's way back is one function, which times itself. Any other one is many nodes of
torch's graph, between the gradients of the answers and those of the parameters.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeGuard

import torch
from torch import Tensor
from torch.autograd.graph import register_multi_grad_hook

from qaimagic._clock import PhaseName, running_clock


def follow_back(parameters: Iterable[object], answers: Iterable[object]) -> None:
    """Let the way from the answers back to the parameters count as executing, if a clock runs.

    Args:
        parameters: What the circuit was given; what needs no gradient is left out.
        answers: What it answered.
    """
    clock = running_clock()
    if clock is None or torch._C._are_functorch_transforms_active():
        return
    told = [tensor for tensor in answers if _is_followed(tensor)]
    if not told:
        return
    given = [tensor for tensor in parameters if _is_followed(tensor)]
    before: list[PhaseName] = []

    def begin(_: Tensor) -> None:
        if not before:
            before.append(clock.turn("executing"))

    def end(_: object) -> None:
        if before:
            clock.turn(before.pop())

    if given:
        register_multi_grad_hook(given, end, mode="all")
        for tensor in told:
            tensor.register_hook(begin)  # type: ignore[no-untyped-call]


def _is_followed(value: object) -> TypeGuard[Tensor]:
    return isinstance(value, Tensor) and value.requires_grad
