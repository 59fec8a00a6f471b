"""Costs by name: what is measured, its lowest value, and closed forms of its slopes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pennylane as qml

from qaimagic.training.alarms.ground import ground_energy
from qaimagic.training.alarms.plateau import mean_square


@dataclass(frozen=True)
class Cost:
    r"""A cost :math:`C = c - \langle O \rangle`, and what is known of it.

    Attributes:
        observable: The observable O on so many wires.
        constant: c.
        spread: The square of O's spread over all states, for so many wires.
        product: The mean square of a derivative, and the variance of the cost, of one RY by a
            uniform angle on each of so many wires.
    """

    observable: Callable[[int], Any]
    constant: float
    spread: Callable[[int], float]
    product: Callable[[int], tuple[float, float]]

    def scrambled(self, n_wires: int) -> tuple[float, float]:
        """Return the mean square of a derivative, and the variance of the cost, of a 2-design."""
        law = self.spread(n_wires) * mean_square(n_wires)
        return law, 2 * law

    def lowest(self, n_wires: int) -> float | None:
        """Return the least value of all states, or None where diagonalising would take long."""
        if self.constant:
            return 0.0
        return ground_energy(-1 * self.observable(n_wires).pauli_rep)


def _global(n: int) -> Any:
    return qml.Projector([0] * n, wires=range(n))


def _local(n: int) -> Any:
    return _sum([0.5 / n] * n, [qml.Z(wire) for wire in range(n)])


def _ising(n: int) -> Any:
    bonds = [qml.Z(wire) @ qml.Z(wire + 1) for wire in range(n - 1)]
    fields = [qml.X(wire) for wire in range(n)]
    return _sum([1 / n] * (2 * n - 1), [*bonds, *fields])


def _sum(factors: Sequence[float], words: Sequence[Any]) -> Any:
    return qml.dot(list(factors), list(words))


def _ising_product(n: int) -> tuple[float, float]:
    return (0.5 + (n - 1) / (2 * n)) / n**2, (0.75 * n - 0.25) / n**2


COSTS = {
    "global": Cost(
        _global,
        1.0,
        lambda n: 0.5**n * (1 - 0.5**n),
        lambda n: (0.125 * 0.375 ** (n - 1), 0.375**n - 0.25**n),
    ),
    "local": Cost(_local, 0.5, lambda n: 0.25 / n, lambda n: (0.125 / n**2, 0.125 / n)),
    "ising": Cost(_ising, 0.0, lambda n: (2 * n - 1) / n**2, _ising_product),
}
