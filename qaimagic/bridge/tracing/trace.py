"""Traces a body once, so that later calls only fill in the parameters of its circuit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pennylane as qml
import torch
from pennylane.devices.qubit.sampling import get_num_shots_and_executions
from pennylane.measurements import ExpectationMP
from pennylane.ops import MidMeasure
from pennylane.tape import QuantumScript
from torch import Tensor
from torch._functorch.pyfunctorch import temporarily_clear_interpreter_stack

from qaimagic.bridge.diagrams import wires_of
from qaimagic.bridge.execution import is_tensor_measurement
from qaimagic.bridge.lowering import lower, prepared, split_start, start_state
from qaimagic.bridge.observables import sentence_of
from qaimagic.bridge.readout import Readout, readout
from qaimagic.bridge.tracing.errors import NotTraceableError
from qaimagic.bridge.tracing.graph import Value
from qaimagic.bridge.tracing.parts import Linear
from qaimagic.bridge.tracing.program import Program, Wanted
from qaimagic.bridge.tracing.recorder import Recorder
from qaimagic.bridge.tracing.slots import Slots, substituted, with_slots
from qaimagic.engine.circuit import Angle, Circuit

_TOLERANCE = 1e-4


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
        rows = {name: _example(values) for name, values in data.items()}
        self._sees_batch = sees_batch
        self._batch_size = len(next(iter(rows.values()))) if rows and sees_batch else None
        self._queue = queue
        self._rows = rows if sees_batch else {name: values[:1] for name, values in rows.items()}
        self._given = {
            name: values if sees_batch else values[0].clone() for name, values in rows.items()
        }
        self._weights = {name: _example(values) for name, values in weights.items()}
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
        self._examples: list[Tensor] = []

    def program(self, wires: list[Any]) -> Program:
        recorder = self._recorder
        with recorder.recording():
            tape = self._queue({**self._given, **self._weights})
            order = self._order(tape, wires)
            native = prepared(tape, self._is_constant)
            order += [wire for wire in native.wires if wire not in order]
            index = {wire: number for number, wire in enumerate(order)}
            preparation, operations = split_start(native)
            start = None
            if preparation is not None:
                amplitudes = preparation.data[0]
                start = start_state(amplitudes, preparation.wires, index, len(order))
            lowered = lower(operations, index, self._angle_of)
            read = readout(native.measurements, index, len(order), is_normalized=start is None)
            coefficients = self._coefficients(read, native)
            is_plain = coefficients is None and _is_plain(native.measurements, read, index)
        slots = Slots(list(self._requests), self._batch_size, self._like())
        circuit = Circuit(
            len(order),
            slots.n_shared,
            slots.n_varied,
            with_slots(lowered, slots.angles),
            read.words,
        )
        if self._batch_size and not slots.n_varied and (start is None or start.dim() < 2):
            raise NotTraceableError("its answers are the same for all samples")
        wanted = Wanted(
            slots.shared, slots.varied, slots.groups, self._start(start), recorder.checks
        )
        program = Program(
            circuit,
            read,
            self._linear(coefficients, slots),
            wanted,
            data=self._data_values,
            weights=self._weight_values,
            captured=recorder.captured,
            sees_batch=self._sees_batch,
            is_plain=is_plain,
            is_real=all(map(is_tensor_measurement, native.measurements)),
            executions=get_num_shots_and_executions(native)[0],
        )
        self._verify(program, slots)
        return program

    def _order(self, tape: QuantumScript, wires: list[Any]) -> list[Any]:
        if tape.shots:
            raise NotTraceableError("it asks for shots")
        if any(gate.hyperparameters.get("seed", 0) is None for gate in tape.operations):
            raise NotTraceableError("it draws random numbers")
        if any(isinstance(gate, MidMeasure) for gate in tape.operations):
            if self._sees_batch:
                raise NotTraceableError("its QNode settles how to measure within the circuit")
            if any(not one.wires and one.mv is None for one in tape.measurements):
                raise NotTraceableError("it reads all wires, with measurements within the circuit")
        return list(wires_of([tape], wires))

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
            self._examples.append(value.detach())
        return Angle(((self._requests[known], 1.0),))

    def _like(self) -> Tensor:
        return next(iter((*self._rows.values(), *self._weights.values())), torch.empty(0))

    def _coefficients(self, read: Readout, tape: QuantumScript) -> list[Angle] | None:
        if not all(map(self._is_constant, read.coefficients)):
            return [self._angle_of(value) for value in read.coefficients]
        numbers = [value for m in tape.measurements if m.obs is not None for value in m.obs.data]
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

    def _verify(self, program: Program, slots: Slots) -> None:
        """Check that the program gives the example's own parameters."""
        with torch.no_grad():
            parts = program.parameters(self._rows, self._weights)
        size = len(parts.varied)
        every = torch.cat([parts.shared.expand(size, -1), parts.varied], dim=-1).double()
        for angle, example in zip(slots.angles, self._examples, strict=True):
            found = every.new_full((size,), angle.offset)
            for slot, factor in angle.terms:
                found = found + factor * every[:, slot]
            expected = example.double().reshape(-1).expand(size)
            if not torch.allclose(found, expected, _TOLERANCE, _TOLERANCE):
                raise NotTraceableError("its parameters came out different the second time")


def _example(tensor: Tensor) -> Tensor:
    if torch._C._functorch.is_functorch_wrapped_tensor(tensor):
        tensor = torch.rand(tensor.shape, dtype=tensor.dtype, device=tensor.device)
    return tensor.detach().clone()


def _is_plain(measurements: Sequence[Any], read: Readout, index: Mapping[Any, int]) -> bool:
    """Whether measurement k is nothing but the expectation value of word k."""
    if len(measurements) != len(read.words):
        return False
    return all(
        isinstance(one, ExpectationMP)
        and one.obs is not None
        and sentence_of(one.obs, index) == {word: 1.0}
        for one, word in zip(measurements, read.words, strict=True)
    )
