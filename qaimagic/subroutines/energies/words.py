r"""An energy as a sum of Pauli words: what a circuit rotates about, and what it measures.

Wire i holds variable i: :math:`|1\rangle` is a bit of 1, or a spin of -1, so that a spin is
:math:`Z_i` and a bit :math:`(1 - Z_i) / 2`.
"""

from __future__ import annotations

from itertools import combinations
from typing import TypeAlias

from qaimagic._checks import requirement
from qaimagic.subroutines.energies.problem import Problem

Words: TypeAlias = dict[tuple[int, ...], float]
_MOST_BITS = 12
_NOTHING = 1e-12


def words_of(problem: Problem) -> Words:
    r"""Return the factor of each :math:`\prod_{i \in w} Z_i` in the energy; ``()`` is the constant.

    Raises:
        ValueError: If a product has so many bits that it would become thousands of words.

    Example:
        >>> words_of(Problem(("x",), (False,), {(0,): 2.0}))
        {(): 1.0, (0,): -1.0}
    """
    words: Words = {}
    for term, coefficient in problem.terms.items():
        spins = [i for i in term if problem.spins[i]]
        bits = [i for i in term if not problem.spins[i]]
        if len(bits) > _MOST_BITS:
            rule = f"have products of at most {_MOST_BITS} bits"
            raise ValueError(requirement("problem", rule, f"one has {len(bits)}"))
        for size in range(len(bits) + 1):
            share = coefficient * (-1) ** size / 2 ** len(bits)
            for chosen in combinations(bits, size):
                word = tuple(sorted([*spins, *chosen]))
                words[word] = words.get(word, 0.0) + share
    least = _NOTHING * max(map(abs, words.values()), default=0.0)
    return {word: factor for word, factor in words.items() if abs(factor) > least}
