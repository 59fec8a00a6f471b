r"""The circuit of phase estimation, and where it runs.

.. math:: |0\rangle |j\rangle \to \frac{1}{\sqrt{2^n}} \sum_k e^{2 \pi i \theta_j k} |k\rangle
    |j\rangle \to |\approx 2^n \theta_j\rangle |j\rangle
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pennylane as qml
from numpy.typing import NDArray
from pennylane.tape import QuantumScript

from qaimagic.bridge.depth import two_qubit_costs
from qaimagic.subroutines.matrices.postselection import Kept, keep, scatter
from qaimagic.subroutines.matrices.reading import Matrix
from qaimagic.subroutines.matrices.starting import Start

Floats = NDArray[np.float64]


def gates_of(unitary: Matrix, register: Sequence[Any], wires: Sequence[Any]) -> list[Any]:
    """Return the gates between the state's preparation and the reading.

    Args:
        unitary: Shape (2^m, 2^m).
        register: The n wires of the phase, the most significant bit first.
        wires: The m wires of the state.
    """
    gates: list[Any] = [qml.Hadamard(wire) for wire in register]
    power = unitary
    for wire in reversed(register):
        gates.append(qml.ControlledQubitUnitary(power, wires=[wire, *wires]))
        power = power @ power
    with qml.QueuingManager.stop_recording():
        gates.append(qml.adjoint(qml.QFT(wires=list(register))))
    return gates


def costs_of(unitary: Matrix, register: Sequence[Any], wires: Sequence[Any]) -> tuple[int, int]:
    """Return gates on two wires and their depth, each call of U taken apart as a matrix."""
    calls = 2 ** len(register) - 1
    one = QuantumScript([qml.ControlledQubitUnitary(unitary, wires=[register[0], *wires])])
    fourier = QuantumScript([qml.QFT(wires=list(register))])
    (own, own_depth), (last, last_depth) = two_qubit_costs(one), two_qubit_costs(fourier)
    return calls * own + last, calls * own_depth + last_depth


def read_register(
    gates: Sequence[Any],
    start: Start,
    register: Sequence[Any],
    device: Any,
    shots: int | None,
    seed: int,
) -> Kept:
    """Run the circuit, and return what its register reads.

    Raises:
        DeviceError: If there is no such device, or it cannot do what is asked.
    """
    order = [*register, *start.wires]
    kept = keep([*start.gates, *gates], {}, order, device=device, shots=shots, seed=seed)
    chances = kept.probabilities.reshape(2 ** len(register), -1).sum(axis=1)
    errors = None if kept.shots is None else scatter(chances, kept.shots)
    return replace(kept, probabilities=chances, standard_errors=errors, state=None)
