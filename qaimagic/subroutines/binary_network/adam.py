"""Adam with straight-through gradients, from many random weights at once."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from qaimagic.subroutines.binary_network.committee import vote
from qaimagic.subroutines.binary_network.straight_through import hard_sign


def train_restarts(
    X: Tensor,
    y: Tensor,
    n_hidden: int,
    *,
    has_bias: bool,
    restarts: int,
    steps: int,
    rate: float,
    seed: int,
) -> NDArray[np.int8]:
    """Return the best weights that each restart visited, shape (restarts, n_weights).

    Adam treats every number by itself, so that restarts which stand in one tensor are trained
    apart. Every step sees all samples; real weights are kept in [-1, 1], where gradients reach
    them.

    Args:
        X: The units' inputs, shape (m, n), with a column of ones for their thresholds.
        y: +1 and -1, shape (m,).
        n_hidden: How many units vote.
        has_bias: Whether one more weight votes.
        restarts: How many random beginnings.
        steps: How many steps of Adam, each an evaluation of the loss and its gradient.
        rate: The learning rate.
        seed: The seed of the beginnings.

    References:
        Courbariaux et al., arXiv:1602.02830; Kingma, Ba, arXiv:1412.6980.
    """
    generator = torch.Generator().manual_seed(seed)
    n = n_hidden * X.shape[1]
    latent = 2 * torch.rand(restarts, n + has_bias, generator=generator) - 1
    latent.requires_grad_()
    optimizer = torch.optim.Adam([latent], lr=rate)
    best = torch.full((restarts,), torch.inf)
    kept = torch.zeros(latent.shape)
    for _ in range(steps):
        units = latent[:, :n].reshape(restarts, n_hidden, -1)
        votes = vote(units, latent[:, n] if has_bias else None, X)
        losses = (votes - y).square().mean(dim=1)
        with torch.no_grad():
            better = losses < best
            best = torch.where(better, losses, best)
            kept[better] = hard_sign(latent[better])
        optimizer.zero_grad()
        losses.sum().backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        with torch.no_grad():
            latent.clamp_(-1, 1)
    return kept.to(torch.int8).numpy()
