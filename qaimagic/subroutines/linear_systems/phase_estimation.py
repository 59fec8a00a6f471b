"""The gates of HHL."""

from __future__ import annotations

from typing import Any

import numpy as np
import pennylane as qml

from qaimagic.subroutines.block_encodings.encoding import auxiliary_wires
from qaimagic.subroutines.linear_systems.clock import Clock
from qaimagic.subroutines.linear_systems.prepared import Prepared
from qaimagic.subroutines.linear_systems.system import Floats, LinearSystem
from qaimagic.subroutines.matrices.reading import Matrix

_FLAG = "flag"


def hhl_circuit(
    system: LinearSystem,
    clock: Clock,
    eigenvalues: Floats,
    eigenvectors: Matrix,
    *,
    device: Any,
    shots: int | None,
    seed: int,
) -> Prepared:
    """Return the circuit: eigenvalues are read into a clock, turn a flag, and are unread.

    Args:
        system: A Hermitian system.
        clock: The clock.
        eigenvalues: Of ``system.fitted``, shape (2^w,).
        eigenvectors: Its columns, shape (2^w, 2^w).
        device: As in `hhl`.
        shots: As in `hhl`.
        seed: As in `hhl`.
    """
    hands, wires = auxiliary_wires(clock.n_wires, "clock"), list(system.wires)
    norm = float(np.linalg.norm(system.right))
    with qml.queuing.AnnotatedQueue() as queue:
        if clock.is_uniform:
            for hand in hands:
                qml.Hadamard(hand)
        else:
            qml.MottonenStatePreparation(clock.window, wires=hands)
        for place, hand in enumerate(hands):
            turns = clock.time * 2 ** (clock.n_wires - 1 - place)
            evolved = (eigenvectors * np.exp(1j * turns * eigenvalues)) @ eigenvectors.conj().T
            controlled = np.block(
                [
                    [np.eye(len(evolved)), np.zeros_like(evolved)],
                    [np.zeros_like(evolved), evolved],
                ]
            )
            qml.QubitUnitary(controlled, wires=[hand, *wires])
        qml.adjoint(qml.QFT(wires=hands))
    reading = qml.tape.QuantumScript.from_queue(queue).operations
    angles = 2 * np.arcsin(clock.heights)
    start = qml.StatePrep(system.right / norm, wires=wires)
    turn = qml.SelectPauliRot(angles, control_wires=hands, target_wire=_FLAG, rot_axis="Y")
    unreading = [qml.adjoint(gate, lazy=False) for gate in reversed(reading)]
    return Prepared(
        gates=[start, *reading, turn, *unreading],
        flags={_FLAG: 1, **dict.fromkeys(hands, 0), **system.flags},
        wires=system.answer_wires,
        scale=norm / clock.constant,
        device=device,
        shots=shots,
        seed=seed,
    )
