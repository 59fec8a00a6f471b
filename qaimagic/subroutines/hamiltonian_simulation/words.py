r"""Pauli words as bits, and what follows from which of them anticommute.

A word flips the bits x of a basis state and multiplies it with signs that the bits z tell:

.. math:: P = i^{|x \wedge z|} X^x Z^z, \quad
    P_a P_b = i^{|x_a \wedge z_a| + |x_b \wedge z_b| + 2 |z_a \wedge x_b| - |x \wedge z|} P
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pennylane.pauli import PauliWord

MOST_WIRES = 60
"""The most wires whose words are bits of one number."""

Bits = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Words:
    """A sum of Pauli words.

    Attributes:
        x: The bits that each flips, shape (m,).
        z: The bits that give each its signs, shape (m,).
        factors: Shape (m,).
    """

    x: Bits
    z: Bits
    factors: NDArray[np.complex128]

    def __len__(self) -> int:
        return len(self.factors)

    def __getitem__(self, places: slice) -> Words:
        return Words(self.x[places], self.z[places], self.factors[places])

    @property
    def norm(self) -> float:
        """The sum of the factors' absolute values, which the spectral norm does not exceed."""
        return float(np.abs(self.factors).sum())


def words_of(words: Sequence[PauliWord], factors: Sequence[float], wires: Sequence[Any]) -> Words:
    """Return a sum of Pauli words as bits, wire 0 the most significant one."""
    place = {wire: 1 << index for index, wire in enumerate(reversed(wires))}
    x = [sum(place[w] for w, letter in word.items() if letter in "XY") for word in words]
    z = [sum(place[w] for w, letter in word.items() if letter in "YZ") for word in words]
    return Words(np.array(x, np.int64), np.array(z, np.int64), np.array(factors, np.complex128))


def ones(bits: Bits) -> Bits:
    """Return how many bits of each number are 1."""
    return np.bitwise_count(bits).astype(np.int64)


def anticommute(x: Bits, z: Bits, x_other: Bits, z_other: Bits) -> NDArray[np.bool_]:
    """Return which words anticommute, of the arrays' common shape."""
    found: NDArray[np.bool_] = ones((x & z_other) ^ (z & x_other)) % 2 == 1
    return found


def commutator(a: Words, b: Words) -> Words:
    """Return [a, b], each word once.

    Example:
        >>> zero, one = np.array([0]), np.array([1])
        >>> x, z = Words(one, zero, one.astype(complex)), Words(zero, one, one.astype(complex))
        >>> commutator(x, z).factors.imag.tolist()
        [-2.0]
    """
    pairs = np.nonzero(anticommute(a.x[:, None], a.z[:, None], b.x[None], b.z[None]))
    xa, za, xb, zb = a.x[pairs[0]], a.z[pairs[0]], b.x[pairs[1]], b.z[pairs[1]]
    x, z = xa ^ xb, za ^ zb
    turns = ones(xa & za) + ones(xb & zb) + 2 * ones(za & xb) - ones(x & z)
    factors = 2 * a.factors[pairs[0]] * b.factors[pairs[1]] * np.array([1, 1j, -1, -1j])[turns % 4]
    return gathered(Words(x, z, factors))


def gathered(words: Words) -> Words:
    """Return a sum with each word once."""
    (x, z), where = np.unique(np.stack([words.x, words.z]), axis=1, return_inverse=True)
    factors = np.zeros(len(x), np.complex128)
    np.add.at(factors, where.reshape(-1), words.factors)
    return Words(x, z, factors)
