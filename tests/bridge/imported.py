"""Dense matrices of imported circuits, and how far two are apart but for a phase."""

from dataclasses import replace

import numpy as np
import pennylane as qml

from qaimagic.bridge.importing.expressions import bound
from qaimagic.bridge.importing.gates import queue


def matrix_of(imported, values=None):
    """Return the matrix of a circuit, wire 0 the most significant bit."""
    values = {name: float(value) for name, value in (values or {}).items()}
    with qml.queuing.AnnotatedQueue() as queued:
        for gate in imported.gates:
            angles = tuple(bound(angle, values) for angle in gate.angles)
            queue(replace(gate, angles=angles), {})
    tape = qml.tape.QuantumScript.from_queue(queued)
    if not tape.operations:
        return np.eye(2**imported.n_wires)
    return qml.matrix(tape, wire_order=range(imported.n_wires))


def distance(one, other):
    """Return how far two unitary matrices are apart, whatever phase they have: 0 if they agree."""
    return abs(1 - abs(np.vdot(one, other)) / len(one))


def big_endian(circuit):
    """Return the matrix that Qiskit gives a circuit, its qubit 0 as the most significant bit."""
    from qiskit.quantum_info import Operator

    return Operator(circuit.reverse_bits()).data
