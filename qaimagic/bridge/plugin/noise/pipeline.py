"""What PennyLane's pipeline does to circuits with noise before they run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pennylane as qml
from pennylane.devices.preprocess import decompose
from pennylane.exceptions import DeviceError
from pennylane.operation import Channel
from pennylane.tape import QuantumScript
from pennylane.transforms.core import BoundTransform, CompilePipeline, transform

_NEAR_BY = ("finite-diff", "spsa", qml.gradients.finite_diff, qml.gradients.spsa_grad)
_LONG_STEP = 0.01
_SHIFTED = ("parameter-shift", "hadamard", qml.gradients.param_shift, qml.gradients.hadamard_grad)


def has_noise(tape: QuantumScript) -> bool:
    """Return whether a tape has noise channels."""
    return any(isinstance(operation, Channel) for operation in tape.operations)


def keeping_channels(pipeline: CompilePipeline) -> CompilePipeline:
    """Return an ideal simulator's pipeline that leaves noise channels as they are."""
    kept = CompilePipeline()
    for step in pipeline:
        if step.tape_transform is decompose.tape_transform:
            step = _with_channels(step)
        kept += step
    return kept


def _with_channels(step: Any) -> Any:
    stops = step.kwargs["stopping_condition"]

    def stops_at(operation: Any) -> bool:
        return isinstance(operation, Channel) or bool(stops(operation))

    kwargs = {**step.kwargs, "stopping_condition": stops_at}
    return BoundTransform(decompose, args=step.args, kwargs=kwargs)


@transform  # type: ignore[untyped-decorator]
def check_gradients(
    tape: QuantumScript, method: Any, is_sampled: Callable[[QuantumScript], bool], step: Any
) -> tuple[tuple[QuantumScript], Callable[[Any], Any]]:
    """Refuse derivatives of noisy circuits that would be small differences of random numbers.

    Shift rules are none of these, but they know only some of the channels; for the others
    PennyLane takes small differences.

    Args:
        tape: A circuit.
        method: The gradient method, by PennyLane's name or as its transform.
        is_sampled: Tells the tapes whose noise is sampled.
        step: The step of differences, or 0 for PennyLane's own.

    Raises:
        DeviceError: If there is one.
    """
    is_small = method in _SHIFTED or (method in _NEAR_BY and np.max(step) < _LONG_STEP)
    if is_small and has_noise(tape) and (tape.shots or is_sampled(tape)):
        for operation in tape.operations:
            trained = any(map(qml.math.requires_grad, operation.data))
            if trained and (method in _NEAR_BY or _has_no_rule(operation)):
                raise DeviceError(
                    f"The gradient by the parameter of `{operation.name}` would come from a small "
                    "difference of values that are drawn at random: it would be noise. Leave out "
                    "the shots, and use `backprop`."
                )
    return (tape,), _only


def _has_no_rule(operation: Any) -> bool:
    is_channel = isinstance(operation, Channel)
    return is_channel and all(recipe is None for recipe in operation.grad_recipe or [None])


def _only(answers: Any) -> Any:
    return answers[0]
