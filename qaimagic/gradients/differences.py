r"""Finite differences: the slope between two points nearby, a step h to either side.

.. math:: f'(\phi) \approx \frac{f(\phi + h) - f(\phi - h)}{2 h}

Too long a step bends the answer by up to :math:`h^2 / 6`, since the third derivative of an angle's
sine is at most 1. Too short a step drowns it: with N shots the values scatter by :math:`\sigma /
\sqrt N`, and the quotient by :math:`\sigma / (h \sqrt{2 N})`. The sum of the squares is least at
:math:`h = (9 \sigma^2 / N)^{1/6}`, a large step: 0.46 rad for 1000 shots. Exact values are limited
by rounding alone, which allows a short one.

References:
    Press et al., Numerical Recipes (2007), section 5.7.
"""

from __future__ import annotations

import numpy as np
from pennylane.tape import QuantumScript

from qaimagic.gradients.recipes import Recipe, moved, one_by_one


def recipe(tape: QuantumScript, step: float) -> Recipe:
    """Return how to get the derivatives by a tape's trainable parameters.

    Args:
        tape: The circuit.
        step: How far each parameter is moved to either side.
    """
    ahead = step * np.eye(len(tape.trainable_params))
    circuits = moved(tape, [*ahead, *-ahead])
    pairs = zip(circuits[: len(ahead)], circuits[len(ahead) :], strict=True)
    return one_by_one(len(ahead), [(list(pair), [0.5 / step, -0.5 / step]) for pair in pairs])
