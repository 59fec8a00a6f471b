r"""Runs noisy circuits on sampled pure states: as many wires as a state has, and error bars.

At a channel a trajectory takes branch k with the probability
:math:`q_k = \|K_k \psi\|^2`, and goes on with :math:`K_k \psi / \sqrt{q_k}`. These
probabilities depend on the parameters. A gradient that follows the trajectory alone leaves that
out and is wrong; so :math:`q_k` is held constant where it divides: the mean of
:math:`\langle \tilde\psi | P | \tilde\psi \rangle` is then exact for all parameters near by, and
with it all derivatives. This is the gradient along the trajectory and the score function's in
one (arXiv:1506.05254), and the squared norm, whose mean is 1, serves as its control variate.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import NamedTuple

import torch

from qaimagic._checks import check_int
from qaimagic.engine.circuit import Circuit
from qaimagic.engine.noise.circuit import NoisyCircuit, acted_on, fronted
from qaimagic.engine.run import expvals, state


class Estimate(NamedTuple):
    """Sampled expectation values.

    Attributes:
        values: The means, (B, n_words), real, differentiable without bias.
        errors: Their standard errors, (B, n_words); NaN from a single trajectory.
    """

    values: torch.Tensor
    errors: torch.Tensor


def sampled_expvals(
    noisy: NoisyCircuit,
    shared: torch.Tensor,
    varied: torch.Tensor,
    kraus: Sequence[torch.Tensor],
    n_trajectories: int,
    *,
    generator: torch.Generator | None = None,
    start: torch.Tensor | None = None,
) -> Estimate:
    """Estimate the expectation values of the circuit's words from quantum trajectories.

    A branch of probability zero is never taken: a derivative with respect to a channel's strength
    is one-sided at strength zero and is missed there.

    Args:
        noisy: The gates, the places of the channels, and the words.
        shared: The parameters of all samples, (n_shared,), real.
        varied: The parameters by sample, (B, n_varied), of the same dtype.
        kraus: For each channel its Kraus matrices, (K, d, d) or by sample (B, K, d, d), with
            d = 2**len(wires); differentiable.
        n_trajectories: The number of trajectories T for each sample; all B * T states are held
            at once.
        generator: Where the random numbers come from; torch's own if left out.
        start: The state that the gates act on, (2**n_wires,) or (B, 2**n_wires), complex; the
            state of all zeros if left out.

    Returns:
        The means and their standard errors, (B, n_words) each.

    Raises:
        ValueError: If there is not at least one trajectory.
    """
    check_int("n_trajectories", n_trajectories, minimum=1)
    n_samples, n_wires = len(varied), noisy.circuit.n_wires
    dtype = varied.dtype.to_complex()
    rows = varied.repeat_interleave(n_trajectories, dim=0)
    first = None
    if start is not None:
        each = start.to(dtype).reshape(-1, 2**n_wires).expand(n_samples, -1)
        first = each.repeat_interleave(n_trajectories, dim=0)
    psi = first
    *pieces, last = noisy.pieces()
    for piece, channel, matrices in zip(pieces, noisy.channels, kraus, strict=True):
        if piece.operations or psi is None:
            psi = state(piece, shared, rows, psi)
        by_sample = matrices.to(dtype).expand(n_samples, *matrices.shape[-3:])
        psi = _branched(psi, by_sample, channel.wires, n_wires, generator)
    values = _values(last, shared, rows, psi, first, n_trajectories)
    spread = values.detach().var(dim=1, correction=0) / (n_trajectories - 1)
    return Estimate(values.mean(dim=1), spread.sqrt())


def _branched(
    psi: torch.Tensor,
    kraus: torch.Tensor,
    wires: tuple[int, ...],
    n_wires: int,
    generator: torch.Generator | None,
) -> torch.Tensor:
    """Return each trajectory's state, (B * T, 2**n), after one of its sample's Kraus matrices."""
    n_samples, n_rows = len(kraus), len(psi)
    with torch.no_grad():
        front = fronted(psi, wires, n_wires)
        reduced = (front @ front.mH).reshape(n_samples, -1, *kraus.shape[-2:])
        chances = torch.einsum("bkij,btjl,bkil->btk", kraus, reduced, kraus.conj()).real
        chances = chances.clamp_min(0).reshape(n_rows, -1)
        chances = chances / chances.sum(dim=1, keepdim=True)
        branch = torch.multinomial(chances, 1, generator=generator)[:, 0]
        taken = chances.gather(1, branch[:, None])[:, :, None]
        sample = torch.arange(n_samples, device=psi.device).repeat_interleave(n_rows // n_samples)
    return acted_on(psi, kraus[sample, branch] / taken.sqrt(), wires, n_wires)


def _values(
    last: Circuit,
    shared: torch.Tensor,
    rows: torch.Tensor,
    psi: torch.Tensor | None,
    start: torch.Tensor | None,
    n_trajectories: int,
) -> torch.Tensor:
    """Return each trajectory's expectation values, (B, T, n_words)."""
    with_norm = dataclasses.replace(last, words=(*last.words, ()))
    measured = expvals(with_norm, shared, rows, psi).reshape(
        -1, n_trajectories, len(last.words) + 1
    )
    values, excess = measured[..., :-1], measured[..., -1:]
    if n_trajectories == 1:
        return values
    if start is not None:
        squares = torch.view_as_real(start).square().sum(dim=(1, 2))
        excess = excess - squares.reshape(-1, n_trajectories, 1)
    known = values.detach()
    others = (known.sum(dim=1, keepdim=True) - known) / (n_trajectories - 1)
    controlled: torch.Tensor = values - others * (excess - excess.detach())
    return controlled
