"""Units that vote: what a network with weights of +1 and -1 answers."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from qaimagic.subroutines.binary_network.straight_through import straight_through_sign


def unit_answers(weights: Tensor, X: Tensor) -> Tensor:
    r"""Return what hidden units answer, +1 or -1, shape (..., m, n_units).

    .. math:: h_j(x) = \operatorname{sign}\Bigl(\sum_l \operatorname{sign}(w_{jl}) x_l\Bigr)

    Inputs are rounded to single precision and added up in double, which is exact but for inputs
    that differ by many millions: a sign does not depend on the order of a sum.

    Args:
        weights: Real numbers of which the signs count, shape (..., n_units, n).
        X: Shape (m, n).
    """
    signs = straight_through_sign(weights).double()
    sums = X.float().double() @ signs.mT
    return straight_through_sign(sums / math.sqrt(X.shape[-1])).to(weights.dtype)


def vote(weights: Tensor, bias: Tensor | None, X: Tensor) -> Tensor:
    """Return the mean of all votes, shape (..., m): those of the units and, if any, of the bias.

    Args:
        weights: Real numbers of which the signs count, shape (..., n_units, n).
        bias: The same, shape (...), for one vote that is always the same; None for none.
        X: Shape (m, n).
    """
    votes = unit_answers(weights, X)
    if bias is None:
        return votes.mean(dim=-1)
    total = votes.sum(dim=-1) + straight_through_sign(bias)[..., None]
    return total / (votes.shape[-1] + 1)


def with_ones(X: Tensor) -> Tensor:
    """Return ``X`` with a column of ones, which a threshold is the weight of."""
    return torch.cat([X, X.new_ones(len(X), 1)], dim=1)
