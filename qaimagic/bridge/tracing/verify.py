"""Runs a body a second time, with other numbers, and holds its program to what it queues then.

Whatever a trace cannot see (values read behind torch's back, a clock) shows here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import torch
from pennylane.tape import QuantumScript
from torch import Tensor

from qaimagic.bridge.mapping import tensor_of
from qaimagic.bridge.tracing.errors import NotTraceableError
from qaimagic.bridge.tracing.lowered import Lowered, lowered
from qaimagic.bridge.tracing.parts import Linear, Parts
from qaimagic.bridge.tracing.program import Program
from qaimagic.engine.circuit import Angle, Flip

_TOLERANCE = 1e-4
_MAX_ROWS = 2

Arguments = Mapping[str, Tensor]


def verify(
    program: Program,
    queue: Callable[[Arguments], QuantumScript],
    data: Arguments,
    weights: Arguments,
    *,
    wires: list[Any],
    sees_batch: bool,
) -> None:
    """Check that ``program`` is what the body queues for other arguments.

    Args:
        program: What was made of the body.
        queue: Runs the body on arguments by name, and returns its tape.
        data: An example of the data, of shape (B, n_features).
        weights: An example of the weights.
        wires: The wires in order, where they hold all of the tape's.
        sees_batch: Whether the body is given the whole batch.

    Raises:
        NotTraceableError: If the body queues something else.
    """
    for rows, others in _variations(data, weights, sees_batch):
        given = rows if sees_batch else {name: values[0] for name, values in rows.items()}
        try:
            parts = program.parameters(rows, others)
            tape = queue({**given, **others})
        except Exception:
            continue
        _compare(program, parts, *_on_numbers(tape, wires, sees_batch))
        return
    raise NotTraceableError("it fails when it is run again")


def _variations(
    data: Arguments, weights: Arguments, sees_batch: bool
) -> Iterator[tuple[Arguments, Arguments]]:
    shared = {name: 0.93 * values + 0.011 for name, values in weights.items()}
    last = data if sees_batch else {name: values[-1:] for name, values in data.items()}
    moved = {name: 0.93 * values.flip(0) + 0.011 for name, values in last.items()}
    for rows in (moved, {name: values.flip(0) for name, values in last.items()}):
        yield rows, shared
        yield rows, weights


def _on_numbers(
    tape: QuantumScript, wires: list[Any], sees_batch: bool
) -> tuple[Lowered, list[Tensor]]:
    numbers: list[Tensor] = []

    def angle_of(value: Any) -> Angle:
        numbers.append(tensor_of(value).detach())
        return Angle(((len(numbers) - 1, 1.0),))

    result = lowered(tape, wires, angle_of, lambda _: True, sees_batch=sees_batch)
    return result, numbers


def _compare(program: Program, parts: Parts, found: Lowered, numbers: Sequence[Tensor]) -> None:
    circuit = program.circuit
    if found.readout.words != circuit.words or len(found.operations) != len(circuit.operations):
        raise _differs()
    mine, theirs = [], []
    for one, other in zip(circuit.operations, found.operations, strict=True):
        if isinstance(one, Flip) or isinstance(other, Flip):
            if one != other:
                raise _differs()
            continue
        if (one.word, one.controls) != (other.word, other.controls):
            raise _differs()
        mine.append(one.angle)
        theirs.append(other.angle)
    for row in range(min(len(parts.varied), _MAX_ROWS)):
        slots = [*parts.shared.tolist(), *parts.varied[row].tolist()]
        values = [number.reshape(-1)[row if number.numel() > 1 else 0].item() for number in numbers]
        pairs = zip(mine, theirs, strict=True)
        if not all(_is_close(_at(one, slots), _at(other, values)) for one, other in pairs):
            raise _differs()
    _compare_tensors(parts.start, found.start)
    _compare_coefficients(program, parts, found)


def _compare_coefficients(program: Program, parts: Parts, found: Lowered) -> None:
    theirs = found.readout.coefficients
    mine = program.coefficients
    if isinstance(mine, Linear):
        size = len(parts.varied)
        rows = [tensor_of(one).detach().to(parts.varied).expand(size) for one in theirs]
        _compare_tensors(mine.of(parts).expand(size, -1), torch.stack(rows, dim=-1))
    elif len(mine) != len(theirs) or not all(
        _is_close(float(one), float(other)) for one, other in zip(mine, theirs, strict=True)
    ):
        raise _differs()


def _compare_tensors(mine: Tensor | None, theirs: Tensor | None) -> None:
    if mine is None and theirs is None:
        return
    if mine is None or theirs is None or mine.numel() != theirs.numel():
        raise _differs()
    theirs = theirs.to(mine).reshape(mine.shape)
    if not torch.allclose(mine, theirs, _TOLERANCE, _TOLERANCE):
        raise _differs()


def _at(angle: Angle, numbers: Sequence[float]) -> float:
    return angle.offset + sum(factor * numbers[slot] for slot, factor in angle.terms)


def _is_close(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)


def _differs() -> NotTraceableError:
    return NotTraceableError("with other values it queues something else")
