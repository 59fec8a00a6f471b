"""A QSVT circuit on a device: by the repeated matrix of U where an ideal simulator fits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pennylane as qml

from qaimagic.subroutines.block_encodings.encoding import BlockEncoding
from qaimagic.subroutines.matrices.postselection import Kept, keep
from qaimagic.subroutines.matrices.reading import Vector
from qaimagic.subroutines.qsvt.circuit import transform
from qaimagic.subroutines.qsvt.polynomial import Polynomial
from qaimagic.subroutines.qsvt.states import MOST_REPEATED, encoding_wires, kept_amplitudes


def run(
    encoding: BlockEncoding,
    polynomial: Polynomial,
    vector: Vector,
    *,
    device: Any = None,
    shots: int | None = None,
    seed: int = 0,
) -> Kept:
    """Prepare a vector, run the circuit of a polynomial, and return what is left.

    Args:
        encoding: The matrix in the corner of a unitary.
        polynomial: What is made of its singular values.
        vector: The state before normalisation, shape (n,).
        device: Where the circuit runs; by default where layers do.
        shots: How many shots it has; by default exact answers.
        seed: Decides the shots.

    Raises:
        ArithmeticError: If the angles do not converge.
        DeviceError: If there is no such device, or it cannot do what is asked.
    """
    state = np.pad(vector, (0, 2 ** len(encoding.wires) - len(vector)))
    state = state / np.linalg.norm(state)
    circuit = transform(encoding, polynomial)
    with qml.QueuingManager.stop_recording():
        start = qml.StatePrep(state, wires=encoding.wires)
    return keep(
        [start, *circuit.gates],
        circuit.flags,
        circuit.wires,
        device=device,
        shots=shots,
        seed=seed,
        amplitudes=quick_amplitudes(encoding, polynomial, state),
    )


def quick_amplitudes(
    encoding: BlockEncoding, polynomial: Polynomial, state: Vector
) -> Callable[[], Vector] | None:
    """Return what gives the amplitudes that are kept by a repeated matrix; None for a large one.

    Args:
        encoding: The matrix in the corner of a unitary.
        polynomial: What is made of its singular values.
        state: Where the circuit begins, normalised, shape (2^w,).
    """
    if encoding_wires(encoding) > MOST_REPEATED:
        return None
    return lambda: kept_amplitudes(encoding, polynomial.phases, state[:, None])[:, 0]
