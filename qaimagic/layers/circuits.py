"""The two kinds of circuit a layer can hold: a body for one sample, and a QNode for a batch."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import cloudpickle
import pennylane as qml
import torch
from pennylane.ops import MidMeasure
from pennylane.tape import QuantumScript
from pennylane.wires import Wires
from torch import Tensor

from qaimagic._checks import requirement
from qaimagic.bridge.body import record
from qaimagic.bridge.diagrams import ordered_wires
from qaimagic.bridge.execution import CircuitCounter, as_samples, execute
from qaimagic.bridge.mapping import MappedTapes, map_body
from qaimagic.bridge.qnodes import run_qnode, trace_qnode
from qaimagic.errors import CircuitError
from qaimagic.layers.probing import Probe, probe, warn_of_stopped_gradients

Answers = list[Any]
"""For each measurement a tensor of shape (batch, ...), or for counts a list of dictionaries."""


@dataclass(frozen=True)
class Job:
    """How to run a circuit, once the device is settled.

    Attributes:
        device_for: Gives the PennyLane device object for a circuit's wires, or one that adds
            wires as it needs them, as for measurements within a circuit, for None.
        shots: The number of shots, or None for exact expectation values.
        diff_method: The gradient method, by PennyLane's name.
        counter: Counts the circuits that run.
    """

    device_for: Callable[[list[Any] | None], Any]
    shots: int | None
    diff_method: str
    counter: CircuitCounter


class Circuit(Protocol):
    """What a :class:`~qaimagic.layers.hybrid.HybridLayer` needs of a circuit."""

    data: tuple[str, ...]
    shapes: Mapping[str, tuple[int, ...]]
    source: str | None
    superseded: bool

    @property
    def name(self) -> str:
        """The name of its function."""

    @property
    def function(self) -> Callable[..., Any]:
        """The function that queues the gates."""

    def trace(self, arguments: Mapping[str, Any]) -> QuantumScript:
        """Return the tape for one sample."""

    def probe(self) -> Probe:
        """Return one trace on values that stand for data and weights."""

    def wires(self) -> list[Any]:
        """Return the wires from top to bottom."""

    def run(self, data: Mapping[str, Tensor], weights: Mapping[str, Tensor], job: Job) -> Answers:
        """Return the answers for a batch; without data, for a batch of one."""


@dataclass
class BodyCircuit:
    """A body written for one sample, mapped over the batch.

    Attributes:
        function: The body.
        data: The names of its data arguments.
        shapes: The shapes of its weights.
        given_wires: The wires, where the circuit does not tell them.
        source: The text of the body, if it is known.
        superseded: Whether the cell that made it was run again since.
    """

    function: Callable[..., Any]
    data: tuple[str, ...]
    shapes: Mapping[str, tuple[int, ...]]
    given_wires: list[Any] | None = None
    source: str | None = None
    superseded: bool = field(default=False, compare=False)

    @property
    def name(self) -> str:
        """The name of the body."""
        return self.function.__name__

    def trace(self, arguments: Mapping[str, Any]) -> QuantumScript:
        """Return the tape for one sample."""
        return record(self.function, arguments)

    def probe(self) -> Probe:
        """Return one trace of the body, and the numbers of features that it takes."""
        return self._probe

    @cached_property
    def _probe(self) -> Probe:
        found = probe(self.trace, self.data, self.shapes)
        left_out = [wire for wire in found.tape.wires if wire not in (self.given_wires or [wire])]
        if left_out:
            rule = f"hold every wire of `{self.name}`"
            received = f"wire {left_out[0]!r} is not among {self.given_wires}"
            raise CircuitError(requirement("wires", rule, received))
        warn_of_stopped_gradients(found, self.trace, self.function)
        return found

    def wires(self) -> list[Any]:
        """Return the wires from top to bottom."""
        return self.given_wires or ordered_wires(self._probe.tape.wires)

    def run(self, data: Mapping[str, Tensor], weights: Mapping[str, Tensor], job: Job) -> Answers:
        """Return the answers for a batch; without data, for a batch of one."""
        mapped = (
            map_body(self.function, data, weights)
            if data
            else MappedTapes((self.trace(weights),), 1)
        )
        results = execute(
            mapped.tapes,
            job.device_for(self._wires_of(mapped)),
            diff_method=job.diff_method,
            shots=job.shots,
            counter=job.counter,
        )
        return as_samples(results, mapped)

    def _wires_of(self, mapped: MappedTapes) -> list[Any] | None:
        if any(isinstance(gate, MidMeasure) for t in mapped.tapes for gate in t.operations):
            return None
        known = self.wires()
        if all(wire in known for tape in mapped.tapes for wire in tape.wires):
            return known
        return ordered_wires(Wires.all_wires([tape.wires for tape in mapped.tapes]))

    def __getstate__(self) -> dict[str, Any]:
        kept = {name: value for name, value in vars(self).items() if name != "_probe"}
        return {**kept, "function": cloudpickle.dumps(self.function)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, function=cloudpickle.loads(state["function"]))

    def __deepcopy__(self, memo: dict[int, Any]) -> BodyCircuit:
        return self


@dataclass
class QNodeCircuit:
    """A user's QNode, which sees the whole batch as TorchLayer's does.

    Attributes:
        qnode: The QNode.
        data: The names of its data arguments.
        shapes: The shapes of its weights.
        superseded: Whether the cell that made it was run again since.
    """

    qnode: qml.QNode
    data: tuple[str, ...]
    shapes: Mapping[str, tuple[int, ...]]
    source: str | None = None
    superseded: bool = field(default=False, compare=False)
    _rows_are_apart: bool = field(default=False, compare=False, repr=False)

    @property
    def name(self) -> str:
        """The name of the QNode's function."""
        return str(self.function.__name__)

    @property
    def function(self) -> Callable[..., Any]:
        """The function that queues the gates."""
        function: Callable[..., Any] = self.qnode.func
        return function

    def trace(self, arguments: Mapping[str, Any]) -> QuantumScript:
        """Return the tape for one sample, or for a batch of one where the QNode needs a batch."""
        try:
            return trace_qnode(self.qnode, arguments)
        except CircuitError:
            batch = {name: arguments[name].unsqueeze(0) for name in self.data}
            return trace_qnode(self.qnode, {**arguments, **batch})

    def probe(self) -> Probe:
        """Return one trace of the QNode on a single sample."""
        return self._probe

    @cached_property
    def _probe(self) -> Probe:
        found = probe(self.trace, self.data, self.shapes)
        return Probe(found.tape, found.arguments, dict.fromkeys(self.data))

    def wires(self) -> list[Any]:
        """Return the wires from top to bottom."""
        return list(self.qnode.device.wires or ordered_wires(self._probe.tape.wires))

    def run(self, data: Mapping[str, Tensor], weights: Mapping[str, Tensor], job: Job) -> Answers:
        """Return the answers for a batch.

        Raises:
            CircuitError: If the QNode mixes up the samples of a batch.
        """
        answers = self._call(data, weights, job)
        batch_size = next(iter(data.values())).shape[0] if data else 1
        if not self._rows_are_apart and batch_size > 1 and job.shots is None:
            self._check_rows(answers, data, weights, job, batch_size)
            self._rows_are_apart = True
        return answers if data else [answer.unsqueeze(0) for answer in answers]

    def _call(self, data: Mapping[str, Tensor], weights: Mapping[str, Tensor], job: Job) -> Answers:
        returned = run_qnode(
            self.qnode,
            {**data, **weights},
            device=job.device_for(self.wires()),
            shots=job.shots,
            counter=job.counter,
        )
        return list(returned) if isinstance(returned, list | tuple) else [returned]

    def _check_rows(
        self,
        answers: Answers,
        data: Mapping[str, Tensor],
        weights: Mapping[str, Tensor],
        job: Job,
        batch_size: int,
    ) -> None:
        if not all(isinstance(answer, Tensor) for answer in answers):
            return
        apart = all(answer.dim() and answer.shape[0] == batch_size for answer in answers)
        with torch.no_grad():
            for row in range(2):
                if not apart:
                    break
                sample = {name: values[row : row + 1] for name, values in data.items()}
                try:
                    alone = self._call(sample, weights, job)
                except CircuitError:
                    apart = False
                    break
                apart = all(
                    one.numel() == answer[row].numel()
                    and torch.allclose(one.reshape(-1), answer[row].reshape(-1), atol=1e-4)
                    for one, answer in zip(alone, answers, strict=True)
                )
        if not apart:
            raise CircuitError(
                f"`{self.name}` mixes up the samples of a batch: a QNode sees the whole batch, "
                f"where `inputs[0]` is the first sample. Write `inputs[..., 0]` for the first "
                "feature, or declare the function with `@qaimagic.quantum`, which maps a body "
                "written for one sample."
            )

    def __getstate__(self) -> dict[str, Any]:
        kept = {name: value for name, value in vars(self).items() if name != "_probe"}
        return {**kept, "qnode": cloudpickle.dumps(self.qnode)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, qnode=cloudpickle.loads(state["qnode"]))

    def __deepcopy__(self, memo: dict[int, Any]) -> QNodeCircuit:
        return self


def source_of(function: Callable[..., Any]) -> str | None:
    """Return the text of ``function``, or None where it was not kept."""
    try:
        return inspect.getsource(function)
    except (OSError, TypeError):
        return None
