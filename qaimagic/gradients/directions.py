r"""SPSA: all parameters moved at once, in directions drawn at random.

.. math:: \hat g = \frac1K \sum_k \delta_k \,
    \frac{f(\phi + h \delta_k) - f(\phi - h \delta_k)}{2 h},
    \qquad \delta_{kp} = \pm 1

Each direction takes two circuits, however many parameters there are. The other parameters'
slopes end up in each component as noise, which averages out: the estimate is right in the mean, and
its scatter falls as :math:`1 / \sqrt K`.

References:
    Spall, IEEE Trans. Autom. Control 37, 332 (1992), doi:10.1109/9.119632.
"""

from __future__ import annotations

import numpy as np
from pennylane.tape import QuantumScript

from qaimagic.gradients.recipes import Recipe, moved


def recipe(tape: QuantumScript, step: float, directions: int, rng: np.random.Generator) -> Recipe:
    """Return how to estimate the derivatives by a tape's trainable parameters.

    Args:
        tape: The circuit.
        step: How far each parameter is moved to either side.
        directions: The number K of directions.
        rng: Where the directions come from.
    """
    drawn = rng.choice([-1.0, 1.0], size=(directions, len(tape.trainable_params)))
    circuits = moved(tape, [sign * step * delta for delta in drawn for sign in (1, -1)])
    weights = drawn.T / (2 * step * directions)
    return Recipe(tuple(circuits), np.stack([weights, -weights], axis=2).reshape(len(weights), -1))
