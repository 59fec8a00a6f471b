r"""Energies that no state has: below the ground energy by more than shots and rounding explain.

Every average of H is at least its ground energy :math:`E_0`, whatever the state and the noise.
With N shots an answer scatters by :math:`\sum_w |c_w| / \sqrt N` at most, the sum over the words
of H; the mean of m successive answers by :math:`\sqrt m` times less, although the weights move in
between (Hoeffding's inequality holds for such sums, as Azuma showed).

References:
    Azuma, Tohoku Mathematical Journal 19, 357 (1967), doi:10.2748/tmj/1178243286.
"""

from __future__ import annotations

import math
from typing import Any

from pennylane.tape import QuantumScript
from torch import Tensor

from qaimagic.drawing.curves_axes import short_number
from qaimagic.training.alarms.ground import ground_energy
from qaimagic.training.alarms.measured import hamiltonian
from qaimagic.training.alarms.scatter import Scatter, scatter_of
from qaimagic.training.alarms.sightings import is_plain

_ROUNDING = 1e-4
_SIGMAS = 5.0


class Energies:
    """Keeps a layer's last answer, and compares it with the ground energy when asked.

    Args:
        layer: A layer that answers with the average of one Hamiltonian.
        ground: The ground energy.
        reach: The sum of the words' factors without their signs, the identity's left out.
        scatter: How the answers scatter.
    """

    def __init__(self, layer: Any, ground: float, reach: float, scatter: Scatter) -> None:
        self._name, self._ground, self._shots = layer.name, ground, scatter.shots
        self._room = _ROUNDING * reach
        self._error = reach * math.sqrt(scatter.factor / scatter.shots) if scatter.shots else 0.0
        self._answer: Tensor | None = None
        self._below = 0.0
        self._count = 0
        self._handle = layer.register_forward_hook(self._see)

    def remove(self) -> None:
        """Look no longer."""
        self._handle.remove()

    def look(self) -> str | None:
        """Return what to say of the energies up to the last answer, or None.

        With shots it adds up by how much successive energies lie below the ground energy, and
        starts anew whenever they are above it in the mean.
        """
        if self._answer is None:
            return None
        self._below += self._ground - self._answer.item()
        self._answer = None
        self._count += 1
        below, error = self._below / self._count, self._error / math.sqrt(self._count)
        if below > self._room + _SIGMAS * error:
            return self._words(below, error)
        if below <= 0 or self._shots is None:
            self._below, self._count = 0.0, 0
        return None

    def _words(self, below: float, error: float) -> str:
        energy = short_number(self._ground - below, 5)
        mean = f"the mean of {self._count} steps, " if self._count > 1 else ""
        room = "more than rounding explains"
        if self._shots is not None:
            times = short_number(below / error, 2)
            room = f"{times} times the most that {self._shots:,} shots let it scatter"
        return (
            f"The energy of `{self._name}` is lower than any state's: {mean}{energy}, where the "
            f"ground energy of its Hamiltonian is {short_number(self._ground, 5)} (by exact "
            f"diagonalisation). It lies {short_number(below)} below, {room}. Error mitigation "
            "that extrapolates does that, and so do biased readout, a gate that is not unitary, "
            "and amplitudes that are not normalised. Do not report it as a ground energy."
        )

    def _see(self, layer: Any, data: Any, answer: Any) -> None:
        del layer, data
        if is_plain(answer) and answer.numel() == 1:
            self._answer = answer.detach()


def energies_of(layer: Any, tape: QuantumScript | None) -> Energies | None:
    """Return what looks at a layer's energies, or None where it has none, or no bound is known.

    Args:
        layer: The layer.
        tape: Its circuit.
    """
    if tape is None or len(tape.measurements) != 1:
        return None
    words, scatter = hamiltonian(tape.measurements[0]), scatter_of(layer)
    ground = None if words is None or scatter is None else ground_energy(words)
    if words is None or scatter is None or ground is None:
        return None
    reach = sum(abs(factor) for word, factor in words.items() if word)
    return Energies(layer, ground, reach, scatter)
