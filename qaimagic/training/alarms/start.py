r"""The start of a run: gradients that vanish with the wires, or that drown in shot noise.

A circuit that scrambles like a random one has, for an observable of spread :math:`\sigma` on n
wires, gradients that scatter about 0 by the law of barren plateaus,

.. math:: \mathrm{Var}(\partial_\theta \langle O \rangle) = \frac{\sigma^2}{2 (2^n + 1)},

and its averages lie near the maximally mixed state's. That second sign tells a plateau from a
trained model, whose gradients are as small but whose answers are far from those of ignorance.

With N shots the shift rule takes the difference of two answers and halves it, so that each
gradient has the variance :math:`v / 2 N` where a shot has v.

References:
    McClean et al., Nature Communications 9, 4812 (2018), doi:10.1038/s41467-018-07090-4; global
    and local costs: Cerezo et al., Nature Communications 12, 1791 (2021),
    doi:10.1038/s41467-021-21728-w.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pennylane.tape import QuantumScript

from qaimagic.drawing.curves_axes import short_number
from qaimagic.training.alarms.measured import measured
from qaimagic.training.alarms.scatter import Scatter, scatter_of
from qaimagic.training.alarms.sightings import Sighting
from qaimagic.training.events import AlarmKind

_FEWEST_STEPS = 5
_FEWEST_GRADIENTS = 100
_FEWEST_WIRES = 10
_FEWEST_WEIGHTS = 8
_LIKE_RANDOM = 3.0
_NEAR_MIXED = 10.0
_LIKE_NOISE = 1.5
_BY_SHIFTS = ("best", "parameter-shift")


@dataclass(frozen=True)
class Start:
    """What is seen of a layer in the first steps of a run.

    Attributes:
        name: The layer's name.
        n_wires: The number of wires of its circuit.
        scatter: How its answers scatter where its gradients come by shift rules, else None.
        sighting: Its gradients, and what goes with them.
    """

    name: str
    n_wires: int
    scatter: Scatter | None
    sighting: Sighting

    def is_complete(self, steps: int) -> bool:
        """Return whether enough was seen in so many steps, or nothing will be."""
        gradients = steps * len(self.sighting.squares())
        return steps >= _FEWEST_STEPS and not 0 < gradients < _FEWEST_GRADIENTS

    def remove(self) -> None:
        """Look no longer."""
        self.sighting.remove()

    def judged(self, steps: int) -> Iterator[tuple[AlarmKind, str]]:
        """Give the kinds of alarm that what was seen in ``steps`` steps is worth, with words."""
        seen = self.sighting
        squares = seen.squares()
        if not len(squares) or not seen.spread:
            return
        law = 1 / (2 * (2**self.n_wires + 1))
        square = float(squares.mean())
        is_flat = square <= _LIKE_RANDOM * law * seen.spread
        is_near = seen.away * 2**self.n_wires <= _NEAR_MIXED * seen.spread
        enough = self.n_wires >= _FEWEST_WIRES and len(squares) >= _FEWEST_WEIGHTS
        if enough and is_flat and is_near:
            yield "vanishing_gradients", self._flat(square / seen.spread, law, len(squares), steps)
        if self.scatter is None or self.scatter.shots is None:
            return
        noise = self.scatter.factor * seen.one_shot / (2 * self.scatter.shots)
        if square < _LIKE_NOISE * noise:
            sizes = math.sqrt(square / steps), math.sqrt(noise / steps)
            yield "shot_noise", self._noisy(*sizes, self.scatter.shots, steps)

    def _flat(self, variance: float, law: float, n_weights: int, steps: int) -> str:
        found, expected = (short_number(math.sqrt(one), 2) for one in (variance, law))
        return (
            f"The {n_weights} weights of `{self.name}` had gradients of {found} in the first "
            f"{steps} steps (root mean square, in units of what is measured). A random circuit on "
            f"{self.n_wires} wires has {expected}, and 0.7 times that with each wire more: a "
            f"barren plateau. A quantum computer needs about {short_number(1 / (2 * variance), 2)} "
            "shots for each circuit to tell such gradients from noise. Try a cost that reads few "
            "wires at a time instead of all, fewer layers, or weights that start near 0."
        )

    def _noisy(self, size: float, error: float, shots: int, steps: int) -> str:
        return (
            f"With {shots:,} shots each gradient of `{self.name}` has a standard error of about "
            f"{short_number(error, 2)}, and in the first {steps} steps gradients were "
            f"{short_number(size, 2)} (root mean square), hardly more than the noise alone: the "
            f"steps go by chance. Try more shots ({100 * shots:,} make the noise a tenth of this), "
            "or a cost and first weights with larger gradients."
        )


def start_of(layer: Any, tape: QuantumScript | None) -> Start | None:
    """Return what looks at a layer's first steps, or None where its measurements are not known.

    Args:
        layer: The layer.
        tape: Its circuit.
    """
    answers = None if tape is None else measured(tape)
    if tape is None or answers is None or layer.circuit.probe().wires_grow:
        return None
    scatter = scatter_of(layer) if layer.diff_method in _BY_SHIFTS else None
    return Start(layer.name, len(tape.wires), scatter, Sighting(layer, answers))
