"""Data as people give them, as rows of real numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from qaimagic._checks import requirement


def rows_of(name: str, values: Any, width: int) -> Tensor:
    """Return data as a tensor of shape (m, width).

    Raises:
        TypeError: If they are no array of real numbers.
        ValueError: If the shape is another, or there are no rows.
    """
    try:
        tensor = torch.as_tensor(values if isinstance(values, Tensor) else np.array(values))
    except (TypeError, ValueError, RuntimeError) as error:
        received = f"it is a {type(values).__name__}"
        raise TypeError(requirement(name, "be an array of numbers", received)) from error
    if tensor.is_complex():
        raise TypeError(requirement(name, "be real", f"its dtype is {tensor.dtype}"))
    if tensor.ndim != 2 or tensor.shape[1] != width or not len(tensor):
        rule = f"have shape (n_samples, {width}), with at least one sample"
        raise ValueError(requirement(name, rule, f"its shape is {tuple(tensor.shape)}"))
    return tensor
