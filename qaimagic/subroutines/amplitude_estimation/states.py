"""Amplified states of an ideal simulator: one amplification is simulated, and then repeated."""

from __future__ import annotations

import numpy as np
import pennylane as qml
from numpy.typing import NDArray
from pennylane.tape import QuantumScript

from qaimagic.bridge.depth import two_qubit_depth
from qaimagic.bridge.states import state_of
from qaimagic.bridge.unitaries import unitary_of
from qaimagic.devices import make
from qaimagic.layers.engine import NAME
from qaimagic.subroutines.amplitude_estimation.depth import depth_of_power
from qaimagic.subroutines.amplitude_estimation.preparation import Preparation

MOST_REPEATED = 11
"""The most wires of which one amplification is kept as a matrix."""

MOST_EXACT = 16
"""The most wires of which an exact probability is computed."""


def exact_chance(preparation: Preparation) -> float | None:
    """Return the probability of the good outcome, or None where a state would be large."""
    if len(preparation.wires) > MOST_EXACT:
        return None
    state = state_of(preparation.circuit(0), make(NAME), preparation.wires)
    return _chance(preparation.are_good(), state.numpy())


class States:
    """The state after each number of amplifications, and shots of it.

    Attributes:
        device: Where they are simulated.
        is_ideal: Whether that is an ideal machine.
        answers_by_shots: Whether it has no exact answers.

    Args:
        preparation: What is estimated, on ``MOST_REPEATED`` wires at most.
        seed: Decides the shots.
    """

    device = NAME
    is_ideal = True
    answers_by_shots = False

    def __init__(self, preparation: Preparation, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        self._preparation = preparation
        self._good = preparation.are_good()
        self._step = amplification(preparation)
        self._state = state_of(preparation.circuit(0), make(NAME), preparation.wires).numpy()
        self._chances = [_chance(self._good, self._state)]

    def chance(self, power: int) -> float:
        """Return the probability of the good outcome after so many amplifications."""
        while len(self._chances) <= power:
            self._state = self._step @ self._state
            self._chances.append(_chance(self._good, self._state))
        return self._chances[power]

    def hits(self, power: int, shots: int) -> int:
        """Return how many of so many shots are good after so many amplifications."""
        return int(self._rng.binomial(shots, self.chance(power)))

    def depth(self, power: int) -> int:
        """Return the depth of that circuit in gates on two wires."""
        return depth_of_power(power, lambda k: two_qubit_depth(self._preparation.circuit(k)))

    def reseed(self, seed: int) -> None:
        """Begin other shots."""
        self._rng = np.random.default_rng(seed)


def amplification(preparation: Preparation) -> NDArray[np.complex128]:
    """Return the matrix of one amplification, shape (2^n, 2^n)."""
    with qml.queuing.AnnotatedQueue() as queue:
        preparation.amplify()
    return unitary_of(QuantumScript.from_queue(queue).operations, preparation.wires)


def _chance(good: NDArray[np.float64], state: NDArray[np.complex128]) -> float:
    return float(min(1.0, good @ np.abs(state) ** 2))
