"""The circuit: phases by the energy and mixing in turn, as a body that any layer can be made of."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from typing import Any

import pennylane as qml

from qaimagic.layers.declare import quantum
from qaimagic.layers.hybrid import HybridLayer
from qaimagic.subroutines.energies.words import Words
from qaimagic.subroutines.qaoa.mixers import Mixer


@dataclass(frozen=True, eq=False)
class Ansatz:
    r"""The circuit of p layers.

    .. math:: |\gamma, \beta\rangle = \prod_{l=p}^{1} e^{-i \beta_l B} e^{-i \gamma_l E / s}
        |start\rangle

    Attributes:
        words: The energy E as Pauli words.
        mixer: Where it starts, and B.
        p: How many layers.
        scale: The energy s that angles are measured by, so that they are of order 1.
    """

    words: Words
    mixer: Mixer
    p: int
    scale: float

    def layer(self, measure: Any, *, device: Any, shots: int | None, seed: int) -> HybridLayer:
        """Return the circuit as a layer with weights ``gamma`` and ``beta``, shape (p,) each.

        Args:
            measure: What it returns, such as ``qml.probs(wires=range(n))``.
            device: Where it runs, or None for the default.
            shots: The number of shots, or None for exact answers.
            seed: The seed of the shots.
        """
        words = in_rounds(word for word in self.words if word)
        phases = tuple((word, 2 * self.words[word] / self.scale) for word in words)
        mixer, p = self.mixer, self.p

        def qaoa(gamma: Any, beta: Any) -> Any:
            mixer.start()
            for step in range(p):
                for wires, factor in phases:
                    _turn(factor * gamma[step], wires)
                mixer.mix(beta[step])
            return copy(measure)

        shapes = {"gamma": (self.p,), "beta": (self.p,)}
        return quantum(device=device, shots=shots, seed=seed, weight_shapes=shapes)(qaoa)

    def energy(self) -> Any:
        """Return the measurement of the energy."""
        products = [qml.prod(*map(qml.Z, word)) if word else qml.Identity(0) for word in self.words]
        return qml.expval(qml.dot(list(self.words.values()), products))


def in_rounds(words: Iterable[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Return words in an order that makes a shallow circuit: each in the first round with room.

    Their rotations commute. Within a round no two of them share a wire.

    Example:
        >>> in_rounds([(0, 1), (1, 2), (2, 3), (0, 3)])
        [(0, 1), (2, 3), (1, 2), (0, 3)]
    """
    rounds: list[list[tuple[int, ...]]] = []
    busy: list[set[int]] = []
    for word in words:
        place = next((k for k, wires in enumerate(busy) if wires.isdisjoint(word)), len(busy))
        if place == len(busy):
            rounds.append([])
            busy.append(set())
        rounds[place].append(word)
        busy[place].update(word)
    return [word for together in rounds for word in together]


def _turn(angle: Any, wires: tuple[int, ...]) -> None:
    if len(wires) == 1:
        qml.RZ(angle, wires=wires)
    elif len(wires) == 2:
        qml.IsingZZ(angle, wires=wires)
    else:
        qml.MultiRZ(angle, wires=wires)
