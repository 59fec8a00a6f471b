"""A layer's circuit without the gates that entangle its wires, for an honest comparison."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pennylane.tape import QuantumScript
from torch import Tensor

from qaimagic.bridge.entanglers import unentangled, without_entanglers
from qaimagic.bridge.mapping import MappedTapes, map_body
from qaimagic.layers.body_circuit import BodyCircuit
from qaimagic.layers.circuits import Circuit
from qaimagic.layers.qnode_circuit import QNodeCircuit


@dataclass
class ProductCircuit(BodyCircuit):
    """A body whose gates on two or more wires are left out after it has run.

    What reads the body itself (its arguments, its numbers, what it reads from outside) reads the
    user's own.
    """

    def trace(self, arguments: Mapping[str, Any]) -> QuantumScript:
        """Return the tape for one sample."""
        return without_entanglers(super().trace(arguments))

    def mapped(self, data: Mapping[str, Tensor], weights: Mapping[str, Tensor]) -> MappedTapes:
        """Return the circuits of a batch; without data, of a batch of one."""
        if data:
            return map_body(self.function, data, weights, self.trace)
        return super().mapped(data, weights)


def product_circuit(circuit: Circuit) -> Circuit:
    """Return ``circuit`` without its gates on two or more wires.

    Args:
        circuit: A body's or a QNode's; its wires and the shapes of its weights stay.

    Raises:
        CircuitError: If it begins in a state that may be entangled.
    """
    without_entanglers(circuit.probe().tape)
    if isinstance(circuit, QNodeCircuit):
        return QNodeCircuit(unentangled(circuit.qnode), circuit.data, circuit.shapes)
    assert isinstance(circuit, BodyCircuit)
    return ProductCircuit(
        circuit.function, circuit.data, circuit.shapes, circuit.wires(), circuit.source
    )
