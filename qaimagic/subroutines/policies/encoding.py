"""Observations as a few numbers between -1 and 1, which are angles up to a factor."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from qaimagic._checks import requirement
from qaimagic.subroutines.policies.world import Observations


class Encoding(nn.Module):
    r"""Observations as features between -1 and 1.

    A numbered state becomes its bits, -1 for 0 and +1 for 1, the first bit most significant. What
    has bounds is scaled by them. What has none goes through :math:`\frac{2}{\pi} \arctan x`, which
    keeps what is large apart and never wraps.

    Args:
        observations: What is observed.

    Attributes:
        n_features: How many features there are.

    Shape:
        - observations: (m, width)
        - features: (m, n_features)

    Example:
        >>> from qaimagic.subroutines.policies.world import Observations
        >>> Encoding(Observations.plain(2))(torch.tensor([[0.0, 1.0]]))
        tensor([[0.0000, 0.5000]])
    """

    bits: Tensor
    centre: Tensor
    reach: Tensor
    bounded: Tensor

    def __init__(self, observations: Observations) -> None:
        super().__init__()
        self.states, self.width = observations.states, observations.width
        if self.states is not None:
            self.n_features = max(1, (self.states - 1).bit_length())
            places = torch.arange(self.n_features - 1, -1, -1)
            bits = (torch.arange(self.states)[:, None] >> places) & 1
            self.register_buffer("bits", 2.0 * bits - 1.0, persistent=False)
            return
        self.n_features = observations.width
        low, high = (torch.from_numpy(edge) for edge in (observations.low, observations.high))
        bounded = torch.isfinite(low) & torch.isfinite(high) & (high > low)
        half = torch.where(bounded, (high - low) / 2, 1.0)
        middle = torch.where(bounded, (high + low) / 2, 0.0)
        self.register_buffer("bounded", bounded, persistent=False)
        self.register_buffer("centre", middle.float(), persistent=False)
        self.register_buffer("reach", half.float(), persistent=False)

    def forward(self, observations: Tensor) -> Tensor:
        """Return the features of observations.

        Raises:
            TypeError: If they are no tensor.
            ValueError: If their shape is another.
        """
        if not isinstance(observations, Tensor):
            fix = "`torch.tensor(observations)` makes one."
            received = f"it is a {type(observations).__name__}"
            raise TypeError(requirement("observations", "be a tensor", received, fix))
        if observations.ndim != 2 or observations.shape[1] != self.width:
            rule, received = (
                f"have shape (m, {self.width})",
                f"its shape is {tuple(observations.shape)}",
            )
            raise ValueError(requirement("observations", rule, received))
        if self.states is not None:
            return observations @ self.bits.to(observations.dtype)
        scaled = (observations - self.centre) / self.reach
        return torch.where(self.bounded, scaled, 2 / math.pi * torch.atan(scaled))
