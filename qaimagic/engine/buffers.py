"""Memory for states, kept from one step to the next: fresh pages cost more than a sweep."""

from __future__ import annotations

import threading
from collections import deque

import torch
from torch import Tensor

_MOST_BYTES = 64 << 20

_kept: deque[Tensor] = deque()
_lock = threading.Lock()


def take(shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    """Return a tensor of this shape with any content, used before or new."""
    with _lock:
        for place, tensor in enumerate(_kept):
            if tensor.shape == shape and tensor.dtype == dtype:
                del _kept[place]
                return tensor
    return torch.empty(shape, dtype=dtype)


def give(tensor: Tensor) -> None:
    """Keep a tensor that nobody looks at any more; the oldest ones go where they are too much.

    An inference tensor is let go: a later training step could not use it.
    """
    if tensor.is_inference():
        return
    with _lock:
        _kept.append(tensor)
        while sum(kept.nbytes for kept in _kept) > _MOST_BYTES:
            _kept.popleft()
