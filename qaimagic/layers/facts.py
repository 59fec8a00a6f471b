"""What can be asked about a layer's circuit: its arguments, its sizes, where it runs, a picture."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

import pennylane as qml
from torch import Tensor

from qaimagic.bridge.body import kind_of
from qaimagic.bridge.diagrams import to_diagram, wires_of
from qaimagic.bridge.execution import is_tensor_measurement
from qaimagic.drawing.diagram import Diagram
from qaimagic.layers.circuits import Circuit, source_of
from qaimagic.layers.inputs import gather
from qaimagic.layers.qnode_circuit import QNodeCircuit
from qaimagic.layers.runner import Runner
from qaimagic.layers.widths import Widths


class CircuitFacts:
    """What a layer of a circuit answers to questions, none of which runs the circuit.

    Attributes:
        circuit: The circuit.
        runner: What the layer asks of its device.
    """

    circuit: Circuit
    runner: Runner

    @property
    def name(self) -> str:
        """The name of the circuit's function."""
        return self.circuit.name

    @property
    def source(self) -> str | None:
        """The text of the circuit's function, if it is known."""
        return self.circuit.source or source_of(self.circuit.function)

    @property
    def data_names(self) -> tuple[str, ...]:
        """The names of the arguments that receive data."""
        return self.circuit.data

    @property
    def weight_shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of each weight."""
        return dict(self.circuit.shapes)

    @property
    def superseded(self) -> bool:
        """Whether the cell that declared this layer was run again since."""
        return self.circuit.superseded

    @property
    def device(self) -> Any:
        """The device asked for by the layer, or None for the default."""
        return self.runner.choice.device

    @property
    def device_name(self) -> str:
        """The device that will run: the run's choice, else the layer's, else the default."""
        return self.runner.device_name

    @property
    def diff_method(self) -> str:
        """The gradient method, by PennyLane's name."""
        return self.runner.choice.diff_method

    @property
    def shots(self) -> int | None:
        """The number of shots that will be drawn, or None for exact expectation values."""
        return self.runner.shots

    @property
    def seed(self) -> int | None:
        """The seed of the shots, or None where they follow ``torch.manual_seed``."""
        return self.runner.choice.seed

    @property
    def circuits(self) -> int:
        """The number of circuits executed so far, those for gradients included.

        They are circuits of a quantum computer: at least one for each sample. A simulator that
        differentiates by a sweep of its own, as ours does, runs none for gradients.
        """
        return self.runner.counter.total

    @property
    def n_wires(self) -> int:
        """The number of wires of the circuit."""
        return len(self.circuit.wires())

    @property
    def n_outputs(self) -> int | None:
        """The width of the answer, or None for samples and counts."""
        measurements = self.circuit.probe().tape.measurements
        if not all(is_tensor_measurement(m) for m in measurements):
            return None
        n_wires = self.runner.device_wires or self.n_wires
        widths: list[int] = [prod(m.shape(None, n_wires)) for m in measurements]
        return sum(widths)

    @property
    def n_inputs(self) -> dict[str, int | None]:
        """For each data argument its (largest) number of features, or None where any will do."""
        widths = self.circuit.probe().widths
        return {name: None if one is None else one.largest for name, one in widths.items()}

    @property
    def qnode(self) -> qml.QNode:
        """A QNode of one sample, or the user's own: for ``qml.draw``, ``qml.specs`` and such."""
        return self.runner.qnode(self.circuit)

    def diagram(self, *data: Tensor, decompose: bool = False) -> Diagram:
        """Return the circuit as plain data for drawing, for one sample.

        Args:
            *data: One sample of shape (n_features,) for each data argument, if the circuit
                depends on its values.
            decompose: Whether to take templates apart into gates.
        """
        arguments = self.example(*data)
        tape = self.circuit.trace(arguments) if data else self.circuit.probe().tape
        return to_diagram(
            tape,
            arguments,
            wires=wires_of([tape], self.circuit.wires()),
            data=self.data_names,
            title=self.name,
            decompose=decompose,
        )

    def example(self, *data: Tensor) -> dict[str, Tensor]:
        """Return a value for each argument of the circuit, one sample of the data.

        Args:
            *data: One sample of shape (n_features,) for each data argument; without them (and
                for the weights) values made up to be different from each other.
        """
        arguments = dict(self.circuit.probe().arguments)
        if data:
            samples = gather(self.name, self.data_names, data, {}, self._widths()).rows
            for name, rows in samples.items():
                arguments[name] = rows[0].detach().double().requires_grad_()
        return arguments

    def _lacks_shots(self) -> bool:
        measurements = self.circuit.probe().tape.measurements
        is_sampled = any(kind_of(m) in ("sample", "counts") for m in measurements)
        return is_sampled and not self.runner.has_shots

    def _widths(self) -> Mapping[str, Widths | None]:
        if isinstance(self.circuit, QNodeCircuit):
            return dict.fromkeys(self.data_names)
        return self.circuit.probe().widths
