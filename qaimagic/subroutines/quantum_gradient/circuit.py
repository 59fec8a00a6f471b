"""The circuit of a quantum gradient, as a layer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pennylane as qml

from qaimagic.layers.declare import quantum
from qaimagic.subroutines.quantum_gradient.grid import Floats, Grid


def circuit_of(grid: Grid, phases: Floats) -> Any:
    """Return a layer of all points in superposition, their phases, and inverse transforms.

    Args:
        grid: The points.
        phases: The phase at each, shape (N^d,), in radians.
    """
    wires = list(range(grid.d * grid.n_wires))
    registers = [wires[start : start + grid.n_wires] for start in wires[:: grid.n_wires]]
    diagonal = np.exp(1j * phases)

    def quantum_gradient() -> Any:
        for wire in wires:
            qml.Hadamard(wire)
        qml.DiagonalQubitUnitary(diagonal, wires=wires)
        for register in registers:
            qml.adjoint(qml.QFT)(wires=register)
        return qml.probs(wires=wires)

    return quantum(quantum_gradient)
