"""Nested answers and parameters as one real vector, and back."""

from __future__ import annotations

from typing import Any

import torch
from pennylane import numpy as pnp
from torch import Tensor


def leaves(answer: Any) -> list[Any]:
    """Return the arrays of nested tuples, in order."""
    if isinstance(answer, tuple | list):
        return [leaf for part in answer for leaf in leaves(part)]
    return [answer]


def to_vector(answers: Any) -> Tensor:
    """Return the numbers of nested tensors side by side; a complex one counts as two."""
    parts = []
    for leaf in leaves(answers):
        real = torch.stack([leaf.real, leaf.imag], dim=-1) if leaf.is_complex() else leaf
        parts.append(real.reshape(-1).double())
    return torch.cat(parts)


def shaped(vector: Any, like: Any) -> Any:
    """Return the numbers of ``vector`` in the nesting of ``like``, as autograd's arrays."""
    position = 0

    def fill(part: Any) -> Any:
        nonlocal position
        if isinstance(part, tuple | list):
            return tuple(map(fill, part))
        size = part.numel() * (2 if part.is_complex() else 1)
        piece = vector[position : position + size]
        position += size
        if part.is_complex():
            piece = piece[0::2] + 1j * piece[1::2]
        return pnp.reshape(piece, tuple(part.shape))

    return fill(like)
