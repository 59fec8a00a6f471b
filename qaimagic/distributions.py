"""Distributions over strings of bits: how far apart two are, and patterns to learn.

Wherever one is asked for, give probabilities of all strings, shape (2^n,), the first bit the most
significant one; or samples, shape (n_samples, n). A ``BoltzmannMachine``'s ``probabilities()``
and a circuit's ``qml.probs`` are of the first kind.
"""

from qaimagic.subroutines.distributions.divergences import (
    empirical,
    kl_divergence,
    mmd,
    total_variation,
)
from qaimagic.subroutines.distributions.fit import ChiSquare, chi_square
from qaimagic.subroutines.distributions.patterns import bars_and_stripes

__all__ = [
    "ChiSquare",
    "bars_and_stripes",
    "chi_square",
    "empirical",
    "kl_divergence",
    "mmd",
    "total_variation",
]
