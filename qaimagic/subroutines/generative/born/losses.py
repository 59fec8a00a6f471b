r"""How far probabilities are from data, as numbers with gradients.

With N shots probabilities are frequencies :math:`\hat p`. The gradient of the discrepancy is
:math:`2 (\hat p - q)^T K\, \partial p`: since the shift rule estimates the last factor from shots
of its own, its mean is the exact gradient. The value needs a correction,

.. math:: \mathbb{E}\, (\hat p - q)^T K (\hat p - q) = \mathrm{MMD}^2 + \frac{1 - p^T K p}{N} .

The logarithm of frequencies has no such way out: its mean is not that of probabilities.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from qaimagic.subroutines.distributions.kernel import smoothed

_FLOOR = 1e-8
"""What is added to probabilities whose logarithm is taken."""


def discrepancy(
    p: Tensor, q: Tensor, bandwidths: Sequence[float], shots: int | None = None
) -> Tensor:
    """Return the squared maximum mean discrepancy, the mean over the bandwidths.

    Args:
        p: The model's probabilities, shape (2^n,), or their frequencies in so many shots.
        q: Those of the data, shape (2^n,).
        bandwidths: The kernels' widths.
        shots: How many shots, at least 2, or None for probabilities. The value is then an unbiased
            estimate, and its gradient is one where that of ``p`` has shots of its own.
    """
    difference = p - q
    value = _squared(difference, bandwidths)
    if shots is None:
        return value
    with torch.no_grad():
        excess = (1 - _squared(p, bandwidths)) / (shots - 1)
    return value - excess


def surprise(p: Tensor, q: Tensor) -> Tensor:
    r"""Return :math:`-\sum_x q(x) \ln(p(x) + 10^{-8})`, the negative log-likelihood in nats.

    The small number keeps strings that the model excludes from making it infinite.

    Args:
        p: The model's probabilities, shape (2^n,).
        q: Those of the data, shape (2^n,).
    """
    return -(q * torch.log(p.clamp(min=0) + _FLOOR)).sum()


def _squared(p: Tensor, bandwidths: Sequence[float]) -> Tensor:
    values = [(p * smoothed(p, width)).sum() for width in bandwidths]
    return torch.stack(values).mean()
