"""Puts torch tensors in the place of a tape's parameters, and takes derivatives by them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from autograd.extend import Box
from pennylane import numpy as pnp
from pennylane.ops import Evolution
from pennylane.ops.functions import bind_new_parameters
from pennylane.tape import QuantumScript
from torch import Tensor

from qaimagic.bridge.plugin.boxes import autograd_function
from qaimagic.bridge.plugin.flat import leaves, shaped, to_vector

Run = Callable[[Sequence[QuantumScript]], Sequence[Any]]
"""Gives the answers of tapes as torch tensors, differentiable by their parameters."""


@bind_new_parameters.register(Evolution)  # type: ignore[untyped-decorator]
def _bind_evolution(operation: Evolution, parameters: Sequence[Any]) -> Evolution:
    """Keep the base: PennyLane's own rule looks for its parameters among those of the evolution."""
    return Evolution(operation.base, *parameters)


def holds_box(tapes: Sequence[QuantumScript]) -> bool:
    """Return whether autograd is tracing a parameter of one of the tapes."""
    return any(isinstance(value, Box) for tape in tapes for value in _parameters(tape))


def run_boxed(tapes: Sequence[QuantumScript], run: Run) -> tuple[Any, ...]:
    """Return the answers of tapes whose parameters autograd traces, traced by it as well."""
    places: list[list[int]] = []
    boxes: list[Any] = []
    for tape in tapes:
        traced = [i for i, value in enumerate(_parameters(tape)) if isinstance(value, Box)]
        places.append(traced)
        boxes += [_parameters(tape)[i] for i in traced]
    is_complex = [np.iscomplexobj(box._value) for box in boxes]
    shapes = [np.shape(box) for box in boxes]
    answers: list[Any] = []

    def numbers(vector: Tensor) -> Tensor:
        position, values = 0, []
        for shape, split in zip(shapes, is_complex, strict=True):
            size = int(np.prod(shape))
            value = vector[position : position + size]
            position += size
            if split:
                value = torch.complex(value, vector[position : position + size])
                position += size
            values.append(value.reshape(shape))
        left = iter(values)
        bound = [
            tape.bind_new_parameters([next(left) for _ in own], own)
            for tape, own in zip(tapes, places, strict=True)
        ]
        answers[:] = run(bound)
        return to_vector(answers)

    flat = [
        pnp.ravel(part) for pair in zip(boxes, is_complex, strict=True) for part in _real(*pair)
    ]
    vector = autograd_function(numbers)(pnp.concatenate(flat))
    return tuple(shaped(vector, tuple(answers)))


def jacobians(tapes: Sequence[QuantumScript], run: Run) -> tuple[list[Any], list[Any]]:
    """Return the answers of tapes and their Jacobians, by their trainable parameters.

    Args:
        tapes: Circuits without batch whose measurements are real numbers.
        run: Runs them.

    Returns:
        The answers as NumPy arrays, and for each tape PennyLane's nesting of derivatives:
        measurement, then parameter, a level of one left out.
    """
    with torch.enable_grad():
        bound, parameters = with_leaves(tapes)
        answers = [leaves(answer) for answer in run(bound)]
        width = max(map(len, answers))
        rows: list[list[Any]] = [[] for _ in tapes]
        for place in range(width):
            present = [i for i, answer in enumerate(answers) if place < len(answer)]
            sums = sum(answers[i][place].sum() for i in present)
            wanted = [value for i in present for value in parameters[i]]
            gradients = iter(_gradients(sums, wanted))
            for i in present:
                rows[i].append(_single(tuple(next(gradients) for _ in parameters[i])))
    numbers = [_single(tuple(part.detach().numpy() for part in answer)) for answer in answers]
    return numbers, [_single(tuple(row)) for row in rows]


def pullbacks(tapes: Sequence[QuantumScript], cotangents: Sequence[Any], run: Run) -> list[Any]:
    """Return for each tape the cotangents of its trainable parameters.

    Args:
        tapes: Circuits without batch whose measurements are real numbers.
        cotangents: For each tape those of its measurements: numbers, or arrays of shape
            (batch,) for as many pullbacks.
        run: Runs them.
    """
    with torch.enable_grad():
        bound, parameters = with_leaves(tapes)
        answers = [leaves(answer) for answer in run(bound)]
        weights = [np.atleast_2d(np.array(leaves(given), dtype=float).T) for given in cotangents]
        several = [np.ndim(leaves(given)[0]) > 0 for given in cotangents]
        result: list[list[Any]] = [[] for _ in tapes]
        for place in range(max(map(len, weights))):
            present = [i for i, given in enumerate(weights) if place < len(given)]
            total = sum(
                weight * part
                for i in present
                for weight, part in zip(weights[i][place], answers[i], strict=True)
            )
            gradients = iter(_gradients(total, [v for i in present for v in parameters[i]]))
            for i in present:
                result[i].append([next(gradients) for _ in parameters[i]])
    return [
        tuple(np.array(part).T) if batched else tuple(part[0])
        for part, batched in zip(result, several, strict=True)
    ]


def _parameters(tape: QuantumScript) -> list[Any]:
    return list(tape.get_parameters(trainable_only=False))


def _real(box: Any, is_complex: bool) -> tuple[Any, ...]:
    return (pnp.real(box), pnp.imag(box)) if is_complex else (box,)


def with_leaves(tapes: Sequence[QuantumScript]) -> tuple[list[QuantumScript], list[list[Tensor]]]:
    """Return the tapes with new tensors for their trainable parameters, and those tensors."""
    parameters = [
        [torch.tensor(np.real(value), dtype=torch.float64).requires_grad_() for value in trained]
        for trained in (tape.get_parameters() for tape in tapes)
    ]
    bound = [
        tape.bind_new_parameters(values, tape.trainable_params)
        for tape, values in zip(tapes, parameters, strict=True)
    ]
    return bound, parameters


def _gradients(total: Any, wanted: Sequence[Tensor]) -> list[Any]:
    if not wanted or not isinstance(total, Tensor) or not total.requires_grad:
        return [np.zeros(value.shape) for value in wanted]
    found = torch.autograd.grad(total, wanted, retain_graph=True, materialize_grads=True)
    return [gradient.numpy() for gradient in found]


def _single(parts: tuple[Any, ...]) -> Any:
    return parts[0] if len(parts) == 1 else parts
