"""Whether samples follow a distribution: Pearson's test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from qaimagic.subroutines.distributions.reading import counts_of, pair

_EXPECTED = 5.0


@dataclass(frozen=True)
class ChiSquare:
    """The outcome of Pearson's test.

    Attributes:
        statistic: The sum of squared deviations, each over what was expected.
        degrees_of_freedom: The number of strings, or groups of rare ones, less one.
        p_value: How often samples of the distribution itself deviate as much or more.
    """

    statistic: float
    degrees_of_freedom: int
    p_value: float

    def __repr__(self) -> str:
        return (
            f"chi-square {self.statistic:.4g} with {self.degrees_of_freedom} degrees of freedom: "
            f"p = {self.p_value:.3g}"
        )


def chi_square(X: Any, q: Any) -> ChiSquare:
    r"""Test whether samples follow a distribution over strings of bits, by Pearson's test.

    .. math:: \chi^2 = \sum_x \frac{(N_x - m\, q(x))^2}{m\, q(x)}

    The rarest strings are put together until 5 of each group are expected, below which the
    statistic would not follow its distribution. A p-value below 0.001 says that samples do not
    follow q; a large one does not say that they do. Samples have to be independent.

    Args:
        X: Samples of bits, shape (m, n).
        q: Probabilities, shape (2^n,).

    Raises:
        TypeError: If one is no array of numbers.
        ValueError: If one is no distribution, or they are of different numbers of bits.

    Example:
        >>> chi_square([[0]] * 60 + [[1]] * 40, [0.5, 0.5])
        chi-square 4 with 1 degrees of freedom: p = 0.0455

    References:
        Pearson, Philosophical Magazine 50 (1900) 157, doi:10.1080/14786440009463897.
    """
    from scipy.stats import chi2

    counts, samples = counts_of("X", X)
    expected = len(samples) * pair(X, q)[1]
    if counts[expected == 0].any():
        return ChiSquare(float("inf"), max(int((expected > 0).sum()) - 1, 1), 0.0)
    order = np.argsort(expected)
    order = order[expected[order] > 0]
    sums = np.cumsum(expected[order])
    edges, reached = [0], 0.0
    for i, total in enumerate(sums):
        if total - reached >= _EXPECTED and (sums[-1] - total >= _EXPECTED or i == len(sums) - 1):
            edges.append(i + 1)
            reached = float(total)
    starts = edges[:-1] if len(edges) > 1 else [0]
    seen = np.add.reduceat(counts[order], starts)
    wanted = np.add.reduceat(expected[order], starts)
    statistic = float(np.sum((seen - wanted) ** 2 / wanted))
    freedom = len(starts) - 1
    p_value = float(chi2.sf(statistic, freedom)) if freedom else 1.0
    return ChiSquare(statistic, freedom, p_value)
