"""Helps PennyLane 0.45's ``adjoint`` with gates that have several numbers and none to train."""

from __future__ import annotations

from typing import Any

from pennylane.devices.preprocess import decompose
from pennylane.tape import QuantumScript


def of_one_angle(tape: QuantumScript) -> QuantumScript:
    """Return a tape whose gates have one parameter at most, where they can be taken apart so far.

    On its way back ``default.qubit`` counts the parameters of gates of one alone. After a constant
    gate of several, such as ``qml.Rot(0.1, 0.2, 0.3, 0)``, all earlier gates get a gradient of 0;
    ``lightning.qubit`` fails at some.

    Example:
        >>> import pennylane as qml
        >>> of_one_angle(qml.tape.QuantumScript([qml.Rot(0.1, 0.2, 0.3, 0)])).operations
        [RZ(0.1, wires=[0]), RY(0.2, wires=[0]), RZ(0.3, wires=[0])]
    """
    if all(map(_is_of_one, tape.operations)):
        return tape
    [apart], _ = decompose(tape, stopping_condition=_is_of_one)
    return apart


def _is_of_one(operation: Any) -> bool:
    return operation.num_params <= 1 or not operation.has_decomposition
