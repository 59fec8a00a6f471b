"""Samples and labels as a network with weights of +1 and -1 takes them."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from qaimagic._checks import requirement

_NAMED = 4
"""How many values that are no labels a message names."""


def check_inputs(X: Any, n_inputs: int, name: str = "X") -> Tensor:
    """Return samples as a tensor of shape (m, n_inputs), in float64.

    Raises:
        TypeError: If they are no numbers.
        ValueError: If the shape does not fit, there are none, or one is not finite.
    """
    values = _numbers(name, X)
    rule = f"have shape (n_samples, {n_inputs})"
    if values.ndim != 2 or values.shape[1] != n_inputs:
        raise ValueError(requirement(name, rule, f"its shape is {values.shape}"))
    if not len(values):
        raise ValueError(requirement(name, "hold at least one sample", "it holds none"))
    if not np.isfinite(values).all():
        row = int(np.flatnonzero(~np.isfinite(values).all(axis=1))[0])
        fix = "Leave such samples out, or fill them in."
        raise ValueError(requirement(name, "be finite", f"sample {row} is not", fix))
    return torch.from_numpy(values)


def check_labels(y: Any, n_samples: int, name: str = "y") -> Tensor:
    """Return labels as +1 and -1, shape (n_samples,), in float64.

    Raises:
        TypeError: If they are no numbers.
        ValueError: If they are neither +1 and -1 nor 0 and 1, or not one for each sample.
    """
    values = _numbers(name, y)
    if values.shape == (n_samples, 1):
        values = values[:, 0]
    if values.shape != (n_samples,):
        received = f"its shape is {values.shape}"
        raise ValueError(requirement(name, f"have shape ({n_samples},)", received))
    if np.isin(values, (0, 1)).all():
        values = 2 * values - 1
    if not np.isin(values, (-1, 1)).all():
        found = ", ".join(f"{value:g}" for value in np.unique(values)[:_NAMED])
        fix = "For one class against the rest write `y == label`."
        raise ValueError(requirement(name, "hold +1 and -1, or 0 and 1", f"it has {found}", fix))
    return torch.from_numpy(values)


def _numbers(name: str, values: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    if isinstance(values, Tensor):
        values = values.detach().cpu().numpy()
    try:
        return np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        received = f"it is a {type(values).__name__} that holds something else"
        raise TypeError(requirement(name, "be an array of numbers", received)) from error
