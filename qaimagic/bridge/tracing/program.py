"""A traced body: a circuit of the engine, and how its parameters follow from data and weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from qaimagic.bridge.readout import Readout
from qaimagic.bridge.tracing.errors import NotTraceableError
from qaimagic.bridge.tracing.graph import Value, needed
from qaimagic.bridge.tracing.groups import Group
from qaimagic.bridge.tracing.parts import Linear, Parts
from qaimagic.engine.circuit import Circuit
from qaimagic.engine.run import expvals, state


@dataclass(frozen=True)
class Wanted:
    """What a program computes before it calls the engine.

    Attributes:
        shared: The values that fill the shared slots, in order.
        varied: The values that fill the slots that differ by sample, in order.
        groups: Elementwise calls whose results are among these values.
        start: The state to start from, a constant one as a tensor, or None.
        checks: Values that must be all true, or not all true, with which of the two.
    """

    shared: Sequence[Value]
    varied: Sequence[Value]
    groups: Sequence[Group]
    start: Value | Tensor | None
    checks: Sequence[tuple[Value, bool]]


class Program:
    """Runs a traced body for a whole batch.

    Args:
        circuit: What the engine runs.
        readout: What its answers mean.
        coefficients: The factors of the observables' words in terms of slots, or None where they
            are all constants.
        wanted: What to compute before.
        data: The values of the data arguments, by name.
        weights: The values of the weights, by name.
        captured: The tensors from outside of the body, with their values.
        sees_batch: Whether the body was traced on a whole batch instead of one sample.
        is_plain: Whether the engine's answers are the body's, one column a measurement.
        is_real: Whether all answers are real numbers, so that they can stand side by side.
        executions: The circuits that a quantum computer would run for it, as PennyLane counts.

    Attributes:
        circuit: What the engine runs.
    """

    def __init__(
        self,
        circuit: Circuit,
        readout: Readout,
        coefficients: Linear | None,
        wanted: Wanted,
        *,
        data: Mapping[str, Value],
        weights: Mapping[str, Value],
        captured: Sequence[tuple[Value, Tensor]],
        sees_batch: bool,
        is_plain: bool,
        is_real: bool,
        executions: int,
    ) -> None:
        self.circuit = circuit
        self.is_plain = is_plain
        self._is_real = is_real
        self._readout = readout
        self._coefficients = coefficients
        self._wanted = wanted
        self._sees_batch = sees_batch
        self._executions = executions
        start = [wanted.start] if isinstance(wanted.start, Value) else []
        all_wanted = [
            *wanted.shared,
            *wanted.varied,
            *start,
            *(value for group in wanted.groups for value in group.inputs),
            *(value for value, _ in wanted.checks),
        ]
        steps = needed(all_wanted)
        self._shared_steps = [step for step in steps if not step.outputs[0].varies]
        self._varied_steps = [step for step in steps if step.outputs[0].varies]
        self._outputs = [value for value in all_wanted if value.varies and value.operation]
        self._data = tuple(data.items())
        self._weights = tuple(weights.items())
        self._captured = tuple(captured)
        self._direct = self._names_if_direct(bool(steps or start or wanted.groups))

    def run(
        self,
        data: Mapping[str, Tensor],
        weights: Mapping[str, Tensor],
        *,
        side_by_side: bool = False,
    ) -> Any:
        """Return the answers for a batch; without data, for a batch of one.

        Args:
            data: Tensors of shape (B, n_features).
            weights: Tensors that all samples share, of the dtype of the data.
            side_by_side: Whether to join all answers to one tensor where they are real.

        Returns:
            For each measurement a tensor of shape (B, ...); or, if it is plain or joined, one
            tensor of shape (B, n_outputs).

        Raises:
            NotTraceableError: If a check that the body made would end differently for this batch.
        """
        circuit = self.circuit
        run = expvals if circuit.words else state
        if self.is_plain and self._direct is not None:
            weight, rows = self._direct
            return run(circuit, weights[weight], data[rows])
        parts = self.parameters(data, weights)
        values = run(circuit, parts.shared, parts.varied, parts.start)
        if self.is_plain:
            return values
        coefficients = None if self._coefficients is None else self._coefficients.of(parts)
        answers = self._readout.assemble(values, coefficients)
        if not (side_by_side and self._is_real):
            return answers
        columns = [answer.reshape(len(values), -1) for answer in answers]
        return _joined(columns, values, (len(values), 0)).to(parts.varied.dtype)

    @property
    def coefficients(self) -> Linear | tuple[Any, ...]:
        """The factors of the observables' words: constants, or what depends on the parameters."""
        return self._readout.coefficients if self._coefficients is None else self._coefficients

    @property
    def groups(self) -> Sequence[Group]:
        """The elementwise calls that come before the circuit."""
        return self._wanted.groups

    def n_circuits(self, batch_size: int) -> int:
        """Return how many circuits a quantum computer would run for a batch."""
        return self._executions if self._sees_batch else self._executions * batch_size

    def parameters(self, data: Mapping[str, Tensor], weights: Mapping[str, Tensor]) -> Parts:
        """Return what the engine is given, differentiable in data, weights and captured tensors.

        Raises:
            NotTraceableError: If a check that the body made would end differently for this batch.
        """
        if self._direct is not None:
            weight, rows = self._direct
            return Parts(weights[weight].reshape(-1), data[rows], None)
        known: dict[Value, Tensor] = dict(self._captured)
        known.update((value, weights[name]) for name, value in self._weights)
        known.update((value, data[name]) for name, value in self._data)
        example = next(iter(data.values()), None)
        if example is None:
            example = next(iter(weights.values()), torch.empty(0)).new_empty((1, 0))
        size = example.shape[0]
        for step in self._shared_steps:
            step.run(known)
        if self._varied_steps:
            self._run_varied(known)
        wanted = self._wanted
        for group in wanted.groups:
            group.run(known, size)
        for value, expected in wanted.checks:
            _check(known[value], expected)
        shared = [_alike(known[value], example).reshape(-1) for value in wanted.shared]
        varied = [_alike(known[value], example).reshape(size, -1) for value in wanted.varied]
        return Parts(
            _joined(shared, example, (0,)),
            _joined(varied, example, (size, 0)),
            self._start(known, example.dtype),
        )

    def _names_if_direct(self, computes: bool) -> tuple[str, str] | None:
        """Return the one weight and the one data argument that are the parameters, if they are."""
        wanted = self._wanted
        names = {value: name for name, value in (*self._weights, *self._data)}
        sources = (*wanted.shared, *wanted.varied)
        is_simple = not computes and wanted.start is None and len(wanted.shared) == 1
        if is_simple and len(wanted.varied) == 1 and all(source in names for source in sources):
            return names[wanted.shared[0]], names[wanted.varied[0]]
        return None

    def _start(self, known: Mapping[Value, Tensor], dtype: torch.dtype) -> Tensor | None:
        start = self._wanted.start
        if start is None:
            return None
        amplitudes = known[start] if isinstance(start, Value) else start
        return amplitudes.to(dtype.to_complex())

    def _run_varied(self, known: dict[Value, Tensor]) -> None:
        if self._sees_batch:
            for step in self._varied_steps:
                step.run(known)
            return
        given = [value for _, value in self._data]

        def for_one(*samples: Tensor) -> tuple[Tensor, ...]:
            mine = {**known, **dict(zip(given, samples, strict=True))}
            for step in self._varied_steps:
                step.run(mine)
            return tuple(mine[value] for value in self._outputs)

        outputs = torch.func.vmap(for_one)(*(known[value] for value in given))
        known.update(zip(self._outputs, outputs, strict=True))


def _check(close: Tensor, expected: bool) -> None:
    try:
        holds = bool((close == expected).all())
    except RuntimeError as error:
        raise NotTraceableError("it checks values") from error
    if not holds:
        raise NotTraceableError("a check of values ends differently")


def _alike(tensor: Tensor, example: Tensor) -> Tensor:
    if tensor.dtype is example.dtype and tensor.device == example.device:
        return tensor
    return tensor.to(dtype=example.dtype, device=example.device)


def _joined(parts: list[Tensor], example: Tensor, empty: tuple[int, ...]) -> Tensor:
    if not parts:
        return example.new_empty(empty)
    return parts[0] if len(parts) == 1 else torch.cat(parts, dim=-1)
