r"""How good samples are: pure statistics of energies and counts.

.. math:: r = \frac{E_{\max} - \langle E \rangle}{E_{\max} - E_{\min}}, \qquad
    R = \max\left(1, \frac{\ln(1 - c)}{\ln(1 - p)}\right)

are the approximation ratio, which is 1 where every read is a ground state, and the number of reads
after which a ground state came with confidence c, where a read is one with probability p.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qaimagic._checks import check_number, requirement
from qaimagic.devices.annealers.spectrum import Floats
from qaimagic.devices.annealers.thermal import Levels
from qaimagic.drawing import state_sample
from qaimagic.drawing.curves_axes import short_number


@dataclass(frozen=True)
class Estimate:
    """A number estimated from samples.

    Attributes:
        value: The estimate.
        low: The lower end of its 95% confidence interval.
        high: The upper end.
    """

    value: float
    low: float
    high: float

    def scaled(self, factor: float) -> Estimate:
        """Return it in other units."""
        return Estimate(factor * self.value, factor * self.low, factor * self.high)

    def __str__(self) -> str:
        """Return it with its interval.

        Example:
            >>> print(wilson(9, 10))
            0.9 (95%: 0.596 to 0.982)
        """
        value, low, high = (short_number(each, 3) for each in (self.value, self.low, self.high))
        return f"{value} (95%: {low} to {high})"


def wilson(hits: int, n: int) -> Estimate:
    """Return the fraction of ``hits`` among n independent samples, with Wilson's interval."""
    [low], [high] = state_sample.wilson(np.array([hits]), n)
    return Estimate(hits / n, float(low), float(high))


def approximation_ratio(levels: Levels, energies: Floats, counts: NDArray[np.int64]) -> float:
    """Return how far down between the highest and the lowest of all energies samples lie.

    Args:
        levels: The energies of all states.
        energies: Those of the samples, shape (m,).
        counts: How often each came, shape (m,).

    Returns:
        1 where every sample is a ground state, and where all states have one energy.
    """
    if levels.span == 0:
        return 1.0
    mean = float(energies @ counts) / float(counts.sum())
    return (float(levels.energies[-1]) - mean) / levels.span


def check_confidence(confidence: float) -> None:
    """Check that a confidence lies between 0 and 1.

    Raises:
        TypeError: If it is not a number.
        ValueError: If it lies elsewhere.
    """
    if check_number("confidence", confidence, above=0) >= 1:
        fix = "No number of reads makes it certain."
        raise ValueError(requirement("confidence", "be below 1", f"it is {confidence:g}", fix))


def reads_to_solution(success: Estimate, confidence: float) -> Estimate:
    """Return how many reads it takes until one of them was a success.

    Args:
        success: The probability of a success in a single read.
        confidence: With which probability there shall have been one, between 0 and 1.

    References:
        Rønnow et al., Science 345 (2014) 420, doi:10.1126/science.1252319.
    """

    def reads(p: float) -> float:
        if p == 0:
            return math.inf
        return 1.0 if p >= confidence else math.log1p(-confidence) / math.log1p(-p)

    return Estimate(*map(reads, (success.value, success.high, success.low)))
