"""A circuit from a user's QNode, which sees the whole batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

import cloudpickle
import pennylane as qml
import torch
from pennylane.tape import QuantumScript
from torch import Tensor

from qaimagic.bridge.diagrams import ordered_wires
from qaimagic.bridge.mapping import MappedTapes
from qaimagic.bridge.qnodes import run_qnode, tape_of, trace_qnode
from qaimagic.bridge.standard_errors import standard_errors
from qaimagic.bridge.tracing import Program, Programs, trace
from qaimagic.errors import CircuitError
from qaimagic.layers.circuits import Answers, Job
from qaimagic.layers.engine import CACHES, NAME, key_of, run_traced
from qaimagic.layers.noise import samples_noise
from qaimagic.layers.probing import Probe, probe
from qaimagic.layers.takeover import say_taken_over
from qaimagic.layers.widths import numbers_of


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
    programs: Programs = field(default_factory=Programs, init=False, compare=False, repr=False)
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
        numbers = numbers_of(self.function, self.shapes)
        found = probe(self.trace, self.data, self.shapes, numbers)
        grows = found.wires_grow and self.qnode.device.wires is None
        return replace(found, widths=dict.fromkeys(self.data), wires_grow=grows)

    @property
    def _is_random(self) -> bool:
        return any(samples_noise(one, self._probe.tape) for one in (self.qnode.device, NAME))

    def wires(self) -> list[Any]:
        """Return the wires from top to bottom."""
        return list(self.qnode.device.wires or ordered_wires(self._probe.tape.wires))

    def run(self, data: Mapping[str, Tensor], weights: Mapping[str, Tensor], job: Job) -> Answers:
        """Return the answers for a batch.

        Raises:
            CircuitError: If the QNode mixes up the samples of a batch.
        """
        batch_size = next(iter(data.values())).shape[0] if data else 1
        answers = self._traced(data, weights, job) if job.is_traced else None
        if answers is None:
            answers = self._call(data, weights, job)
            if not data:
                answers = [answer.unsqueeze(0) for answer in answers]
        if self._rows_are_apart or batch_size < 2:
            return answers
        if job.shots is None and not self._is_random:
            self._check_rows(answers, data, weights, job, batch_size)
            self._rows_are_apart = True
        return answers

    def mapped(self, data: Mapping[str, Tensor], weights: Mapping[str, Tensor]) -> MappedTapes:
        """Return the circuit of a batch; without data, of a batch of one.

        Raises:
            CircuitError: If the QNode's transforms make several circuits of it.
        """
        batch_size = next(iter(data.values())).shape[0] if data else 1
        return MappedTapes((tape_of(self.qnode, {**data, **weights}),), batch_size)

    def singles(
        self, data: Mapping[str, Tensor], weights: Mapping[str, Tensor]
    ) -> list[QuantumScript]:
        """Return one tape for each sample, by its own row of data and of weights, (batch, ...).

        Raises:
            CircuitError: If the QNode's transforms make several circuits of it.
        """
        batch_size = next((len(rows) for rows in [*data.values(), *weights.values()]), 1)
        tapes = []
        for row in range(batch_size):
            sample = {name: rows[row : row + 1] for name, rows in data.items()}
            own = {name: rows[row] for name, rows in weights.items()}
            tapes += MappedTapes((tape_of(self.qnode, {**sample, **own}),), 1).singles()
        return tapes

    def standard_errors(
        self, data: Mapping[str, Tensor], weights: Mapping[str, Tensor], job: Job
    ) -> list[Tensor]:
        """Return how far the answers to the job's shots scatter, for a batch.

        Raises:
            CircuitError: If the QNode's transforms make several circuits of it.
        """
        mapped = self.mapped(data, weights)
        return standard_errors(mapped, job.device_for(self.wires()), job.shots or 1)

    def _traced(
        self, data: Mapping[str, Tensor], weights: Mapping[str, Tensor], job: Job
    ) -> Answers | None:
        def traced(outside: Sequence[Tensor]) -> Program:
            trace_on = partial(trace_qnode, self.qnode)
            return trace(
                trace_on, data, weights, wires=self.wires(), captured=outside, sees_batch=True
            )

        shapes = [values.shape for values in data.values()]
        program = self.programs.find(self.function, key_of(shapes, data, weights), traced)
        answers = run_traced(program, data, weights, job)
        if answers is not None:
            say_taken_over(self.qnode)
        return answers

    def _call(
        self, data: Mapping[str, Tensor], weights: Mapping[str, Tensor], job: Job
    ) -> list[Any]:
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
        is_joined = isinstance(answers, Tensor)
        answers = [answers] if isinstance(answers, Tensor) else answers
        if not all(isinstance(answer, Tensor) for answer in answers):
            return
        if any(map(torch._C._functorch.is_functorch_wrapped_tensor, answers)):
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
                if is_joined:
                    alone = [torch.cat([one.reshape(-1) for one in alone])]
                apart = all(
                    one.numel() == answer[row].numel()
                    and torch.allclose(
                        one.reshape(-1).to(answer), answer[row].reshape(-1), atol=1e-4
                    )
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
        kept = {name: value for name, value in vars(self).items() if name not in CACHES}
        return {**kept, "qnode": cloudpickle.dumps(self.qnode)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, qnode=cloudpickle.loads(state["qnode"]))
        self.programs = Programs()

    def __deepcopy__(self, memo: dict[int, Any]) -> QNodeCircuit:
        return self
