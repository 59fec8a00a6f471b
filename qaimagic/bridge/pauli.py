"""Reads the Pauli words of PennyLane's operators."""

from __future__ import annotations

from typing import Any

import numpy as np
import pennylane as qml
from torch import Tensor


def words_of(operator: Any) -> Any | None:
    """Return the ``pauli_rep`` of an operator as its numbers are now.

    PennyLane works it out where the operator is made; tensors and arrays may have changed since.
    """
    changeable = any(isinstance(value, Tensor | np.ndarray) for value in operator.data)
    if changeable and operator.pauli_rep is not None:
        operator = qml.ops.functions.bind_new_parameters(operator, operator.data)
    return operator.pauli_rep
