"""How far apart two distributions over strings of bits are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from qaimagic._checks import requirement
from qaimagic.devices.annealers.spectrum import Floats
from qaimagic.subroutines.distributions.kernel import bandwidths_of, smoothed
from qaimagic.subroutines.distributions.reading import as_array, pair, probabilities

_BLOCK = 2000


def empirical(X: Any) -> Floats:
    """Return how often each string of bits is among samples.

    Args:
        X: Zeros and ones, shape (n_samples, n), n at most 24.

    Returns:
        Frequencies, shape (2^n,); the first bit is the most significant one, as wire 0 is.

    Raises:
        TypeError: If they are no array of numbers.
        ValueError: If they are no bits, or too many.

    Example:
        >>> empirical([[0, 1], [0, 1], [1, 1], [0, 1]]).tolist()
        [0.0, 0.75, 0.0, 0.25]
    """
    return probabilities("X", np.atleast_2d(as_array("X", X)))


def kl_divergence(p: Any, q: Any) -> float:
    r"""Return the Kullback-Leibler divergence :math:`\sum_x p(x) \ln (p(x) / q(x))`, in nats.

    It is 0 where the two agree, and infinite where q excludes what p has. Take for p the data, and
    for q the model.

    Args:
        p: Probabilities, shape (2^n,), or samples of bits, shape (n_samples, n).
        q: The same of the other distribution.

    Raises:
        TypeError: If one is no array of numbers.
        ValueError: If one is no distribution, or they are of different numbers of bits.

    Example:
        >>> round(kl_divergence([0.5, 0.5], [0.25, 0.75]), 6)
        0.143841

    References:
        Kullback, Leibler, Ann. Math. Stat. 22 (1951) 79, doi:10.1214/aoms/1177729694.
    """
    first, second = pair(p, q)
    held = first > 0
    if not second[held].all():
        return float("inf")
    return float(np.sum(first[held] * (np.log(first[held]) - np.log(second[held]))))


def total_variation(p: Any, q: Any) -> float:
    r"""Return :math:`\tfrac{1}{2} \sum_x |p(x) - q(x)|`.

    It is the most by which the chances of any event differ: from 0 where the two agree to 1
    where they share nothing.

    Args:
        p: Probabilities, shape (2^n,), or samples of bits, shape (n_samples, n).
        q: The same of the other distribution.

    Raises:
        TypeError: If one is no array of numbers.
        ValueError: If one is no distribution, or they are of different numbers of bits.

    Example:
        >>> total_variation([0.5, 0.5], [0.25, 0.75])
        0.25
    """
    first, second = pair(p, q)
    return float(0.5 * np.abs(first - second).sum())


def mmd(p: Any, q: Any, *, bandwidth: float | Sequence[float] = 1.0) -> float:
    r"""Return the squared maximum mean discrepancy, with a Gaussian kernel.

    .. math:: \mathrm{MMD}^2 = \sum_{x, y} (p(x) - q(x))\, k(x, y)\, (p(y) - q(y)), \qquad
        k(x, y) = e^{-|x - y|^2 / 2 \sigma^2}

    It is 0 where the two agree and nowhere else. Samples stand for the distribution of the samples,
    so that m samples of one and the same distribution are about :math:`1/m` from it.

    Args:
        p: Probabilities, shape (2^n,); or samples, shape (n_samples, n): bits, or real numbers if
            ``q`` are samples, too.
        q: The same of the other distribution.
        bandwidth: The kernel's :math:`\sigma`; several make the mean of their kernels.

    Raises:
        TypeError: If one is no array of numbers.
        ValueError: If one is no distribution, the two do not fit, or a bandwidth is not positive.

    Example:
        >>> round(mmd([1.0, 0.0], [0.0, 1.0]), 6)
        0.786939
        >>> round(mmd([[0], [0]], [[1]]), 6)
        0.786939

    References:
        Gretton et al., J. Machine Learning Research 13 (2012) 723.
    """
    widths = bandwidths_of(bandwidth)
    first, second = as_array("p", p), as_array("q", q)
    if first.ndim == second.ndim == 2:
        return float(np.mean([_of_samples(first, second, width) for width in widths]))
    difference = np.subtract(*pair(p, q))
    return float(np.mean([difference @ smoothed(difference, width) for width in widths]))


def _of_samples(X: Floats, Y: Floats, bandwidth: float) -> float:
    if X.shape[1] != Y.shape[1]:
        received = f"its shape is {Y.shape}"
        raise ValueError(requirement("q", f"have shape (n_samples, {X.shape[1]})", received))
    within = mean_kernel(X, X, bandwidth) + mean_kernel(Y, Y, bandwidth)
    return within - 2 * mean_kernel(X, Y, bandwidth)


def mean_kernel(X: Floats, Y: Floats, bandwidth: float) -> float:
    """Return the mean of the kernel over all pairs of samples, a block of rows at a time."""
    from scipy.spatial.distance import cdist

    total = 0.0
    for start in range(0, len(X), _BLOCK):
        squares = cdist(X[start : start + _BLOCK], Y, "sqeuclidean")
        with np.errstate(over="ignore"):
            total += float(np.exp(-0.5 * squares / bandwidth / bandwidth).sum())
    return total / (len(X) * len(Y))
