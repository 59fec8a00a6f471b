"""Takes Qiskit's circuits apart. Qubit k is wire k.

A gate that has no name in :data:`~qaimagic.bridge.importing.gates.KINDS` is what its definition
says; a matrix of Qiskit's has the first qubit as the least significant bit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from qaimagic.bridge.importing.circuit import Builder, Imported, Parameter, as_matrix
from qaimagic.bridge.importing.expressions import Expression
from qaimagic.bridge.importing.gates import KINDS, PHASE, Gate, gate, gates_of_cu
from qaimagic.bridge.importing.written import from_written
from qaimagic.errors import CircuitError

_OTHER_NAMES = {"u1": "p", "u": "u3", "cu1": "cp"}
_SILENT = ("barrier", "delay")
_IS_UNNAMED = re.compile(r"circuit-\d+(-\d+)?").fullmatch
_Controls = tuple[tuple[int, bool], ...]


def from_qiskit(circuit: Any) -> Imported:
    """Return a ``qiskit.QuantumCircuit`` as plain data.

    Raises:
        CircuitError: If it does what a layer cannot do, or has a gate that nobody defined.
    """
    reader = _Reader(circuit.num_qubits)
    places = {qubit: wire for wire, qubit in enumerate(circuit.qubits)}
    reader.read(circuit, places, ())
    name = "circuit" if _IS_UNNAMED(circuit.name) else circuit.name
    return reader.builder.finished(name, [_parameter(one) for one in circuit.parameters])


class _Reader:
    def __init__(self, n_wires: int) -> None:
        self.builder = Builder(n_wires)

    def read(self, circuit: Any, places: Mapping[Any, int], controls: _Controls) -> None:
        """Take down a circuit, or a gate's definition, under the controls of what it is part of."""
        if controls:
            phase = from_written(circuit.global_phase)
            self.builder.take(Gate(PHASE, (), (phase,), controls))
        for step in circuit.data:
            wires = [places[qubit] for qubit in step.qubits]
            self.take(step.operation, wires, controls)

    def take(self, operation: Any, wires: Sequence[int], controls: _Controls) -> None:
        """Take down an operation."""
        name = operation.name
        if name in _SILENT:
            return
        if name == "measure":
            self.builder.measure(wires[0])
        elif name == "reset":
            self.builder.reset(wires[0])
        elif hasattr(operation, "blocks"):
            raise CircuitError(
                f"The circuit has `{name}`, which is control flow, but a layer is a list of gates "
                "that measures at its end. Write the circuit as a `@qaimagic.quantum` body, with "
                "`qml.measure` and `qml.cond`."
            )
        elif hasattr(operation, "modifiers"):
            self.take(_without_annotations(operation), wires, controls)
        elif _is_controlled(operation):
            self._take_controlled(operation, wires, controls)
        elif name == "global_phase":
            self.builder.take(Gate(PHASE, (), _angles(operation), controls))
        elif name == "unitary":
            self.builder.take(as_matrix(operation.to_matrix(), wires[::-1]).controlled(controls))
        elif name == "cu" and _is_of_library(operation):
            for one in gates_of_cu(tuple(wires), _angles(operation)):
                self.builder.take(one.controlled(controls))
        elif _is_known(operation):
            known = gate(_kind(operation), tuple(wires), _angles(operation))
            self.builder.take(known.controlled(controls))
        else:
            self._take_apart(operation, wires, controls)

    def _take_controlled(self, operation: Any, wires: Sequence[int], controls: _Controls) -> None:
        n_controls, state = operation.num_ctrl_qubits, operation.ctrl_state
        own = tuple((wires[k], bool(state >> k & 1)) for k in range(n_controls))
        self.take(operation.base_gate, wires[n_controls:], (*controls, *own))

    def _take_apart(self, operation: Any, wires: Sequence[int], controls: _Controls) -> None:
        definition = operation.definition
        if definition is not None:
            self.read(definition, dict(zip(definition.qubits, wires, strict=True)), controls)
        elif hasattr(operation, "__array__") and not _is_free(operation):
            self.builder.take(as_matrix(operation.to_matrix(), wires[::-1]).controlled(controls))
        else:
            raise CircuitError(
                f"The circuit has `{operation.name}`, which has neither a definition nor a matrix, "
                "so that nobody knows what it does. Give it a definition, or leave it out."
            )


def _kind(operation: Any) -> str:
    name = str(operation.name)
    return _OTHER_NAMES.get(name, name)


def _is_known(operation: Any) -> bool:
    """Whether it is the gate of that name, and not one of a user's."""
    known = KINDS.get(_kind(operation))
    return (
        known is not None
        and _is_of_library(operation)
        and len(operation.params) == known.n_angles
        and operation.num_qubits == known.n_wires + known.n_controls
    )


def _is_of_library(operation: Any) -> bool:
    module: str = getattr(operation, "base_class", type(operation)).__module__
    return module.startswith("qiskit.circuit.library")


def _is_controlled(operation: Any) -> bool:
    """Whether it is its base gate under controls, which `cu` is not: it has an angle more."""
    if not hasattr(operation, "num_ctrl_qubits") or not hasattr(operation, "base_gate"):
        return False
    base, n_angles = operation.base_gate, len(operation.params)
    return len(base.params) == n_angles and not (base.name == "u" and n_angles > 3)


def _without_annotations(operation: Any) -> Any:
    found = operation.base_op
    for modifier in operation.modifiers:
        if hasattr(modifier, "num_ctrl_qubits"):
            state = modifier.ctrl_state
            found = found.control(modifier.num_ctrl_qubits, ctrl_state=state, annotated=False)
        elif hasattr(modifier, "power"):
            found = found.power(modifier.power)
        else:
            found = found.inverse()
    return found


def _angles(operation: Any) -> tuple[Expression, ...]:
    return tuple(map(from_written, operation.params))


def _is_free(operation: Any) -> bool:
    return any(getattr(value, "parameters", ()) for value in operation.params)


def _parameter(parameter: Any) -> Parameter:
    vector = getattr(parameter, "vector", None)
    if vector is None:
        return Parameter(parameter.name)
    return Parameter(parameter.name, vector.name, parameter.index, len(vector))
