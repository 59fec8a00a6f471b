"""Helps PennyLane 0.45 with gates whose angles are partly numbers and partly torch tensors."""

from __future__ import annotations

from typing import Any

import pennylane as qml
from pennylane.tape import QuantumScript
from torch import Tensor


def without_mixed_angles(tape: QuantumScript) -> QuantumScript:
    """Return a tape whose U2 and U3 have tensors for all angles, or numbers for all.

    PennyLane's matrices of these two gates multiply one angle's NumPy ones by another's of torch,
    which fails. Gates made of them, such as controlled ones, ask for those matrices as well.

    Example:
        >>> gate = qml.U3(0.1, 0.2, torch.tensor(0.3), wires=0)
        >>> without_mixed_angles(qml.tape.QuantumScript([gate])).operations[0].data
        (tensor(0.1000), tensor(0.2000), tensor(0.3000))
    """
    changes: dict[int, Tensor] = {}
    start = 0
    for operation in tape.operations:
        tensor = next((value for value in operation.data if isinstance(value, Tensor)), None)
        if tensor is not None and isinstance(_innermost(operation), qml.U2 | qml.U3):
            changes |= {
                place: tensor.new_tensor(value)
                for place, value in enumerate(operation.data, start)
                if not isinstance(value, Tensor)
            }
        start += len(operation.data)
    return tape.bind_new_parameters(list(changes.values()), list(changes)) if changes else tape


def _innermost(operation: Any) -> Any:
    while hasattr(operation, "base"):
        operation = operation.base
    return operation
