"""Memory for states, kept from one step to the next: fresh pages cost more than a sweep."""

from __future__ import annotations

import threading
from collections import deque
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

_MOST_BYTES = 64 << 20
_DTYPES = {np.dtype(np.float32): torch.float32, np.dtype(np.float64): torch.float64}

_kept: deque[NDArray[Any]] = deque()
_lock = threading.Lock()


def take(shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return an array of this shape with any content, used before or new, on a cache line."""
    with _lock:
        for place, array in enumerate(_kept):
            if array.shape == shape and array.dtype == dtype:
                del _kept[place]
                return array
    fresh: NDArray[Any] = torch.empty(shape, dtype=_DTYPES[dtype]).numpy()
    return fresh


def give(array: NDArray[Any]) -> None:
    """Keep an array that nobody looks at any more; the oldest ones go where they are too much."""
    with _lock:
        _kept.append(array)
        while sum(kept.nbytes for kept in _kept) > _MOST_BYTES:
            _kept.popleft()
