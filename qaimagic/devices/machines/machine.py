"""A PennyLane device that compiles each make of circuit once and runs all its rows together."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pennylane as qml
from pennylane.devices import Device, ExecutionConfig
from pennylane.devices.modifiers import simulator_tracking, single_tape_support
from pennylane.devices.preprocess import decompose, validate_device_wires
from pennylane.tape import QuantumScript, QuantumScriptBatch
from pennylane.transforms import defer_measurements, split_non_commuting
from pennylane.transforms.core import CompilePipeline

from qaimagic._clock import Phase
from qaimagic.bridge.depth import longest_chain
from qaimagic.devices.diagonal import diagonal, only
from qaimagic.devices.machines.fusing import fused
from qaimagic.devices.machines.statistics import EXACT, SAMPLED, from_probabilities, from_samples
from qaimagic.devices.machines.tables import BARRIER, FREE, Make, Part, Pin, table_of
from qaimagic.errors import DeviceError


@simulator_tracking
@single_tape_support
class Machine(Device):  # type: ignore[misc]
    """A machine with wires, gates and noise of its own.

    Without shots it answers with exact probabilities of the noisy machine.

    Args:
        name: What ``--device`` takes.
        gates: The names of the gates that it takes; others are decomposed.
        size: The number of wires of the real machine.
        wires: The wires, or None for as many as a circuit has.
        seed: The seed of the shots, or None for a new one.
    """

    def __init__(
        self,
        name: str,
        gates: frozenset[str],
        size: int,
        wires: Any = None,
        seed: int | None = None,
    ) -> None:
        super().__init__(wires=wires)
        self._name = name
        self._gates = gates
        self.size = size
        self._rng = np.random.default_rng(seed)

    @property
    def name(self) -> str:
        """What ``--device`` takes."""
        return self._name

    @abstractmethod
    def probabilities(self, make: Make, rows: Any) -> Any:
        """Return the chances of what is read, exactly, of shape (rows, 2**n_measured)."""

    def compiled_depth(self, make: Make) -> int:
        """Return the depth in gates on two wires, after compilation where there is a compiler."""
        return longest_chain(gate.wires for gate in make.gates if gate.name != BARRIER)

    @abstractmethod
    def samples(self, make: Make, rows: Any, shots: int, seed: int) -> Any:
        """Return what is read, bits of shape (rows, shots, n_measured)."""

    def places(self, make: Make) -> tuple[int, ...]:
        """Return the machine's own wires that are read, in the order in which they are measured.

        Unless a compiler lays wires elsewhere, they are those of the circuit.
        """
        return make.measured if make.places is None else make.places

    def read_at(self, tape: QuantumScript) -> dict[Any, int]:
        """Return the machine's own wire on which each measured wire of a circuit is read.

        Args:
            tape: The circuit as `preprocess_transforms` makes it.
        """
        make, rows = table_of(tape, self._labels(tape))
        labels = [self._labels(tape)[place] for place in make.measured]
        return dict(zip(labels, self.places(fused(make, rows)[0]), strict=True))

    def preprocess_transforms(
        self, execution_config: ExecutionConfig | None = None
    ) -> CompilePipeline:
        """Return the transforms that bring circuits into the machine's form."""
        del execution_config
        pipeline = CompilePipeline()
        pipeline.add_transform(validate_device_wires, self.wires, name=self.name)
        pipeline.add_transform(defer_measurements, allow_postselect=False)
        pipeline.add_transform(_fitting, self.name, self.size)
        pipeline.add_transform(split_non_commuting)
        pipeline.add_transform(diagonal)
        pipeline.add_transform(
            decompose,
            stopping_condition=self._takes,
            skip_initial_state_prep=False,
            name=self.name,
        )
        timed = CompilePipeline()
        timed.add_transform(_compiled, pipeline)
        return timed

    def execute(
        self, circuits: Sequence[QuantumScript], execution_config: ExecutionConfig | None = None
    ) -> tuple[Any, ...]:
        """Return the answers of each circuit; those of one make run together."""
        del execution_config
        with Phase("compiling"):
            tables = [table_of(tape, self._labels(tape)) for tape in circuits]
        alike: dict[tuple[Make, int | None], list[int]] = {}
        for index, (tape, (make, _)) in enumerate(zip(circuits, tables, strict=True)):
            alike.setdefault((make, tape.shots.total_shots), []).append(index)
        parts = []
        for (make, shots), members in alike.items():
            with Phase("compiling"):
                rows = np.concatenate([tables[index][1] for index in members])
                parts.append(Part(*fused(make, rows), shots))
        answers: list[Any] = [None] * len(circuits)
        for part, members, found in zip(parts, alike.values(), self.run(parts), strict=True):
            answer = from_probabilities if part.shots is None else from_samples
            start = 0
            for index in members:
                tape, stop = circuits[index], start + len(tables[index][1])
                wires = self._labels(tape)
                read = [wires[place] for place in part.make.measured]
                answers[index] = answer(tape, found[start:stop], read)
                start = stop
        return tuple(answers)

    def run(self, parts: Sequence[Part]) -> list[Any]:
        """Return what is found for each part: its samples, or without shots its probabilities."""
        return [
            self.probabilities(make, rows)
            if shots is None
            else self.samples(make, rows, shots, int(self._rng.integers(2**31)))
            for make, rows, shots in parts
        ]

    def _labels(self, tape: QuantumScript) -> Any:
        """Return the wires that are laid on the machine: all, but where a circuit pins its own."""
        is_pinned = any(isinstance(operation, Pin) for operation in tape.operations)
        return tape.wires if is_pinned else self.wires or tape.wires

    def two_qubit_depth(self, tape: QuantumScript) -> int:
        """Return the depth of a circuit in gates on two wires, after compilation; none runs.

        Raises:
            DeviceError: If the machine cannot run it.
        """
        tapes, _ = self.preprocess_transforms()((tape,))
        made = [fused(*table_of(one, self._labels(one)))[0] for one in tapes]
        return max(self.compiled_depth(make) for make in made)

    def _takes(self, operation: Any) -> bool:
        return isinstance(operation, (*FREE, qml.Barrier)) or operation.name in self._gates


@qml.transform  # type: ignore[untyped-decorator]
def _fitting(
    tape: QuantumScript, name: str, size: int
) -> tuple[QuantumScriptBatch, Callable[..., Any]]:
    """Check that the machine is large enough, and can tell what is asked for.

    Raises:
        DeviceError: If it cannot.
    """
    if tape.num_wires > size:
        raise DeviceError(
            f"Device `{name}` has {size} wires, but the circuit has {tape.num_wires}. Choose a "
            "larger machine, or use fewer wires."
        )
    told = SAMPLED if tape.shots else EXACT
    for measurement in tape.measurements:
        if not isinstance(measurement, told):
            kind = type(measurement).__name__.removesuffix("MP")
            shots = isinstance(measurement, SAMPLED)
            fix = "Ask for shots." if shots else "Measure expectation values or probabilities."
            how = "without shots" if shots else "of a machine"
            raise DeviceError(f"`{kind}` cannot be told {how} (`{name}`). {fix}")
    return (tape,), only


@qml.transform  # type: ignore[untyped-decorator]
def _compiled(
    tape: QuantumScript, pipeline: CompilePipeline
) -> tuple[QuantumScriptBatch, Callable[..., Any]]:
    """Bring a tape into the machine's form; its time is a compiler's."""
    with Phase("compiling"):
        tapes, gather = pipeline([tape])
    return tapes, lambda results: gather(results)[0]
