"""Takes Cirq's circuits apart. Qubits in Cirq's own order are the wires 0, 1, ...

A gate that is not known here is what Cirq decomposes it into, phases included, or its matrix.
"""

from __future__ import annotations

import cmath
from collections.abc import Sequence
from typing import Any

from qaimagic.bridge.importing.circuit import Builder, Imported, Parameter, as_matrix
from qaimagic.bridge.importing.cirq_powers import as_turns
from qaimagic.bridge.importing.expressions import Expression
from qaimagic.bridge.importing.gates import PHASE, Gate, gate
from qaimagic.bridge.importing.symbolic import from_sympy
from qaimagic.errors import CircuitError

_Controls = tuple[tuple[int, bool], ...]


def from_cirq(circuit: Any) -> Imported:
    """Return a ``cirq.Circuit`` as plain data.

    Raises:
        CircuitError: If it does what a layer cannot do, or has a gate without a decomposition.
    """
    import cirq

    qubits = sorted(circuit.all_qubits())
    if any(qubit.dimension != 2 for qubit in qubits):
        raise CircuitError("The circuit has qudits, but the wires of a layer are qubits.")
    reader = _Reader(qubits)
    for operation in circuit.all_operations():
        reader.take(operation, ())
    parameters = [Parameter(name) for name in sorted(cirq.parameter_names(circuit))]
    return reader.builder.finished("circuit", parameters)


class _Reader:
    def __init__(self, qubits: Sequence[Any]) -> None:
        self.builder = Builder(len(qubits))
        self._places = {qubit: wire for wire, qubit in enumerate(qubits)}

    def take(self, operation: Any, controls: _Controls) -> None:
        """Take down an operation, under the controls of what it is part of."""
        import cirq

        operation = operation.untagged
        wires = tuple(self._places[qubit] for qubit in operation.qubits)
        kind = operation.gate
        if isinstance(operation, cirq.ClassicallyControlledOperation):
            raise CircuitError(
                f"The circuit has `{operation}`, which depends on measured bits. A layer measures "
                "at its end: write the circuit as a `@qaimagic.quantum` body, with `qml.measure` "
                "and `qml.cond`."
            )
        if isinstance(operation, cirq.ControlledOperation):
            self._take_controlled(operation, controls)
        elif isinstance(kind, cirq.MeasurementGate):
            self._measure(kind, wires)
        elif isinstance(kind, cirq.ResetChannel):
            self.builder.reset(wires[0])
        elif isinstance(kind, cirq.IdentityGate | cirq.WaitGate):
            return
        elif isinstance(kind, cirq.GlobalPhaseGate):
            if controls:
                self.builder.take(Gate(PHASE, (), (_phase_of(kind.coefficient),), controls))
        elif isinstance(kind, cirq.CSwapGate):
            self.builder.take(gate("cswap", wires).controlled(controls))
        elif isinstance(kind, cirq.MatrixGate):
            self.builder.take(as_matrix(cirq.unitary(kind), wires).controlled(controls))
        elif isinstance(kind, cirq.EigenGate) and (turns := as_turns(kind, wires)):
            for one in turns:
                self.builder.take(one.controlled(controls))
        else:
            self._take_apart(operation, wires, controls)

    def _take_controlled(self, operation: Any, controls: _Controls) -> None:
        around = [self._places[qubit] for qubit in operation.controls]
        for values in operation.control_values.expand():
            own = zip(around, map(bool, values), strict=True)
            self.take(operation.sub_operation, (*controls, *own))

    def _measure(self, kind: Any, wires: Sequence[int]) -> None:
        if any(kind.full_invert_mask()) or kind.confusion_map:
            raise CircuitError(
                f"The circuit changes what it reads as `{kind.key}`, by an invert mask or a "
                "confusion map. Leave that out: a layer answers with what its wires say."
            )
        for wire in wires:
            self.builder.measure(wire)

    def _take_apart(self, operation: Any, wires: Sequence[int], controls: _Controls) -> None:
        import cirq

        parts = cirq.decompose_once(operation, None)
        if parts is not None:
            for part in parts:
                self.take(part, controls)
            return
        matrix = cirq.unitary(operation, None)
        if matrix is None:
            raise CircuitError(
                f"The circuit has `{operation}`, which has neither a matrix nor a decomposition "
                "into gates. Noise belongs to the device, such as "
                "`devices.get('qaimagic.qubit', depolarizing=0.01)`."
            )
        self.builder.take(as_matrix(matrix, wires).controlled(controls))


def _phase_of(coefficient: Any) -> Expression:
    """Return the angle of a phase, which Cirq writes as a number or as a power of one."""
    if not hasattr(coefficient, "free_symbols") or not coefficient.free_symbols:
        return float(cmath.phase(complex(coefficient)))
    if coefficient.is_Pow and coefficient.base.is_number:
        return from_sympy(cmath.phase(complex(coefficient.base)) * coefficient.exp)
    raise CircuitError(f"The circuit has a phase `{coefficient}` that is no power of a number.")
