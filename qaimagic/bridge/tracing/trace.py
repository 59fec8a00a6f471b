"""Traces a body once, so that later calls only fill in the parameters of its circuit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from typing import Any

import pennylane as qml
import torch
from pennylane.devices.qubit.sampling import get_num_shots_and_executions
from pennylane.tape import QuantumScript
from torch import Tensor
from torch._functorch.pyfunctorch import temporarily_clear_interpreter_stack

from qaimagic.bridge.execution import is_tensor_measurement
from qaimagic.bridge.tracing.errors import NotTraceableError
from qaimagic.bridge.tracing.graph import Value
from qaimagic.bridge.tracing.lowered import Lowered, lowered
from qaimagic.bridge.tracing.parts import Linear
from qaimagic.bridge.tracing.program import Program, Wanted
from qaimagic.bridge.tracing.recorder import Recorder
from qaimagic.bridge.tracing.slots import Slots, substituted, with_slots
from qaimagic.bridge.tracing.verify import verify
from qaimagic.bridge.transformed import example_of
from qaimagic.engine.circuit import Angle, Circuit, one_for_all


def trace(
    queue: Callable[[Mapping[str, Tensor]], QuantumScript],
    data: Mapping[str, Tensor],
    weights: Mapping[str, Tensor],
    *,
    wires: Sequence[Any],
    captured: Sequence[Tensor] = (),
    sees_batch: bool = False,
) -> Program:
    """Return the program of a body.

    Args:
        queue: Runs the body on arguments by name, and returns its tape.
        data: An example of the data: tensors of shape (B, n_features). A body for one sample is
            traced on the first; one that sees the batch gives a program for batches of B alone.
        weights: An example of the weights.
        wires: The wires in order, where they hold all of the tape's.
        captured: Tensors that the body reads from outside, and which may change or be trained.
        sees_batch: Whether the body is given the whole batch.

    Raises:
        NotTraceableError: If the body has to run for each call, or the engine cannot run it.
    """
    try:
        with temporarily_clear_interpreter_stack(), torch.inference_mode(False):
            return _Trace(queue, data, weights, captured, sees_batch).program(list(wires))
    except NotTraceableError:
        raise
    except Exception as error:
        raise NotTraceableError(f"{type(error).__name__}: {error}") from error


class _Trace:
    def __init__(
        self,
        queue: Callable[[Mapping[str, Tensor]], QuantumScript],
        data: Mapping[str, Tensor],
        weights: Mapping[str, Tensor],
        captured: Sequence[Tensor],
        sees_batch: bool,
    ) -> None:
        rows = {name: example_of(values) for name, values in data.items()}
        self._sees_batch = sees_batch
        self._batch_size = len(next(iter(rows.values()))) if rows and sees_batch else None
        self._queue = queue
        self._rows = rows
        self._given = {
            name: values if sees_batch else values[0].clone() for name, values in rows.items()
        }
        self._weights = {name: example_of(values) for name, values in weights.items()}
        self._recorder = recorder = Recorder()
        self._data_values = {
            name: recorder.give(values, varies=True) for name, values in self._given.items()
        }
        self._weight_values = {
            name: recorder.give(values, varies=False) for name, values in self._weights.items()
        }
        for tensor in captured:
            recorder.capture(tensor)
        self._requests: dict[Value, int] = {}

    def program(self, wires: list[Any]) -> Program:
        recorder = self._recorder
        with recorder.recording():
            tape = self._queue({**self._given, **self._weights})
            found = lowered(
                tape, wires, self._angle_of, self._is_constant, sees_batch=self._sees_batch
            )
            coefficients = self._coefficients(found)
            is_plain = coefficients is None and found.is_plain
        slots = Slots(list(self._requests), self._batch_size, self._like())
        circuit = one_for_all(
            Circuit(
                len(found.wire_index),
                slots.n_shared,
                slots.n_varied,
                with_slots(found.operations, slots.angles),
                found.readout.words,
            )
        )
        start = found.start
        if self._batch_size and not slots.n_varied and (start is None or start.dim() < 2):
            raise NotTraceableError("its answers are the same for all samples")
        wanted = Wanted(
            slots.shared, slots.varied, slots.groups, self._start(start), recorder.checks
        )
        program = Program(
            circuit,
            found.readout,
            self._linear(coefficients, slots),
            wanted,
            data=self._data_values,
            weights=self._weight_values,
            captured=recorder.captured,
            sees_batch=self._sees_batch,
            is_plain=is_plain,
            is_real=all(map(is_tensor_measurement, found.tape.measurements)),
            executions=_n_executions(found.tape),
        )
        verify(
            program,
            self._queue,
            self._rows,
            self._weights,
            wires=wires,
            sees_batch=self._sees_batch,
        )
        return program

    def _is_constant(self, value: Any) -> bool:
        if isinstance(value, Tensor) and value.requires_grad:
            return False
        return self._recorder.value_of(value) is None

    def _angle_of(self, value: Any) -> Angle:
        """Return an angle whose parameter is the number of the request for ``value``."""
        if self._is_constant(value):
            return Angle((), float(qml.math.toarray(value)))
        known = self._recorder.capture(value)
        if known.dtype not in (torch.float32, torch.float64):
            raise NotTraceableError(f"a gate is given numbers of {known.dtype}")
        if known not in self._requests:
            self._requests[known] = len(self._requests)
        return Angle(((self._requests[known], 1.0),))

    def _like(self) -> Tensor:
        return next(iter((*self._rows.values(), *self._weights.values())), torch.empty(0))

    def _coefficients(self, found: Lowered) -> list[Angle] | None:
        read = found.readout
        if not all(map(self._is_constant, read.coefficients)):
            return [self._angle_of(value) for value in read.coefficients]
        numbers = [
            value for m in found.tape.measurements if m.obs is not None for value in m.obs.data
        ]
        if not read.words and not all(map(self._is_constant, numbers)):
            raise NotTraceableError("an observable without Pauli words has parameters")
        return None

    def _linear(self, coefficients: Sequence[Angle] | None, slots: Slots) -> Linear | None:
        if coefficients is None:
            return None
        angles = [substituted(angle, slots.angles) for angle in coefficients]
        return Linear(angles, slots.n_shared, self._like())

    def _start(self, start: Tensor | None) -> Value | Tensor | None:
        if start is None or self._is_constant(start):
            return start
        value = self._recorder.capture(start)
        expected = 2 if value.varies and self._sees_batch else 1
        if len(value.shape) != expected:
            raise NotTraceableError("the start state mixes samples")
        return value


def _n_executions(tape: QuantumScript) -> int:
    """Return how many circuits a device runs; PennyLane simplifies what it counts in place."""
    copies = [copy(measurement) for measurement in tape.measurements]
    return int(get_num_shots_and_executions(tape.copy(measurements=copies))[0])
