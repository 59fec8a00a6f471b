r"""Polynomials of any order as the quadratic models that annealers take.

A product of two bits x y becomes a bit p of its own, held to it by the penalty
:math:`M (x y - 2 p x - 2 p y + 3 p)`, which is 0 where p = x y and at least M elsewhere. M is as
large as what the terms that use p can gain from a wrong p, and no larger: for every state the least
quadratic energy over all p is the energy itself, so that ground states stay ground states.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qaimagic._checks import need, requirement
from qaimagic.subroutines.energies.problem import Problem

_MOST_SPINS = 12
Numbered = dict[tuple[int, ...], float]


@dataclass(frozen=True)
class Quadratic:
    """A problem as a dimod model whose variables are numbered, those of the problem first.

    Attributes:
        problem: The problem.
        terms: The model's terms, by number.
        is_spin: Whether the model is one of spins.
        products: The pair that each further variable stands for.
        penalty: The largest penalty, 0 without further variables.
        n_reduced: How many terms had more than two variables.
    """

    problem: Problem
    terms: Numbered
    is_spin: bool
    products: tuple[tuple[int, int], ...] = ()
    penalty: float = 0.0
    n_reduced: int = 0

    def bqm(self) -> Any:
        """Return the ``dimod.BinaryQuadraticModel``, every variable in it.

        Raises:
            MissingExtraError: If dimod is not installed.
        """
        dimod = need("dimod", "Annealing", "anneal")
        model = dimod.BinaryQuadraticModel("SPIN" if self.is_spin else "BINARY")
        for i in range(len(self.problem.spins) + len(self.products)):
            model.add_linear(i, 0.0)
        for term, coefficient in self.terms.items():
            if len(term) == 2:
                model.add_quadratic(*term, coefficient)
            elif term:
                model.add_linear(*term, coefficient)
            else:
                model.offset += coefficient
        return model

    def states(self, samples: Any) -> NDArray[np.int8]:
        """Return the problem's variables, shape (m, n), of samples of the model."""
        n = len(self.problem.spins)
        order = [list(samples.variables).index(i) for i in range(n)]
        values = np.asarray(samples.record.sample, dtype=np.int8)[:, order]
        if self.is_spin:
            return values
        return np.where(np.asarray(self.problem.spins), 1 - 2 * values, values).astype(np.int8)

    def notes(self) -> list[str]:
        """Return, in sentences, what the model has that the problem has not."""
        told = []
        if not self.is_spin and any(self.problem.spins):
            told.append("Spins stand as bits in the model: s = 1 - 2x.")
        if self.products:
            extra, terms = len(self.products), self.n_reduced
            told.append(
                f"{terms} term{'s' * (terms != 1)} of more than two bits became quadratic by "
                f"{extra} auxiliary bit{'s' * (extra != 1)}, each a product of two others, held to "
                f"it by penalties of up to {self.penalty:.4g}."
            )
        return told


def to_quadratic(problem: Problem) -> Quadratic:
    """Return the quadratic model of a problem.

    Raises:
        ValueError: If a product of spins is too long to be written in bits.
    """
    terms = dict(problem.terms)
    if problem.degree <= 2 and len(set(problem.spins)) == 1:
        return Quadratic(problem, terms, problem.spins[0])
    terms = in_bits(terms, problem)
    n_reduced = sum(len(term) > 2 for term in terms)
    terms, products = _reduced(terms, len(problem.spins))
    penalties = _penalties(terms, products, len(problem.spins))
    for p, ((u, v), strength) in enumerate(
        zip(products, penalties, strict=True), len(problem.spins)
    ):
        for term, factor in (((u, v), 1), ((u, p), -2), ((v, p), -2), ((p,), 3)):
            terms[term] = terms.get(term, 0.0) + factor * strength
    largest = max(penalties, default=0.0)
    return Quadratic(problem, terms, False, tuple(products), largest, n_reduced)


def in_bits(terms: Mapping[tuple[int, ...], float], problem: Problem) -> Numbered:
    """Return the terms with s = 1 - 2x for every spin."""
    found: Numbered = {}
    for term, coefficient in terms.items():
        turned = [i for i in term if problem.spins[i]]
        if len(turned) > _MOST_SPINS:
            rule = f"have products of at most {_MOST_SPINS} spins"
            raise ValueError(requirement("energy", rule, f"one has {len(turned)}"))
        kept = [i for i in term if not problem.spins[i]]
        for size in range(len(turned) + 1):
            for chosen in combinations(turned, size):
                product = tuple(sorted([*kept, *chosen]))
                found[product] = found.get(product, 0.0) + coefficient * (-2.0) ** size
    return {term: coefficient for term, coefficient in found.items() if coefficient or not term}


def _reduced(terms: Numbered, n: int) -> tuple[Numbered, list[tuple[int, int]]]:
    """Replace the pair that most long terms share by a variable of its own, until none is long."""
    done = {term: c for term, c in terms.items() if len(term) <= 2}
    long = {term: c for term, c in terms.items() if len(term) > 2}
    products: list[tuple[int, int]] = []
    while long:
        pairs = Counter(pair for term in long for pair in combinations(term, 2))
        pair = min(pairs, key=lambda each: (-pairs[each], each))
        new = n + len(products)
        products.append(pair)
        for term in [term for term in long if set(pair) <= set(term)]:
            shorter = (*(i for i in term if i not in pair), new)
            into = done if len(shorter) == 2 else long
            into[shorter] = into.get(shorter, 0.0) + long.pop(term)
    return done, products


def _penalties(terms: Numbered, products: list[tuple[int, int]], n: int) -> list[float]:
    """Return for each product what the terms that use it can gain from a wrong value."""
    gains = [[0.0, 0.0] for _ in products]
    for term, coefficient in terms.items():
        waiting, used = [i for i in term if i >= n], set[int]()
        while waiting:
            p = waiting.pop()
            if p not in used:
                used.add(p)
                waiting += [i for i in products[p - n] if i >= n]
        for p in used:
            gains[p - n][coefficient > 0] += abs(coefficient)
    return [max(gain) for gain in gains]
