"""Maps a body written for one sample over a batch: one broadcast tape where that is possible.

``torch.func.vmap`` runs the body once for all samples, so that to the body every input looks like
one sample; templates are decomposed while they still see one sample. Where the body reads a value
(``if inputs[0] > 0``, ``float(x)``), vmap refuses, and the body runs once for each sample.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pennylane as qml
import torch
from pennylane.ops.qubit.attributes import supports_broadcasting
from pennylane.tape import QuantumScript
from torch import Tensor

from qaimagic.bridge.body import record
from qaimagic.bridge.mixed_angles import without_mixed_angles


class _NotMappableError(Exception):
    """The body, or one of its gates, cannot be mapped as a whole."""


@dataclass(frozen=True)
class MappedTapes:
    """The circuits of a batch.

    Attributes:
        tapes: One tape for the whole batch, or one for each sample.
        batch_size: The number of samples.
    """

    tapes: tuple[QuantumScript, ...]
    batch_size: int

    @property
    def is_one_tape(self) -> bool:
        """Whether a single (broadcast, or input-independent) tape stands for all samples."""
        return len(self.tapes) == 1

    def singles(self) -> list[QuantumScript]:
        """Return one tape for each sample."""
        tapes = [one for tape in self.tapes for one in qml.transforms.broadcast_expand(tape)[0]]
        return tapes * self.batch_size if len(tapes) == 1 else tapes


def map_body(
    function: Callable[..., Any],
    data: Mapping[str, Tensor],
    weights: Mapping[str, Tensor],
    queue: Callable[[Mapping[str, Any]], QuantumScript] | None = None,
) -> MappedTapes:
    """Return the tapes of ``function`` for every sample of ``data``.

    Args:
        function: A body written for one sample.
        data: Tensors of shape (batch, ...); at least one, all of one batch size.
        weights: Tensors that all samples share.
        queue: Gives the tape for one sample; None to run ``function`` as it is.

    Raises:
        CircuitError: If the body fails.
    """
    queue = queue or partial(record, function)
    batch_size = next(iter(data.values())).shape[0]
    with suppress(Exception):
        return MappedTapes((_broadcast_tape(queue, data, weights),), batch_size)
    samples = zip(*(values.unbind(0) for values in data.values()), strict=True)
    tapes = [
        without_mixed_angles(queue(dict(zip(data, sample, strict=True)) | dict(weights)))
        for sample in samples
    ]
    together = _stacked(tapes) or _stacked([_decomposed(tape, _can_stack) for tape in tapes])
    return MappedTapes(together or tuple(tapes), batch_size)


def _broadcast_tape(
    queue: Callable[[Mapping[str, Any]], QuantumScript],
    data: Mapping[str, Tensor],
    weights: Mapping[str, Tensor],
) -> QuantumScript:
    captured: list[tuple[QuantumScript, list[int]]] = []

    def one_sample(sample: Mapping[str, Tensor]) -> list[Tensor]:
        tape = _primitive(without_mixed_angles(queue({**sample, **weights})))
        parameters = tape.get_parameters(trainable_only=False)
        mapped = [index for index, value in enumerate(parameters) if _is_mapped(value)]
        n_gate_parameters = sum(operation.num_params for operation in tape.operations)
        if any(index >= n_gate_parameters for index in mapped):
            raise _NotMappableError("an observable depends on the data")
        captured.append((tape, mapped))
        return [parameters[index] for index in mapped]

    values = torch.func.vmap(one_sample)(dict(data))
    tape, mapped = captured[0]
    return tape.bind_new_parameters(values, mapped) if mapped else tape


def _is_mapped(value: Any) -> bool:
    return isinstance(value, Tensor) and bool(torch._C._functorch.is_batchedtensor(value))


def _primitive(tape: QuantumScript) -> QuantumScript:
    def can_broadcast(operation: Any) -> bool:
        return operation in supports_broadcasting or not any(
            _is_mapped(value) for value in operation.parameters
        )

    return _decomposed(tape, can_broadcast)


def _can_stack(operation: Any) -> bool:
    return operation in supports_broadcasting or not (
        operation.parameters and operation.has_decomposition
    )


def _decomposed(tape: QuantumScript, stop: Callable[[Any], bool]) -> QuantumScript:
    if all(stop(operation) for operation in tape.operations):
        return tape
    [decomposed], _ = qml.devices.preprocess.decompose(
        tape, stopping_condition=stop, error=_NotMappableError
    )
    return decomposed


def _stacked(tapes: Sequence[QuantumScript]) -> tuple[QuantumScript] | None:
    """Return one broadcast tape for tapes that differ in gate parameters alone, else None."""
    first = tapes[0]
    operations = []
    for column in zip(*(tape.operations for tape in tapes), strict=False):
        stacked = _stacked_operation(column)
        if stacked is None:
            return None
        operations.append(stacked)
    same_ends = all(
        len(tape.operations) == len(operations)
        and len(tape.measurements) == len(first.measurements)
        and all(map(_same_measurement, tape.measurements, first.measurements))
        for tape in tapes
    )
    return (QuantumScript(operations, first.measurements),) if same_ends else None


def _stacked_operation(column: Sequence[Any]) -> Any | None:
    first = column[0]
    same_gate = all(
        type(operation) is type(first)
        and operation.name == first.name
        and operation.wires == first.wires
        and _same(operation.hyperparameters, first.hyperparameters)
        for operation in column
    )
    if not same_gate:
        return None
    if all(_shared(operation, first) for operation in column[1:]):
        return first
    if first not in supports_broadcasting:
        return None
    parameters = zip(*(operation.parameters for operation in column), strict=True)
    stacked = [torch.stack([tensor_of(value) for value in values]) for values in parameters]
    return qml.ops.functions.bind_new_parameters(first, stacked)


def _same_measurement(measurement: Any, first: Any) -> bool:
    agree = bool(qml.equal(measurement, first))
    return agree and (first.obs is None or _shared(measurement.obs, first.obs))


def _shared(operation: Any, first: Any) -> bool:
    """Whether two operators agree and no gradient is lost by keeping only one of them."""
    pairs = list(zip(operation.parameters, first.parameters, strict=True))
    if all(value is other for value, other in pairs):
        return True
    needs_gradient = any(getattr(value, "requires_grad", False) for value, _ in pairs)
    return not needs_gradient and bool(qml.equal(operation, first))


def tensor_of(value: Any) -> Tensor:
    """Return a gate parameter as a tensor, Python's numbers in double precision."""
    return value if isinstance(value, Tensor) else torch.from_numpy(np.asarray(value))


def _same(one: Any, other: Any) -> bool:
    try:
        return bool(one == other)
    except (RuntimeError, ValueError):
        return False
