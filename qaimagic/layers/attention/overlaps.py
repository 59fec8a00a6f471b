"""Overlaps of states: of all pairs by one matrix product, and as shots would tell them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from qaimagic.layers.attention.circuit import states_of
from qaimagic.layers.hybrid import HybridLayer
from qaimagic.layers.takeover import WITHOUT_CIRCUITS, is_ideal


def overlaps_of(
    layer: HybridLayer, queries: Tensor, keys: Tensor, mask: Tensor | None = None
) -> Tensor:
    r"""Return :math:`F_{ij} = |\langle q_i | k_j \rangle|^2`, as exact as the device is.

    Counts a circuit for each pair: a machine runs as many.

    Args:
        layer: The circuit that compares two tokens.
        queries: Their angles, shape (..., L, n).
        keys: Their angles, shape (..., S, n).
        mask: What broadcasts to (..., L, S) and is -inf for pairs that nobody asks for.
    """
    if torch.compiler.is_compiling():
        apart: Any = torch.compiler.disable(_found)  # type: ignore[no-untyped-call]
        return torch.as_tensor(apart(layer, queries, keys, mask))
    return _found(layer, queries, keys, mask)


def pairs_of(queries: Tensor, keys: Tensor) -> tuple[Tensor, Tensor]:
    """Return the angles of both in every pair, each of shape (..., L, S, n)."""
    shape = (*queries.shape[:-1], *keys.shape[-2:])
    return queries[..., None, :].expand(shape), keys[..., None, :, :].expand(shape)


def _found(layer: HybridLayer, queries: Tensor, keys: Tensor, mask: Tensor | None) -> Tensor:
    asked = layer.runner.choice_now
    if not is_ideal(replace(asked, shots=None)) or asked.diff_method not in WITHOUT_CIRCUITS:
        return _measured(layer, queries, keys, mask)
    exact = _exact(layer, queries, keys)
    layer.runner.counter.total += _count(exact, mask)
    if asked.shots is None:
        return exact
    return drawn(exact, asked.shots, layer.runner.shot_seed(asked.seed))


def _exact(layer: HybridLayer, queries: Tensor, keys: Tensor) -> Tensor:
    rows = torch.cat([one.flatten(end_dim=-2) for one in (queries, keys)])
    if not len(rows):
        return queries @ keys.mT
    known = rows.dtype in (torch.float32, torch.float64)
    states = states_of(layer, rows if known else rows.float())
    n_queries = queries[..., 0].numel()
    of_queries = states[:n_queries].reshape(*queries.shape[:-1], states.shape[-1])
    of_keys = states[n_queries:].reshape(*keys.shape[:-1], states.shape[-1])
    return fidelities(of_queries, of_keys).to(queries)


def _measured(layer: HybridLayer, queries: Tensor, keys: Tensor, mask: Tensor | None) -> Tensor:
    """Return overlaps as the device measures them, 0 where nobody asks for them."""
    pairs = pairs_of(queries, keys)
    allowed = _allowed(pairs[0][..., 0], mask)
    answers = layer(*(angles[allowed] for angles in pairs))[:, 0]
    nothing = torch.zeros(allowed.shape, dtype=answers.dtype, device=answers.device)
    return nothing.masked_scatter(allowed, answers).to(queries)


def _count(pairs: Tensor, mask: Tensor | None) -> int:
    """Return how many pairs are asked for; a mask that they share is looked at once."""
    if mask is None or not mask.numel():
        return pairs.numel()
    return int((mask > -torch.inf).sum()) * (pairs.numel() // mask.numel())


def _allowed(pairs: Tensor, mask: Tensor | None) -> Tensor:
    if mask is None:
        return torch.ones_like(pairs, dtype=torch.bool)
    return (mask > -torch.inf).expand_as(pairs)


def fidelities(queries: Tensor, keys: Tensor) -> Tensor:
    r"""Return :math:`|\langle q_i | k_j \rangle|^2` for all pairs.

    Args:
        queries: States, shape (..., L, D), complex.
        keys: States, shape (..., S, D), complex.

    Returns:
        A real tensor of shape (..., L, S).
    """
    return torch.view_as_real(queries.conj() @ keys.mT).square().sum(dim=-1)


def drawn(exact: Tensor, shots: int, seed: int) -> Tensor:
    r"""Return the share of so many shots in which all wires read 0.

    Their number is binomial, so that the mean is exact and the variance :math:`F (1 - F) / N`. The
    gradient is that of ``exact``: a machine would estimate it by circuits of its own.

    Args:
        exact: Overlaps :math:`F`, any shape.
        shots: N.
        seed: The seed of the draw.
    """
    chances = exact.detach().double().clamp(0, 1).cpu().numpy()
    counts = np.random.default_rng(seed).binomial(shots, chances)
    shares = torch.from_numpy(np.asarray(counts / shots)).to(exact)
    return exact + (shares - exact).detach()
