"""Shots of a state, and how far they leave a probability open."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from qaimagic._checks import check_int, requirement
from qaimagic.drawing.curves_data import Floats

LEVEL = 0.95
MOST_SHOTS = 10**9
"""How many shots may be drawn."""
_Z = 1.959963984540054


@dataclass(frozen=True)
class Sample:
    """How often each basis state came.

    Attributes:
        counts: Shape (2**n_wires,).
        seed: What the shots were drawn with, or None.
    """

    counts: NDArray[np.int64]
    seed: int | None = None

    @cached_property
    def shots(self) -> int:
        """The number of shots."""
        return int(self.counts.sum())

    @cached_property
    def frequencies(self) -> Floats:
        """The share of each basis state, shape (2**n_wires,)."""
        return np.asarray(self.counts / self.shots)

    @cached_property
    def intervals(self) -> tuple[Floats, Floats]:
        """The ends of Wilson's 95 % interval about each share, shape (2**n_wires,) each."""
        return wilson(self.counts, self.shots)


def draw_shots(probabilities: Floats, shots: int, seed: int | None) -> Sample:
    """Return shots drawn from probabilities, shape (2**n_wires,), which are scaled to a sum of 1.

    Raises:
        TypeError: If ``shots`` is no whole number.
        ValueError: If it is below 1 or above `MOST_SHOTS`.

    Example:
        >>> draw_shots(np.array([0.5, 0.0, 0.0, 0.5]), 100, seed=0).shots
        100
    """
    check_shots(shots)
    scaled = probabilities / probabilities.sum()
    counts = np.random.default_rng(seed).multinomial(shots, scaled)
    return Sample(counts.astype(np.int64), seed)


def check_shots(shots: object) -> None:
    """Refuse what is no number of shots.

    Raises:
        TypeError: If it is no whole number.
        ValueError: If it is below 1 or above `MOST_SHOTS`.
    """
    if check_int("shots", shots, minimum=1) > MOST_SHOTS:
        raise ValueError(requirement("shots", f"be at most {MOST_SHOTS:,}", f"it is {shots:,}"))


def wilson(counts: NDArray[np.int64], shots: int) -> tuple[Floats, Floats]:
    r"""Return the score interval of each probability, which also holds near 0 and 1.

    The ends are the p with :math:`|\hat p - p| = z \sqrt{p (1 - p) / N}`,

    .. math:: \frac{\hat p + z^2/2N}{1 + z^2/N} \pm
        \frac{z}{1 + z^2/N} \sqrt{\frac{\hat p (1 - \hat p)}{N} + \frac{z^2}{4 N^2}}

    with z = 1.96 for 95 %. The standard error :math:`\sqrt{\hat p (1 - \hat p) / N}` would be 0
    for what never came.

    Args:
        counts: Shape (m,).
        shots: The number N of shots.

    Returns:
        The lower and the upper ends, shape (m,) each.

    Example:
        >>> low, high = wilson(np.array([0, 50]), 100)
        >>> low.round(3), high.round(3)
        (array([0.   , 0.404]), array([0.037, 0.596]))

    References:
        Wilson, J. Am. Stat. Assoc. 22, 209 (1927), doi:10.1080/01621459.1927.10502953;
        Brown, Cai, DasGupta, Stat. Sci. 16, 101 (2001), doi:10.1214/ss/1009213286.
    """
    share = counts / shots
    centre = share + _Z**2 / (2 * shots)
    spread = _Z * np.sqrt(share * (1 - share) / shots + _Z**2 / (4 * shots**2))
    scale = 1 + _Z**2 / shots
    low, high = (centre - spread) / scale, (centre + spread) / scale
    return np.where(counts == 0, 0.0, low), np.where(counts == shots, 1.0, high)
