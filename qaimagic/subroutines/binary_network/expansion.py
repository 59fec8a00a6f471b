r"""The loss of a network with weights of +1 and -1, as a polynomial of its weights.

What one hidden unit answers to a sample is a function of its n weights alone, and every function
of n spins is a polynomial, its Walsh expansion :math:`h(w) = \sum_S \hat h_S \prod_{i \in S} w_i`
over the :math:`2^n` products of spins. The squared error of a mean of M votes holds single votes
and pairs of them,

.. math:: \Bigl(\frac1M \sum_j h_j - y\Bigr)^2 = 1 + \frac1M
    + \frac{2}{M^2} \sum_{j<k} h_j h_k - \frac{2 y}{M} \sum_j h_j ,

and the product of two units, which share no weight, is that of their expansions. So the
polynomial is built unit by unit and pair by pair, in time :math:`4^n` for a pair. A unit whose sums
are never 0 is odd in its weights: only half of its coefficients are other than 0.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from qaimagic.devices.annealers.spectrum import Floats, states

_NOISE = 1e-12
"""Below it a coefficient, which is an average of numbers of size 1, is one of rounding."""


def settings(n: int) -> Floats:
    """Return every setting of n spins, shape (2^n, n), in the order of ``spectrum``."""
    return states(np.arange(2**n), [True] * n).astype(np.float64)


def walsh(values: Floats) -> Floats:
    r"""Return the Walsh coefficients of functions of n spins.

    .. math:: \hat h_S = 2^{-n} \sum_w h(w) \prod_{i \in S} w_i

    Args:
        values: The functions at every setting, shape (m, 2^n), in the order of `settings`.

    Returns:
        Shape (m, 2^n). In column k stands the product of those spins i for which the bit of k with
        the weight 2^(n - 1 - i) is set.

    Example:
        >>> walsh(np.array([[1.0, 1.0, -1.0, -1.0]]))
        array([[0., 0., 1., 0.]])
    """
    found = np.array(values, dtype=np.float64)
    n = found.shape[1].bit_length() - 1
    for i in range(n):
        pairs = found.reshape(len(found), 2**i, 2, -1)
        up, down = pairs[:, :, 0].copy(), pairs[:, :, 1].copy()
        pairs[:, :, 0], pairs[:, :, 1] = (up + down) / 2, (up - down) / 2
    return found


def loss_terms(
    answers: Floats, targets: Floats, n_hidden: int, *, has_bias: bool
) -> dict[tuple[int, ...], float]:
    """Return the terms of the mean squared error.

    Args:
        answers: What one unit answers, +1 or -1, to each of m samples at every setting of its n
            weights, shape (m, 2^n).
        targets: +1 or -1 for each sample, shape (m,).
        n_hidden: How many such units vote.
        has_bias: Whether one more spin votes, always the same way.

    Returns:
        The coefficient of each product of weights, by number: those of unit j are j n, ...,
        j n + n - 1, and the bias comes last.
    """
    n = answers.shape[1].bit_length() - 1
    coefficients = walsh(answers)
    products = [_members(k, n) for k in range(2**n)]
    units = [[tuple(j * n + i for i in each) for each in products] for j in range(n_hidden)]
    n_votes, n_samples = n_hidden + has_bias, len(targets)
    alone = -2 / (n_votes * n_samples) * targets @ coefficients
    together = 2 / (n_votes**2 * n_samples) * coefficients.T @ coefficients
    terms: dict[tuple[int, ...], float] = {(): 1 + 1 / n_votes}

    def add(term: tuple[int, ...], coefficient: float) -> None:
        if abs(coefficient) > _NOISE:
            terms[term] = terms.get(term, 0.0) + coefficient

    for unit in units:
        for k in np.flatnonzero(abs(alone) > _NOISE):
            add(unit[k], float(alone[k]))
    for first, second in combinations(units, 2):
        for k, q in np.argwhere(abs(together) > _NOISE):
            add(first[k] + second[q], float(together[k, q]))
    if has_bias:
        bias = (n_hidden * n,)
        add(bias, -2 / n_votes * float(targets.mean()))
        beside = 2 / n_votes**2 * coefficients.mean(axis=0)
        for unit in units:
            for k in np.flatnonzero(abs(beside) > _NOISE):
                add(unit[k] + bias, float(beside[k]))
    return terms


def _members(k: int, n: int) -> tuple[int, ...]:
    return tuple(i for i in range(n) if k >> (n - 1 - i) & 1)
