"""What many estimates of one gradient came to."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class EstimatorPoint:
    """One estimator at one number of parameters P.

    Bias and variances are of single slopes, averaged over all of them.

    Attributes:
        method: The estimator.
        parameters: The number P.
        circuits: How many circuits an estimate takes.
        shots: How many shots it has in all; 0 for exact methods.
        bias: The root mean square of how far the mean estimate is off.
        bias_error: What ``bias`` would be of an estimator without one, by chance.
        variance: The variance of the estimates.
        claimed: The variance that their own standard errors claim.
        error: The root mean square of the whole gradient's error, relative to the gradient.
        error_error: The standard error of that.
        seconds: How long one estimate takes to simulate on this computer.
    """

    method: str
    parameters: int
    circuits: int
    shots: int
    bias: float
    bias_error: float
    variance: float
    claimed: float
    error: float
    error_error: float
    seconds: float

    @property
    def is_unbiased(self) -> bool:
        r"""Whether the bias is within what chance explains, at about 4 standard deviations.

        Its square is a mean over slopes, which scatters by :math:`\sqrt{2/P}` where they are
        independent. SPSA's slopes share their direction, and are not.
        """
        return self.bias**2 <= self.bias_error**2 * (1 + 4 * math.sqrt(2 / self.parameters))
