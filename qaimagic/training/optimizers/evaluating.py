"""What optimizers have in common that evaluate the loss and need no gradients."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

import torch
from torch import Tensor, nn, optim

from qaimagic._checks import requirement

Evaluate = Callable[[], Tensor]
"""Returns the loss at the weights as they are, as a tensor of one number."""


class Evaluating(optim.Optimizer):
    """An optimizer whose ``step`` takes a function that evaluates the loss, without ``backward``.

    Attributes:
        gradient_free: True, which tells the training loop so.
        refused: The options of a training that make no sense with it, each with the reason.
    """

    gradient_free: ClassVar[bool] = True
    refused: ClassVar[dict[str, str]] = {}

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Take the weights; several groups, as for two learning rates, are refused.

        Raises:
            ValueError: If there is a group already.
        """
        if self.param_groups:
            fix = "Its steps move all weights at once, with one setting."
            raise ValueError(requirement("params", "be one group", "there are several", fix))
        super().add_param_group(param_group)

    @property
    def weights(self) -> list[Tensor]:
        """All weights."""
        return list(self.param_groups[0]["params"])

    @contextmanager
    def restoring(self) -> Iterator[Tensor]:
        """Give a copy of the weights side by side; at the end they are back, whatever happens."""
        before = flat(self.weights)
        try:
            yield before.clone()
        finally:
            put(before, self.weights)


def flat(tensors: Sequence[Tensor]) -> Tensor:
    """Return the numbers of all tensors side by side."""
    return nn.utils.parameters_to_vector([one.detach() for one in tensors])


def put(numbers: Tensor, tensors: Sequence[Tensor]) -> None:
    """Fill ``tensors`` with ``numbers``, which lie side by side."""
    parts = torch.split(numbers, [one.numel() for one in tensors])
    with torch.no_grad():
        for one, part in zip(tensors, parts, strict=True):
            one.copy_(part.reshape(one.shape))


def put_gradient(numbers: Tensor, tensors: Sequence[Tensor]) -> None:
    """Make ``numbers``, which lie side by side, the gradients of ``tensors``."""
    parts = torch.split(numbers, [one.numel() for one in tensors])
    for one, part in zip(tensors, parts, strict=True):
        one.grad = part.reshape(one.shape).to(one.dtype).clone()


def evaluation(closure: Any, name: str) -> Evaluate:
    """Return what evaluates the loss, detached and of shape (), by ``closure``.

    Raises:
        TypeError: If there is none.
    """
    if not callable(closure):
        fix = f"`{name}` evaluates the loss itself: `opt.step(lambda: loss(model(x), y))`."
        rule = "be a function that returns the loss"
        raise TypeError(requirement("closure", rule, f"it is {closure!r}", fix))
    return lambda: closure().detach().reshape(())
