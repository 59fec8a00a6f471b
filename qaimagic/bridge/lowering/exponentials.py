r"""Exponentials :math:`e^{c H}` of Pauli sums: rotations, where the words commute.

Where they do not, a constant :math:`H = V E V^\dagger` on few wires is diagonalized, so that the
time stays a parameter.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pennylane as qml
from pennylane.ops import Evolution
from torch import Tensor

from qaimagic.bridge.lowering.errors import NotNativeError
from qaimagic.bridge.lowering.matrices import (
    MAX_WIRES,
    IsConstant,
    constant_unitary,
    unitary,
    z_rotation,
    z_words,
)
from qaimagic.bridge.mapping import tensor_of
from qaimagic.bridge.pauli import words_of


def exponential(operation: Any, is_constant: IsConstant) -> list[Any]:
    """Return ``qml.exp`` or ``qml.evolve`` of a Pauli sum as rotations.

    Raises:
        NotNativeError: If it is no rotation, or one that cannot be taken apart exactly.
    """
    base, sentence = operation.base, words_of(operation.base)
    if sentence is None:
        return constant_unitary(operation, is_constant)
    time = _time(operation)
    if all(one.commutes_with(other) for one, other in combinations(sentence, 2)):
        name = operation.name
        return [
            _rotation(word, 2 * _real(factor, name) * time) for word, factor in sentence.items()
        ]
    if not all(map(is_constant, base.data)) or len(base.wires) > MAX_WIRES:
        raise NotNativeError(f"`{operation.name}` has words that do not commute")
    matrix = qml.math.toarray(qml.matrix(base, wire_order=base.wires))
    energies, states = np.linalg.eigh(np.asarray(matrix, dtype=np.complex128))
    terms = z_words(tensor_of(energies), base.wires)
    return [
        unitary(states.conj().T, base.wires),
        *(z_rotation(2 * float(factor) * time, wires) for factor, wires in terms),
        unitary(states, base.wires),
    ]


def _time(operation: Any) -> Any:
    r"""Return :math:`t` of :math:`e^{-i t H}`."""
    if isinstance(operation, Evolution):
        return _real(operation.param, operation.name)
    return -_real(operation.coeff / 1j, operation.name)


def _real(number: Any, name: str) -> Any:
    if not (number.is_complex() if isinstance(number, Tensor) else np.iscomplexobj(number)):
        return number
    if not qml.math.allclose(qml.math.imag(number), 0, rtol=0, atol=1e-12):
        raise NotNativeError(f"`{name}` is not unitary")
    return qml.math.real(number)


def _rotation(word: Any, angle: Any) -> Any:
    if not word:
        return qml.GlobalPhase(angle / 2)
    return qml.PauliRot(angle, "".join(word.values()), wires=list(word))
