"""How the angles of a circuit's gates follow from the weights: the chain rule's other factor."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


def slopes(angles: Sequence[Tensor], weights: Sequence[Tensor], n_rows: int) -> Tensor:
    """Return the derivative of each angle with respect to each weight, for each sample.

    Args:
        angles: For K gates, a number each or one for each of the B samples; computed from
            ``weights``, whose graph is kept.
        weights: The weights.
        n_rows: The number B of samples.

    Returns:
        A tensor of shape (B, K, P) for P numbers in all weights together, side by side in their
        order, float64.
    """
    sizes = [angle.numel() for angle in angles]
    numbers = torch.cat([angle.reshape(-1) for angle in angles])
    found = torch.autograd.grad(
        numbers,
        list(weights),
        torch.eye(len(numbers), dtype=numbers.dtype, device=numbers.device),
        is_grads_batched=True,
        allow_unused=True,
        materialize_grads=True,
    )
    table = torch.cat([part.reshape(len(numbers), -1) for part in found], dim=1).double()
    parts = torch.split(table, sizes)
    return torch.stack([part.expand(n_rows, -1) for part in parts], dim=1)
