"""The couplings between spins and bits as plain data, and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qaimagic._checks import requirement
from qaimagic.drawing.curves_data import Floats

MOST_NODES = 150
MOST_COUPLINGS = 1500
"""Beyond these nobody can read a graph, and pages become slow."""
_SPOKEN = 6


@dataclass(frozen=True, eq=False)
class SpinGraph:
    """Variables and their couplings.

    Attributes:
        labels: What the n variables are called.
        spins: For each, whether it is a spin (+1 or -1) and not a bit (0 or 1).
        places: Where each is drawn within the unit square, shape (n, 2), the second axis upwards.
        pairs: The coupled variables, by number, shape (e, 2).
        couplings: What the product of each pair is multiplied by in the energy, shape (e,).
        fields: What each variable alone is multiplied by in the energy, shape (n,).
    """

    labels: Sequence[str]
    spins: Sequence[bool]
    places: Floats
    pairs: NDArray[np.int64]
    couplings: Floats
    fields: Floats

    def __post_init__(self) -> None:
        n = len(self.labels)
        if self.places.shape != (n, 2) or not np.isfinite(self.places).all():
            received = f"their shape is {self.places.shape}, or one is not finite"
            raise ValueError(requirement("places", f"be finite, of shape ({n}, 2)", received))

    def violated(self, values: Sequence[int] | NDArray[np.int8]) -> NDArray[np.bool_]:
        """Return which couplings a state leaves above the lowest energy they can have, shape (e,).

        A coupling J of two spins can have -|J|; one of two bits the lower of 0 and J; one of a spin
        and a bit -|J| too.

        Args:
            values: The variables' values, shape (n,).
        """
        if not len(self.pairs):
            return np.zeros(0, dtype=np.bool_)
        state, spins = np.asarray(values, dtype=np.float64), np.asarray(self.spins)
        u, v = self.pairs.T
        bits = ~spins[u] & ~spins[v]
        lowest = np.where(bits, np.minimum(self.couplings, 0.0), -np.abs(self.couplings))
        above = self.couplings * state[u] * state[v] - lowest
        return np.asarray(above > 1e-9 * np.abs(self.couplings))


def graph_text(graph: SpinGraph, values: Sequence[int] | NDArray[np.int8]) -> str:
    """Return a state on its graph in one line: how many are up, and what is violated.

    Example:
        >>> triangle = SpinGraph(
        ...     ["a", "b", "c"], [True] * 3, np.eye(3, 2), np.array([[0, 1], [1, 2], [0, 2]]),
        ...     np.ones(3), np.zeros(3))
        >>> graph_text(triangle, [1, 1, -1])
        '3 variables, 2 of them +1 or 1; 1 of 3 couplings violated: a b'
    """
    up = sum(int(value) > 0 for value in values)
    broken = np.flatnonzero(graph.violated(values))
    names = [" ".join(graph.labels[i] for i in graph.pairs[at].tolist()) for at in broken[:_SPOKEN]]
    if len(broken) > _SPOKEN:
        names.append("…")
    listed = f": {', '.join(names)}" if names else ""
    return (
        f"{len(graph.labels)} variables, {up} of them +1 or 1; "
        f"{len(broken)} of {len(graph.pairs)} couplings violated{listed}"
    )
