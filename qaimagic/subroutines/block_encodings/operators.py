"""Operators of PennyLane as sums of unitaries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pennylane as qml
from numpy.typing import NDArray
from pennylane.operation import Operator, TermsUndefinedError

from qaimagic._checks import requirement
from qaimagic.subroutines.block_encodings.encoding import AUXILIARY
from qaimagic.subroutines.matrices.reading import Matrix

_UNITARY = 1e-6


@dataclass(frozen=True, eq=False)
class Terms:
    """A sum of unitaries.

    Attributes:
        coefficients: Shape (m,).
        unitaries: m operations of PennyLane.
        wires: What they act on, in order where that is known.
        matrix: Their sum, shape (2^n, 2^n).
    """

    coefficients: NDArray[np.complex128]
    unitaries: tuple[Any, ...]
    wires: tuple[Any, ...]
    matrix: Matrix


def is_operator(value: Any) -> bool:
    """Return whether that is an operator of PennyLane."""
    return isinstance(value, Operator)


def read_operator(name: str, operator: Any) -> Terms:
    """Return an operator as a sum of unitaries.

    Args:
        name: The argument's name.
        operator: Of PennyLane, such as ``qml.dot([1, 3], [qml.H(0), qml.Z(0)])``.

    Raises:
        ValueError: If one of its terms is not unitary, it is zero, or it acts on no wire or on
            one that is named as auxiliary wires are.
    """
    try:
        factors, unitaries = operator.terms()
    except TermsUndefinedError:
        factors, unitaries = [1.0], [operator]
    if not operator.wires:
        raise ValueError(requirement(name, "act on a wire", "it acts on none"))
    if taken := [w for w in operator.wires if isinstance(w, str) and w.startswith(AUXILIARY)]:
        fix = "Auxiliary wires are called so."
        rule = f"have wires that do not begin with `{AUXILIARY}`"
        raise ValueError(requirement(name, rule, f"one is `{taken[0]}`", fix))
    for one in unitaries:
        own = qml.matrix(one, wire_order=one.wires or operator.wires)
        if not np.allclose(own @ own.conj().T, np.eye(len(own)), rtol=0, atol=_UNITARY):
            fix = "Give its matrix, `qml.matrix(operator)`, to encode it by any method."
            raise ValueError(requirement(name, "have unitary terms", f"`{one}` is not", fix))
    coefficients = np.array([complex(factor) for factor in factors])
    if not coefficients.any():
        raise ValueError(requirement(name, "not be zero", "all its coefficients are 0"))
    wires = list(operator.wires)
    if all(isinstance(wire, int) for wire in wires):
        wires.sort()
    matrix = np.asarray(qml.matrix(operator, wire_order=wires), np.complex128)
    return Terms(coefficients, tuple(unitaries), tuple(wires), matrix)
