"""Signs with the gradient that they have not: the straight-through estimator."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


class _Sign(torch.autograd.Function):
    """Signs forward, a clipped identity back."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return hard_sign(x)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        passed: Tensor = gradient * (x.abs() <= 1)
        return passed


def hard_sign(x: Tensor) -> Tensor:
    """Return +1 where ``x`` is 0 or more and -1 elsewhere, in its shape and dtype.

    Example:
        >>> hard_sign(torch.tensor([-0.5, 0.0, 2.0]))
        tensor([-1.,  1.,  1.])
    """
    return torch.where(x >= 0, 1.0, -1.0).to(x.dtype)


def straight_through_sign(x: Tensor) -> Tensor:
    r"""Return signs, +1 for 0, whose gradient is taken to be that of a clipped identity.

    A sign has the derivative 0 almost everywhere, so that nothing would be learnt through it. The
    straight-through estimator puts

    .. math:: \frac{\partial \operatorname{sign}(x)}{\partial x} := 1 \text{ if } |x| \le 1
        \text{ else } 0

    in its place: a direction that often works, and the gradient of no function.

    Args:
        x: Any shape, a floating-point dtype.

    Example:
        >>> x = torch.tensor([-2.0, -0.5, 0.0], requires_grad=True)
        >>> straight_through_sign(x).sum().backward()
        >>> x.grad
        tensor([0., 1., 1.])

    References:
        Bengio, Léonard, Courville, arXiv:1308.3432; Courbariaux et al., arXiv:1602.02830.
    """
    signs: Tensor = _Sign.apply(x)  # type: ignore[no-untyped-call]
    return signs
