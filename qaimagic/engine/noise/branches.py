r"""Draws the branches of channels for many trajectories.

At a channel a trajectory takes branch k with some probability :math:`r_k`, and goes on with
:math:`K_k \psi / \sqrt{r_k}`. Usually :math:`r_k` is :math:`q_k = \|K_k \psi\|^2`. A share of the
trajectories may take any branch, so that :math:`r_k` is nowhere zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from qaimagic.engine.noise.circuit import Channel
from qaimagic.engine.noise.matrices import acted_on, reduced


class Errors(NamedTuple):
    """Pauli errors of trajectories.

    Attributes:
        bits: The x of each channel's wires, then their z, channel by channel; (rows, n_bits),
            zeros and ones.
        weights: How much likelier each trajectory's errors are than they were drawn, (rows, 1);
            differentiable. None where they are as likely.
    """

    bits: Tensor
    weights: Tensor | None


def drawn_errors(
    channels: Sequence[Channel],
    kraus: Sequence[Tensor],
    shares: Sequence[float],
    n_rows: int,
    generator: torch.Generator,
) -> Errors:
    """Draw the branches of Pauli channels, which do not depend on the state: all at once.

    Args:
        channels: The channels.
        kraus: Their Kraus matrices, (K, d, d) or by sample (B, K, d, d): each of them for
            n_rows / B trajectories in a row.
        shares: For each the share of trajectories that takes any branch.
        n_rows: The number of trajectories.
        generator: Where the random numbers come from.
    """
    draws = torch.rand(
        len(channels), n_rows, generator=generator, dtype=torch.float64, device=generator.device
    )
    bits = [torch.zeros(n_rows, 0, dtype=torch.long, device=draws.device)]
    weights = None
    for channel, matrices, share, draw in zip(channels, kraus, shares, draws, strict=True):
        strengths = _strengths(matrices)
        chances = _explored(strengths.detach().double(), share)
        bounds = chances.cumsum(dim=1)[:, :-1].contiguous()
        branch = torch.searchsorted(bounds, draw.reshape(len(bounds), -1), right=True)
        bits.append(_bits_of(channel, draws.device)[branch.reshape(-1)])
        if matrices.requires_grad and torch.is_grad_enabled():
            weight = (strengths / chances.to(strengths)).gather(1, branch).reshape(-1, 1)
            weights = weight if weights is None else weights * weight
    return Errors(torch.cat(bits, dim=1), weights)


def branched(
    psi: Tensor,
    kraus: Tensor,
    wires: tuple[int, ...],
    n_wires: int,
    share: float,
    generator: torch.Generator,
) -> Tensor:
    """Return each trajectory's state, (rows, 2**n_wires), after one of its Kraus matrices.

    Args:
        psi: The states, (rows, 2**n_wires).
        kraus: The Kraus matrices, (m, K, d, d): each of them for rows / m states in a row.
        wires: The channel's wires.
        n_wires: The number of wires.
        share: The share of trajectories that takes any branch.
        generator: Where the random numbers come from.
    """
    n_sharing = len(psi) // len(kraus)
    with torch.no_grad():
        chances = _explored(_chances(psi, kraus, wires, n_wires).clamp_min(0), share)
        branch = torch.multinomial(chances, 1, generator=generator)
        taken = chances.gather(1, branch)[:, :, None]
        kind = torch.arange(len(kraus), device=psi.device).repeat_interleave(n_sharing)
    return acted_on(psi, kraus[kind, branch[:, 0]] / taken.sqrt(), wires, n_wires)


def _explored(chances: Tensor, share: float) -> Tensor:
    """Return the probabilities to draw by, (rows, K), for branches of these squared norms."""
    total = chances.sum(dim=1, keepdim=True)
    even = 1 / chances.shape[1]
    return (1 - share) * torch.where(total > 0, chances / total, even) + share * even


def _strengths(kraus: Tensor) -> Tensor:
    """Return the squared factors of Pauli words that Kraus matrices have, (1 or B, K)."""
    squares = kraus.abs().square().sum(dim=(-2, -1))
    return (squares / kraus.shape[-1]).reshape(-1, kraus.shape[-3])


def _bits_of(channel: Channel, device: torch.device) -> Tensor:
    """Return the error bits of each branch of a Pauli channel, (K, 2 * len(wires))."""
    assert channel.paulis is not None
    table = [
        [*(letter in "XY" for letter in word), *(letter in "YZ" for letter in word)]
        for word in channel.paulis
    ]
    return torch.tensor(table, dtype=torch.long, device=device)


def _chances(psi: Tensor, kraus: Tensor, wires: tuple[int, ...], n_wires: int) -> Tensor:
    """Return the squared norm of each branch of each row, (rows, K).

    Most channels' effects are diagonal, so that they ask for no more than populations.
    """
    effects = kraus.mH @ kraus
    is_diagonal = torch.equal(effects, torch.diag_embed(effects.diagonal(dim1=-2, dim2=-1)))
    found = reduced(psi, wires, n_wires, diagonal=is_diagonal)
    by_kind = found.reshape(len(kraus), -1, *found.shape[1:])
    return torch.einsum("bkij,btji->btk", effects, by_kind).real.reshape(len(psi), -1)
