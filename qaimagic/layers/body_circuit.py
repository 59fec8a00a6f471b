"""A circuit from a body written for one sample, mapped over the batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import cloudpickle
from pennylane.ops import MidMeasure
from pennylane.tape import QuantumScript
from torch import Tensor

from qaimagic._checks import requirement
from qaimagic._clock import Phase
from qaimagic.bridge.body import record
from qaimagic.bridge.by_circuits import auxiliary_wire
from qaimagic.bridge.diagrams import ordered_wires, wires_of
from qaimagic.bridge.execution import as_samples, execute
from qaimagic.bridge.mapping import MappedTapes, map_body
from qaimagic.bridge.standard_errors import standard_errors
from qaimagic.bridge.tracing import Program, Programs, trace
from qaimagic.errors import CircuitError
from qaimagic.layers.circuits import Answers, Job
from qaimagic.layers.engine import CACHES, key_of, run_traced
from qaimagic.layers.probing import Probe, probe, warn_of_stopped_gradients
from qaimagic.layers.weights import note_unread
from qaimagic.layers.widths import numbers_of


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
    programs: Programs = field(default_factory=Programs, init=False, compare=False, repr=False)

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
        numbers = numbers_of(self.function, self.shapes)
        found = probe(self.trace, self.data, self.shapes, numbers)
        left_out = [wire for wire in found.tape.wires if wire not in (self.given_wires or [wire])]
        if left_out:
            rule = f"hold every wire of `{self.name}`"
            received = f"wire {left_out[0]!r} is not among {self.given_wires}"
            raise CircuitError(requirement("wires", rule, received))
        warn_of_stopped_gradients(found, self.trace, self.function)
        note_unread(self.function, self.shapes)
        return replace(found, wires_grow=found.wires_grow and self.given_wires is None)

    def wires(self) -> list[Any]:
        """Return the wires from top to bottom."""
        return self.given_wires or ordered_wires(self._probe.tape.wires)

    def run(self, data: Mapping[str, Tensor], weights: Mapping[str, Tensor], job: Job) -> Answers:
        """Return the answers for a batch; without data, for a batch of one."""
        if job.is_traced:
            answers = run_traced(self._program(data, weights), data, weights, job)
            if answers is not None:
                return answers
        mapped = self.mapped(data, weights)
        wires = self._wires_of(mapped)
        if job.diff_method == "hadamard" and wires is not None:
            wires = [*wires, auxiliary_wire(wires)]
        results = execute(
            mapped.tapes,
            job.device_for(wires),
            diff_method=job.diff_method,
            shots=job.shots,
            counter=job.counter,
        )
        return as_samples(results, mapped)

    def mapped(self, data: Mapping[str, Tensor], weights: Mapping[str, Tensor]) -> MappedTapes:
        """Return the circuits of a batch; without data, of a batch of one."""
        with Phase("tracing"):
            if data:
                return map_body(self.function, data, weights)
            return MappedTapes((self.trace(weights),), 1)

    def singles(
        self, data: Mapping[str, Tensor], weights: Mapping[str, Tensor]
    ) -> list[QuantumScript]:
        """Return one tape for each sample, by its own row of data and of weights, (batch, ...)."""
        rows = {**data, **weights}
        if not rows:
            return [self.trace({})]
        return self.mapped(rows, {}).singles()

    def standard_errors(
        self, data: Mapping[str, Tensor], weights: Mapping[str, Tensor], job: Job
    ) -> list[Tensor]:
        """Return how far the answers to the job's shots scatter, for a batch."""
        mapped = self.mapped(data, weights)
        return standard_errors(mapped, job.device_for(self._wires_of(mapped)), job.shots or 1)

    def _program(self, data: Mapping[str, Tensor], weights: Mapping[str, Tensor]) -> Program | None:
        widths = [values.shape[-1] for values in data.values()]

        def traced(outside: Sequence[Tensor]) -> Program:
            return trace(self.trace, data, weights, wires=self.wires(), captured=outside)

        return self.programs.find(self.function, key_of(widths, data, weights), traced)

    def _wires_of(self, mapped: MappedTapes) -> list[Any] | None:
        if any(isinstance(gate, MidMeasure) for t in mapped.tapes for gate in t.operations):
            return None
        return wires_of(mapped.tapes, self.wires())

    def __getstate__(self) -> dict[str, Any]:
        kept = {name: value for name, value in vars(self).items() if name not in CACHES}
        return {**kept, "function": cloudpickle.dumps(self.function)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, function=cloudpickle.loads(state["function"]))
        self.programs = Programs()

    def __deepcopy__(self, memo: dict[int, Any]) -> BodyCircuit:
        return self
