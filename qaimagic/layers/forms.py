"""How a QNode nests its measurements, and what ``TorchLayer`` makes of each nesting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from pennylane.measurements import MeasurementProcess
from torch import Tensor

from qaimagic.bridge.tracing import NotTraceableError


@dataclass(frozen=True)
class Form:
    """How a QNode nests its measurements.

    Attributes:
        groups: The number of measurements in each group, or None for a single measurement.
        is_stacked: Whether ``TorchLayer`` stacks the groups, as it does for a tuple.
    """

    groups: tuple[int, ...] | None
    is_stacked: bool = False


def form_of(returned: Any, measurements: Sequence[MeasurementProcess]) -> Form:
    """Return the form of what a QNode's function returned.

    Raises:
        NotTraceableError: If ``TorchLayer`` takes no such form, or in a way of its own.
    """
    if isinstance(returned, MeasurementProcess):
        groups, form = [[returned]], Form(None)
    elif not isinstance(returned, list | tuple):
        raise NotTraceableError(f"its QNode returns a {type(returned).__name__}")
    elif isinstance(returned, list) or len(returned) == 1:
        groups, form = [list(returned)], Form((len(returned),))
    else:
        groups = [list(one) if isinstance(one, list | tuple) else [one] for one in returned]
        form = Form(tuple(map(len, groups)), is_stacked=True)
        if 0 < sum(isinstance(one, MeasurementProcess) for one in returned) < len(returned):
            raise NotTraceableError("its QNode nests only some of its measurements")
    flat = [one for group in groups for one in group]
    if len(flat) != len(measurements) or any(
        one is not measured for one, measured in zip(flat, measurements, strict=True)
    ):
        raise NotTraceableError("its QNode returns something else than its measurements")
    return form


def combined(parts: list[Tensor], form: Form, x: Tensor) -> Any:
    """Return what ``TorchLayer`` makes of the answers, before it restores batch dimensions.

    Args:
        parts: For each measurement a tensor of shape (B, ...), or (...) for one sample.
        form: How they are nested.
        x: The data of shape (B, n_features), or (n_features,) for one sample.

    Returns:
        A tensor of shape (B, n_outputs), or a tuple of them that ``TorchLayer`` stacks.
    """
    if form.groups is None:
        return parts[0].to(x.dtype)
    if x.dim() > 1:
        parts = [part.reshape(len(x), -1) for part in parts]
    left = iter(parts)
    groups = [torch.hstack([next(left) for _ in range(n)]).to(x.dtype) for n in form.groups]
    return tuple(groups) if form.is_stacked else groups[0]
