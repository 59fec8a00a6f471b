"""Looks into tensors within ``torch.func``, which stand for others and hide their numbers."""

from __future__ import annotations

import torch
from torch import Tensor


def example_of(tensor: Tensor) -> Tensor:
    """Return a copy of a tensor's numbers; within ``torch.func`` of one that it stands for.

    Example:
        >>> seen = []
        >>> def body(row):
        ...     seen.append(example_of(row))
        ...     return row
        >>> _ = torch.func.vmap(body)(torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
        >>> seen
        [tensor([1., 2.])]
    """
    inside = torch._C._functorch
    while inside.is_functorch_wrapped_tensor(tensor):
        dim = inside.maybe_get_bdim(tensor)
        tensor = inside.get_unwrapped(tensor)
        tensor = tensor if dim < 0 else tensor.select(dim, 0)
    return tensor.detach().clone()
