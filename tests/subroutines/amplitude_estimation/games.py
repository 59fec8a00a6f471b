"""Amplitudes whose amplified chances follow from the closed form, without any circuit."""

from __future__ import annotations

import math

import numpy as np

from qaimagic.subroutines.amplitude_estimation.estimate import Ask


def game(a: float, seed: int) -> Ask:
    """Return hits of a circuit whose good outcome has the probability ``a``."""
    rng, angle = np.random.default_rng(seed), math.asin(math.sqrt(a))

    def ask(power: int, shots: int) -> int:
        return int(rng.binomial(shots, min(1.0, math.sin((2 * power + 1) * angle) ** 2)))

    return ask
