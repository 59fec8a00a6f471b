"""The matrix of a circuit of gates, by the engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pennylane as qml
import torch
from numpy.typing import NDArray
from pennylane.tape import QuantumScript

from qaimagic.bridge.execution import execute

_DEVICE = "qaimagic.qubit"


def unitary_of(
    gates: Sequence[Any], wires: Sequence[Any], columns: int | None = None
) -> NDArray[np.complex128]:
    """Return the matrix of gates, shape (2^n, columns): basis states go through them in a batch.

    Args:
        gates: Operations of PennyLane, the first one acting first.
        wires: Their n wires, the most significant bit first.
        columns: How many columns are wanted; by default all 2^n.

    Raises:
        DeviceError: If the engine cannot run one of them.

    Example:
        >>> unitary_of([qml.X(0)], [0]).real.tolist()
        [[0.0, 1.0], [1.0, 0.0]]
    """
    order = list(wires)
    size = 2 ** len(order)
    states = torch.eye(size if columns is None else columns, size, dtype=torch.complex128)
    start = qml.StatePrep(states, wires=order)
    circuit = QuantumScript([start, *gates], [qml.state()])
    with torch.no_grad():
        [rows] = execute([circuit], qml.device(_DEVICE, wires=order), diff_method=None)
    matrix: NDArray[np.complex128] = torch.as_tensor(rows).numpy().T
    return np.ascontiguousarray(matrix)
