"""A QSVT circuit on a device: by the repeated matrix of U where an ideal simulator fits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pennylane as qml
from pennylane.tape import QuantumScript

from qaimagic._checks import check_int
from qaimagic.bridge.unitaries import unitary_of
from qaimagic.devices import override
from qaimagic.devices.selection import Choice, check_choice_of, resolve
from qaimagic.layers.takeover import suits
from qaimagic.subroutines.block_encodings.encoding import BlockEncoding
from qaimagic.subroutines.matrices.postselection import Kept, drawn, keep
from qaimagic.subroutines.matrices.reading import Vector
from qaimagic.subroutines.qsvt.circuit import transform
from qaimagic.subroutines.qsvt.polynomial import Polynomial
from qaimagic.subroutines.qsvt.states import MOST_REPEATED, encoding_wires, kept_amplitudes


def run(
    encoding: BlockEncoding,
    polynomial: Polynomial,
    vector: Vector,
    after: Sequence[Any] = (),
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
        after: Operations on the encoding's wires that follow.
        device: Where the circuit runs; by default where layers do.
        shots: How many shots it has; by default exact answers.
        seed: Decides the shots.

    Raises:
        ArithmeticError: If the angles do not converge.
        DeviceError: If there is no such device, or it cannot do what is asked.
    """
    if shots is not None:
        check_int("shots", shots, minimum=1)
    state = np.pad(vector, (0, 2 ** len(encoding.wires) - len(vector)))
    state = state / np.linalg.norm(state)
    with qml.QueuingManager.stop_recording():
        start = qml.StatePrep(state, wires=encoding.wires)
    with override(device, shots=shots, seed=seed):
        choice = resolve(Choice())
        check_choice_of(choice)
        circuit = transform(encoding, polynomial)
        order = [*circuit.flags, *circuit.wires]
        is_small = encoding_wires(encoding) <= MOST_REPEATED
        if not is_small or not suits(Choice(choice.device), lambda: order):
            gates = [start, *circuit.gates, *after]
            return keep(gates, circuit.flags, circuit.wires, seed=seed)
        kept = kept_amplitudes(encoding, polynomial.phases, state[:, None])[:, 0]
        if after:
            kept = unitary_of(after, circuit.wires) @ kept
        tape = QuantumScript([start, *circuit.gates, *after])
        return drawn(kept, choice, tape, seed)
