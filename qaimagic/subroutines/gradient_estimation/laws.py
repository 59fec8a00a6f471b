r"""Power laws of what gradients cost, for more parameters than were measured.

With P parameters and T shots in all, one direction, and slopes of one size (so that the gradient's
length goes as :math:`\sqrt P`):

- parameter-shift and the Hadamard test: each of about P circuits has T/P shots, the slopes' errors
  go as :math:`\sqrt{P/T}`, and the relative error of the whole as :math:`\sqrt P`;
- finite differences: the best step :math:`\propto (P/T)^{1/6}` makes errors :math:`\propto
  (P/T)^{1/3}`;
- SPSA: every slope's noise is all the others, :math:`\sqrt{P - 1}`, whatever the shots.

Simulating takes time in proportion to circuits times gates.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from qaimagic.subroutines.gradient_estimation.points import EstimatorPoint

LARGEST = 1e9
"""The most parameters that laws are asked about."""

QUANTITIES = ("circuits", "error", "seconds")

_EXPONENTS = {
    "backprop": {"circuits": 0.0, "seconds": 1.0},
    "adjoint": {"circuits": 0.0, "seconds": 1.0},
    "parameter-shift": {"circuits": 1.0, "error": 1 / 2, "seconds": 2.0},
    "hadamard": {"circuits": 1.0, "error": 1 / 2, "seconds": 2.0},
    "finite-diff": {"circuits": 1.0, "error": 1 / 3, "seconds": 2.0},
    "spsa": {"circuits": 0.0, "error": 1 / 2, "seconds": 1.0},
}
_FITTED = 2


@dataclass(frozen=True)
class Law:
    """A power law, fitted to the largest sizes.

    Attributes:
        method: The estimator.
        quantity: ``"circuits"``, ``"error"`` or ``"seconds"``.
        factor: Its value for one parameter.
        exponent: The power of the number of parameters, from how the estimator works.
        misfit: By which factor a point that was fitted is off at most.
        end: The most parameters that it holds for: errors end where a circuit has one shot.
    """

    method: str
    quantity: str
    factor: float
    exponent: float
    misfit: float
    end: float = LARGEST

    def at(self, parameters: float) -> float:
        """Return its value for a number of parameters."""
        return float(self.factor * parameters**self.exponent)


def fitted(points: Sequence[EstimatorPoint], total_shots: int) -> tuple[Law, ...]:
    """Return the laws of one method's points; without an error where it is exact."""
    grows = _EXPONENTS[points[0].method]["circuits"] > 0
    per_parameter = points[-1].circuits / points[-1].parameters
    one_shot = min(LARGEST, total_shots / per_parameter) if grows else LARGEST
    largest = sorted(points, key=lambda point: point.parameters)[-_FITTED:]
    laws = []
    for quantity, exponent in _EXPONENTS[points[0].method].items():
        values = [getattr(point, quantity) for point in largest]
        ratios = [
            value / point.parameters**exponent for value, point in zip(values, largest, strict=True)
        ]
        if min(ratios) <= 0:
            continue
        factor = math.exp(sum(map(math.log, ratios)) / len(ratios))
        misfit = max(max(ratio / factor, factor / ratio) for ratio in ratios)
        if quantity == "circuits" and math.isclose(misfit, 1.0):
            factor = ratios[-1]
        end = one_shot if quantity == "error" else LARGEST
        laws.append(Law(points[0].method, quantity, factor, exponent, misfit, end))
    return tuple(laws)
