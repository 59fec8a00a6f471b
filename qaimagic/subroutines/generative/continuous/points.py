"""Points, which are the data of these generators, checked."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from qaimagic._checks import requirement


def check_points(name: str, values: Any, width: int, like: Tensor) -> Tensor:
    """Return data as a tensor of the model's dtype, shape (m, width).

    Args:
        name: What the argument is called.
        values: Real numbers; a tuple or a list of tensors has them first, as batches do.
        width: How many features a point has.
        like: A tensor of the model's dtype and device.

    Raises:
        TypeError: If they are no array of real numbers.
        ValueError: If the shape is another, or a number is NaN or infinite.
    """
    if isinstance(values, tuple | list) and values and isinstance(values[0], Tensor):
        values = values[0]
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
    points = tensor.to(like)
    if not torch.isfinite(points).all():
        raise ValueError(requirement(name, "be finite", "it holds NaN or infinity"))
    return points
