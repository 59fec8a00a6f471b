r"""The circuit of phase estimation, and where it runs.

.. math:: |0\rangle |j\rangle \to \frac{1}{\sqrt{2^n}} \sum_k e^{2 \pi i \theta_j k} |k\rangle
    |j\rangle \to |\approx 2^n \theta_j\rangle |j\rangle
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pennylane as qml
from numpy.typing import NDArray
from pennylane.tape import QuantumScript

from qaimagic.bridge.depth import two_qubit_costs
from qaimagic.bridge.states import state_of
from qaimagic.devices import make, override
from qaimagic.devices.selection import Choice, describe, resolve
from qaimagic.layers.engine import NAME
from qaimagic.layers.takeover import is_ideal, suits
from qaimagic.subroutines.matrices.postselection import keep, scatter
from qaimagic.subroutines.matrices.reading import Matrix
from qaimagic.subroutines.matrices.starting import Start
from qaimagic.training.loop.streams import derive

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Read:
    """What a register read.

    Attributes:
        probabilities: Of its values, shape (2^n,).
        standard_errors: How far they scatter for their shots; None for exact answers.
        shots: How many there were; None for exact answers.
        device: Where the circuit ran.
        is_ideal: Whether that is an ideal machine.
    """

    probabilities: Floats
    standard_errors: Floats | None
    shots: int | None
    device: str
    is_ideal: bool


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
    (gates, depth), (last_gates, last_depth) = two_qubit_costs(one), two_qubit_costs(fourier)
    return calls * gates + last_gates, calls * depth + last_depth


def read_register(
    gates: Sequence[Any],
    start: Start,
    register: Sequence[Any],
    device: Any,
    shots: int | None,
    seed: int,
) -> Read:
    """Run the circuit, and return what its register reads.

    Raises:
        DeviceError: If there is no such device, or it cannot do what is asked.
    """
    order = [*register, *start.wires]
    with override(device, shots=shots, seed=seed):
        choice = resolve(Choice())
    bare = Choice(choice.device)
    asked = [*start.gates, *gates]
    if suits(bare, lambda: order):
        state = state_of(QuantumScript(asked, [qml.state()]), make(NAME, order), order).numpy()
        chances = (np.abs(state) ** 2).reshape(2 ** len(register), -1).sum(axis=1)
        chances /= chances.sum()
        if choice.shots is not None:
            rng = np.random.default_rng(derive(seed, "shots"))
            chances = rng.multinomial(choice.shots, chances) / choice.shots
    else:
        kept = keep(asked, {}, order, device=device, shots=shots, seed=seed)
        chances = kept.probabilities.reshape(2 ** len(register), -1).sum(axis=1)
    errors = None
    if choice.shots is not None:
        errors = scatter(chances, choice.shots)
    return Read(chances, errors, choice.shots, describe(choice.device), is_ideal(bare))
