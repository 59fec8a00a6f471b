"""What the engine is given for one call, and numbers that follow from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from qaimagic.engine.circuit import Angle


class Parts(NamedTuple):
    """What the engine is given for one call.

    Attributes:
        shared: The parameters that all samples share, of shape (n_shared,).
        varied: The parameters that differ by sample, of shape (B, n_varied).
        start: The state to start from, of shape (2**n,) or (B, 2**n), or None.
    """

    shared: Tensor
    varied: Tensor
    start: Tensor | None


class Linear:
    r"""Numbers that are linear in the parameters, :math:`b_i + \sum_k a_{ki} p_{s_{ki}}`.

    Args:
        angles: What each number is, in terms of slots.
        n_shared: The number of shared slots, which come first.
        like: A tensor of the dtype and on the device of the parameters.
    """

    def __init__(self, angles: Sequence[Angle], n_shared: int, like: Tensor) -> None:
        n_terms = max(len(angle.terms) for angle in angles)
        padded = [(*angle.terms, *((0, 0.0),) * (n_terms - len(angle.terms))) for angle in angles]
        self._terms = [
            (
                torch.tensor([terms[k][0] for terms in padded], device=like.device),
                torch.tensor([terms[k][1] for terms in padded], dtype=torch.float64).to(like),
            )
            for k in range(n_terms)
        ]
        self._offset = torch.tensor([angle.offset for angle in angles], dtype=torch.float64).to(
            like
        )
        self._is_shared = all(slot < n_shared for terms in padded for slot, _ in terms)

    def of(self, parts: Parts) -> Tensor:
        """Return the numbers, of shape (n,), or (B, n) where some differ by sample."""
        numbers = parts.shared
        if not self._is_shared:
            shared = parts.shared.expand(len(parts.varied), -1)
            numbers = torch.cat([shared, parts.varied], dim=-1)
        total = self._offset
        for slots, factors in self._terms:
            total = total + numbers.index_select(-1, slots) * factors
        return total
