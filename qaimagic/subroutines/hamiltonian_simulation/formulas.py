r"""Product formulas: an evolution as a product of exponentials of one word each.

.. math:: S_1(t) = \prod_j e^{-i h_j P_j t}, \quad
    S_2(t) = \prod_j e^{-i h_j P_j t / 2} \prod_{j \text{ backwards}} e^{-i h_j P_j t / 2}, \quad
    S_4(t) = S_2(ut)^2 \, S_2((1 - 4u)t) \, S_2(ut)^2

with :math:`u = 1 / (4 - 4^{1/3})`. Exponentials of one word that meet are one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, repeat
from typing import Any

import pennylane as qml

from qaimagic.subroutines.hamiltonian_simulation.terms import Terms

ORDERS = {"trotter-1": 1, "trotter-2": 2, "trotter-4": 4}

Exponential = tuple[int, float]
"""Which word, and which fraction of the time."""


def step_of(order: int, n_words: int) -> list[Exponential]:
    """Return one step's exponentials, the first one acting first.

    Example:
        >>> step_of(2, 2)
        [(0, 0.5), (1, 1.0), (0, 0.5)]
    """
    first = [(index, 1.0) for index in range(n_words)]
    if order == 1:
        return first
    halves = [(index, fraction / 2) for index, fraction in first]
    second = list(merged([*halves, *reversed(halves)]))
    if order == 2:
        return second
    u = 1 / (4 - 4 ** (1 / 3))
    stretched = [[(i, part * f) for i, f in second] for part in (u, u, 1 - 4 * u, u, u)]
    return list(merged(chain.from_iterable(stretched)))


def merged(exponentials: Iterable[Exponential]) -> Iterator[Exponential]:
    """Join exponentials of one word that meet."""
    held: Exponential | None = None
    for index, fraction in exponentials:
        if held is not None and held[0] == index:
            held = (index, held[1] + fraction)
            continue
        if held is not None:
            yield held
        held = (index, fraction)
    if held is not None:
        yield held


def repeated(step: Sequence[Exponential], times: int) -> Iterator[Exponential]:
    """Return a step's exponentials so many times, joined where steps meet."""
    return merged(chain.from_iterable(repeat(step, times)))


def gates_of(terms: Terms, exponentials: Iterable[Exponential], time: float) -> list[Any]:
    """Return exponentials as rotations about Pauli words.

    Args:
        terms: The Hamiltonian.
        exponentials: Words and fractions of the time.
        time: The time.
    """
    words = [("".join(word.values()), list(word)) for word in terms.words]
    return [
        qml.PauliRot(2 * terms.factors[i] * fraction * time, words[i][0], wires=words[i][1])
        for i, fraction in exponentials
    ]
