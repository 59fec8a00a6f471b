"""The gates of HHL, and what they make of a right side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pennylane as qml
from pennylane.tape import QuantumScript
from scipy.linalg import block_diag

from qaimagic.bridge.depth import two_qubit_gates
from qaimagic.subroutines.block_encodings.encoding import auxiliary_wires
from qaimagic.subroutines.linear_systems.clock import Clock
from qaimagic.subroutines.linear_systems.prepared import Prepared
from qaimagic.subroutines.linear_systems.system import Floats, LinearSystem
from qaimagic.subroutines.matrices.reading import Matrix, Vector

_FLAG = "flag"


@dataclass(frozen=True, eq=False, kw_only=True)
class Reading(Prepared):
    """The circuit of HHL, tick by tick where a simulator without noise fits.

    Attributes:
        clock: The clock.
        evolutions: The evolution that each wire of the clock controls, each shape (2^w, 2^w).
        system: The system.
    """

    clock: Clock
    evolutions: Sequence[Matrix]
    system: LinearSystem

    @property
    def calls(self) -> int:
        """How often A evolves for the time of one tick, to read the clock and to unread it."""
        return 2 * len(self.clock.heights) - 2

    @property
    def repeated_gates(self) -> int:
        """How many more gates on two wires there are if powers of the evolution repeat it."""
        wires = range(1 + len(self.system.wires))
        once = qml.QubitUnitary(_controlled(self.evolutions[-1]), wires=wires)
        more = self.calls - 2 * self.clock.n_wires
        return more * two_qubit_gates(QuantumScript([once]))

    def amplitudes(self) -> Callable[[], Vector]:
        """Return what simulates the clock tick by tick."""
        return self._kept_amplitudes

    def _kept_amplitudes(self) -> Vector:
        right = self.system.right / np.linalg.norm(self.system.right)
        ticks = np.outer(self.clock.window, right)
        for place, evolved in enumerate(self.evolutions):
            ticks = self._controlled(ticks, place, evolved)
        read = np.fft.fft(ticks, axis=0, norm="ortho") * self.clock.heights[:, None]
        ticks = np.fft.ifft(read, axis=0, norm="ortho")
        for place, evolved in enumerate(self.evolutions):
            ticks = self._controlled(ticks, place, evolved.conj().T)
        kept: Vector = self.clock.window @ ticks
        return kept.reshape(2, -1)[1] if self.system.flags else kept

    def _controlled(self, ticks: Matrix, place: int, evolved: Matrix) -> Matrix:
        """Return the rows of ticks, evolved where this wire of the clock is 1."""
        halves = ticks.reshape(2**place, 2, -1, len(evolved)).copy()
        halves[:, 1] = halves[:, 1] @ evolved.T
        return halves.reshape(ticks.shape)


def hhl_circuit(
    system: LinearSystem,
    clock: Clock,
    eigenvalues: Floats,
    eigenvectors: Matrix,
    *,
    device: Any,
    shots: int | None,
    seed: int,
) -> Reading:
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
    turns = clock.time * 2.0 ** np.arange(clock.n_wires)[::-1]
    evolutions = [
        (eigenvectors * np.exp(1j * turn * eigenvalues)) @ eigenvectors.conj().T for turn in turns
    ]
    with qml.queuing.AnnotatedQueue() as queue:
        if clock.is_uniform:
            for hand in hands:
                qml.Hadamard(hand)
        else:
            qml.MottonenStatePreparation(clock.window, wires=hands)
        for hand, evolved in zip(hands, evolutions, strict=True):
            qml.QubitUnitary(_controlled(evolved), wires=[hand, *wires])
        qml.adjoint(qml.QFT(wires=hands))
    reading = qml.tape.QuantumScript.from_queue(queue).operations
    angles = 2 * np.arcsin(clock.heights)
    start = qml.StatePrep(system.right / norm, wires=wires)
    turn = qml.SelectPauliRot(angles, control_wires=hands, target_wire=_FLAG, rot_axis="Y")
    unreading = [qml.adjoint(gate) for gate in reversed(reading)]
    return Reading(
        gates=[start, *reading, turn, *unreading],
        flags={_FLAG: 1, **dict.fromkeys(hands, 0), **system.flags},
        wires=system.answer_wires,
        scale=norm / clock.constant,
        device=device,
        shots=shots,
        seed=seed,
        clock=clock,
        evolutions=evolutions,
        system=system,
    )


def _controlled(evolved: Matrix) -> Matrix:
    matrix: Matrix = block_diag(np.eye(len(evolved)), evolved)
    return matrix
