"""Points, which are the data of these generators, checked."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from qaimagic._checks import requirement
from qaimagic.layers.rows import rows_of


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
    points = rows_of(name, values, width).to(like)
    if not torch.isfinite(points).all():
        raise ValueError(requirement(name, "be finite", "it holds NaN or infinity"))
    return points
