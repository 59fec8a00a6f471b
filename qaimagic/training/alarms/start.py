r"""The start of a run: gradients that vanish with the wires, or that drown in shot noise.

A circuit that scrambles like a random one has, for an observable of spread :math:`\sigma` on n
wires, gradients that scatter about 0 by the law of barren plateaus,

.. math:: \mathrm{Var}(\partial_\theta \langle O \rangle) = \frac{\sigma^2}{2 (2^n + 1)},

and its averages lie near the maximally mixed state's. That second sign tells a plateau from a
trained model, whose gradients are as small but whose answers are far from those of ignorance.

With N shots the shift rule takes the difference of two answers and halves it, so that each
gradient has the variance :math:`v / 2 N` where a shot has v. Gradients that are hardly larger than
that are noise if successive ones, whose shots are independent, have nothing in common either.

References:
    McClean et al., Nature Communications 9, 4812 (2018), doi:10.1038/s41467-018-07090-4; global
    and local costs: Cerezo et al., Nature Communications 12, 1791 (2021),
    doi:10.1038/s41467-021-21728-w.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from pennylane.tape import QuantumScript

from qaimagic.drawing.curves_axes import short_number
from qaimagic.training.alarms.measured import measured
from qaimagic.training.alarms.plateau import mean_square, shots_to_see
from qaimagic.training.alarms.scatter import Scatter, scatter_of
from qaimagic.training.alarms.sightings import Sighting

_FEWEST_WIRES = 10
_FEWEST_WEIGHTS = 8
_LIKE_RANDOM = 3.0
_NEAR_MIXED = 10.0
_ROUNDING = 1e-12
_FEWEST_GRADIENTS = 200
_MOST_STEPS = 20
_LIKE_NOISE = 1.5
_IN_COMMON = 0.1
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

    def flat(self) -> str | None:
        """Return what to say of gradients that follow the law of barren plateaus, or None."""
        seen, squares = self.sighting, self.sighting.squares()
        if self.n_wires < _FEWEST_WIRES or len(squares) < _FEWEST_WEIGHTS or not seen.spread:
            return None
        law = mean_square(self.n_wires)
        variance = float(squares.mean()) / seen.spread
        is_near = seen.away * 2**self.n_wires <= _NEAR_MIXED * seen.spread
        if not _ROUNDING < variance < _LIKE_RANDOM * law or not is_near:
            return None
        found, expected = (short_number(math.sqrt(one), 2) for one in (variance, law))
        return (
            f"The gradients of `{self.name}` are those of a barren plateau: {found} for "
            f"{len(squares)} weights (root mean square, in units of what is measured), where a "
            f"random circuit on {self.n_wires} wires has {expected}, and 0.7 times that with each "
            "wire more. Exact gradients may still lead out of it; a quantum computer needs "
            f"{_about(shots_to_see(variance))} shots for each circuit to tell them from noise. Try "
            "a cost that reads few wires at a time instead of all, fewer layers, or weights that "
            "start near 0."
        )

    def noisy(self, steps: int) -> str | None:
        """Return what to say of gradients that are smaller than their shot noise, or None.

        Args:
            steps: The number of steps that were seen.
        """
        seen, squares = self.sighting, self.sighting.squares()
        if self.scatter is None or self.scatter.shots is None or not seen.sizes:
            return None
        if steps * len(squares) < _FEWEST_GRADIENTS:
            return None
        shots = self.scatter.shots
        noise = self.scatter.factor * seen.one_shot / (2 * shots)
        share = seen.common / seen.sizes
        if float(squares.mean()) > _LIKE_NOISE * noise or share > _IN_COMMON:
            return None
        size, error = (
            short_number(math.sqrt(one / steps), 2) for one in (float(squares.mean()), noise)
        )
        return (
            f"With {shots:,} shots each gradient of `{self.name}` has a standard error of about "
            f"{error}. In the first {steps} steps gradients were {size} (root mean square), and "
            "those of one step had next to nothing in common with those of the next: noise moves "
            f"the weights. Try more shots ({100 * shots:,} make the noise a tenth of this), or a "
            "cost and first weights with larger gradients."
        )

    def is_seen(self, steps: int) -> bool:
        """Return whether so many steps are enough to judge noise, or further ones are no use."""
        without = self.scatter is None or self.scatter.shots is None
        gradients = steps * len(self.sighting.squares())
        return without or gradients >= _FEWEST_GRADIENTS or steps >= _MOST_STEPS

    def remove(self) -> None:
        """Look no longer."""
        self.sighting.remove()


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


def _about(number: float) -> str:
    if number > 1e6:
        return "more than a million"
    return f"about {float(f'{number:.2g}'):,.0f}"
