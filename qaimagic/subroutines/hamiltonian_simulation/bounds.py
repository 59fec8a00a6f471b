r"""What the error of each method is at most.

For product formulas, nested commutators tell:

.. math:: \|S_1 - e^{-iHt}\| \le \frac{t^2}{2} \sum_j \Big\| \Big[\sum_{k>j} H_k, H_j\Big] \Big\|,
    \quad \|S_2 - e^{-iHt}\| \le \frac{t^3}{12} \sum_j \Big\| \Big[\sum_{l>j} H_l,
    \Big[\sum_{k>j} H_k, H_j\Big]\Big] \Big\|
    + \frac{t^3}{24} \sum_j \Big\| \Big[H_j, \Big[H_j, \sum_{k>j} H_k\Big]\Big] \Big\|

and for the fourth order the general theorem, with every nested commutator of words counted by
itself. Norms are bounded by sums of factors. r steps of time t / r have r times the error of one.

References:
    Childs, Su, Tran, Wiebe, Zhu, Physical Review X 11 (2021) 011020, arXiv:1912.08854,
    propositions 9 and 10, and theorem 5;
    Campbell, Physical Review Letters 123 (2019) 070503, arXiv:1811.08017 (qDRIFT).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from qaimagic.subroutines.hamiltonian_simulation.checks import MOST_STEPS
from qaimagic.subroutines.hamiltonian_simulation.formulas import ORDERS, step_of
from qaimagic.subroutines.hamiltonian_simulation.terms import Terms
from qaimagic.subroutines.hamiltonian_simulation.words import (
    Words,
    anticommute,
    commutator,
    gathered,
)

_MOST_WORDS = {1: 4096, 2: 200, 4: 64}

Bound = Callable[[int], float]
"""The most that the error is after so many steps."""


def product_bound(terms: Terms, method: str, time: float) -> Bound | None:
    """Return the bound of a product formula, or None where commutators are too many."""
    order = ORDERS[method]
    if len(terms.words) > _MOST_WORDS[order]:
        return None
    constant = {1: _first, 2: _second, 4: _fourth}[order](terms.bits)
    return lambda steps: constant * abs(time) ** (order + 1) / float(steps) ** order


def qdrift_bound(terms: Terms, time: float) -> Bound:
    r"""Return :math:`2 \lambda^2 t^2 / N \cdot e^{2 \lambda t / N}`, for half the diamond norm."""
    angle = terms.reach * abs(time)
    return lambda steps: 2 * angle**2 / steps * math.exp(min(2 * angle / steps, 700.0))


def fewest(bound: Bound, epsilon: float) -> int | None:
    """Return the fewest steps with which a bound is not above an error, or None beyond 1e9."""
    most = 1
    while bound(most) > epsilon:
        most *= 2
        if most > MOST_STEPS:
            return None
    least = most // 2
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (least, middle) if bound(middle) <= epsilon else (middle, most)
    return most


def _first(words: Words) -> float:
    pairs = anticommute(words.x[:, None], words.z[:, None], words.x[None], words.z[None])
    sizes = np.abs(words.factors)
    return float(sizes @ pairs @ sizes) / 2


def _second(words: Words) -> float:
    total = 0.0
    for j in range(len(words) - 1):
        own, later = words[j : j + 1], words[j + 1 :]
        inner = commutator(later, own)
        total += commutator(later, inner).norm / 12 + commutator(own, inner).norm / 24
    return total


def _fourth(words: Words) -> float:
    """Return what theorem 5 leaves of order 4, word by word.

    ``levels[d]`` holds what d nested commutators have made of the exponentials so far: words with
    the sizes that they have at most.
    """
    order = 4
    none = np.zeros(0, np.int64)
    levels = [Words(none, none, np.zeros(0, np.complex128)) for _ in range(order)]
    total = 0.0
    for index, fraction in step_of(order, len(words)):
        x, z = words.x[index], words.z[index]
        size = abs(fraction * words.factors[index])
        grown: list[list[Words]] = [[level] for level in levels]
        for degree, level in enumerate(levels):
            hit = anticommute(level.x, level.z, x, z)
            for more in range(1, order - degree + 1):
                factors = level.factors[hit] * (2 * size) ** more / math.factorial(more)
                if degree + more == order:
                    total += float(factors.real.sum())
                    continue
                is_odd = more % 2
                there = Words(level.x[hit] ^ x * is_odd, level.z[hit] ^ z * is_odd, factors)
                grown[degree + more].append(there)
        grown[0].append(Words(x[None], z[None], np.array([size], np.complex128)))
        levels = [_joined(parts) for parts in grown]
    return total / (order + 1)


def _joined(parts: list[Words]) -> Words:
    joined = (np.concatenate([getattr(p, name) for p in parts]) for name in ("x", "z", "factors"))
    return gathered(Words(*joined))
