"""Lays the answers of a circuit side by side, in the shape of the batch that was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from pennylane.measurements import MeasurementProcess
from torch import Tensor

from qaimagic.bridge.execution import is_tensor_measurement
from qaimagic.errors import CircuitError
from qaimagic.layers.inputs import Batch


def joined(
    answers: Sequence[Any],
    measurements: Sequence[MeasurementProcess],
    batch: Batch,
    dtype: torch.dtype,
) -> Any:
    """Return the answers of a batch as the layer gives them.

    Args:
        answers: For each measurement a tensor of shape (size, ...), or a list of counts.
        measurements: The measurements, in the order returned.
        batch: What was asked.
        dtype: The dtype of real answers.

    Returns:
        A tensor of shape (..., n_outputs) and of ``dtype``; samples, states and counts in
        PennyLane's own shapes, batch leading, states as complex numbers of that precision.

    Raises:
        CircuitError: If a state, samples or counts are returned together with something else.
    """
    [first, *_] = answers
    are_numbers = all(map(is_tensor_measurement, measurements))
    if len(answers) > 1 and not are_numbers:
        raise CircuitError(
            "States, density matrices, samples and counts must be returned alone, without other "
            "measurements. Declare a layer for each."
        )
    if not isinstance(first, Tensor):
        return batch.unflatten_list(first)
    if not are_numbers:
        complex_dtype = torch.promote_types(dtype, torch.complex64)
        return batch.unflatten(first.to(complex_dtype) if first.is_complex() else first)
    columns = [_real(answer).reshape(batch.size, -1) for answer in answers]
    return batch.unflatten(torch.cat(columns, dim=-1).to(dtype))


def of_nothing(n_outputs: int, weights: Mapping[str, Tensor], batch: Batch) -> Tensor:
    """Return the answer to an empty batch, which can be differentiated as any other."""
    zero = sum((weight.sum() * 0 for weight in weights.values()), torch.zeros(()))
    rows = next(iter(batch.rows.values()))
    return batch.unflatten(rows.new_zeros(0, n_outputs) + zero)


def _real(answer: Tensor) -> Tensor:
    """Return real numbers that PennyLane gives as complex ones, as for products of products."""
    return answer.real if answer.is_complex() else answer
