"""From pairs of vectors to their inner products, with the errors that shots leave."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qaimagic.subroutines.matrices.reading import Matrix
from qaimagic.subroutines.matrix_products.loading import Floats
from qaimagic.subroutines.matrix_products.overlaps import Overlap, overlaps_of
from qaimagic.subroutines.matrix_products.running import Running, n_gates

_CLOCKED = 5


@dataclass(frozen=True, eq=False)
class Measured:
    """What the circuits of some pairs told, for states of norm 1.

    Attributes:
        values: Shape (k,); complex where an imaginary part was measured.
        errors: Their standard errors, those of imaginary parts as imaginary parts; None for exact
            answers.
        chances: How often all measured wires read 0, shape (k, circuits of a pair).
    """

    values: NDArray[Any]
    errors: NDArray[Any] | None
    chances: Floats


class Pairs:
    """Tells the inner products of pairs of states.

    Attributes:
        tests: The circuits of a pair.
        running: Where they run.

    Args:
        method: ``"hadamard"``, ``"swap"`` or ``"overlap"``.
        n: How many wires a state has.
        is_real: Whether all states are real.
        running: Where the circuits run.
    """

    def __init__(self, method: str, n: int, is_real: bool, running: Running) -> None:
        self.tests: tuple[Overlap, ...] = overlaps_of(method, n, is_real)
        self.running = running
        self._circuits = [
            running.circuit(test.queue, test.n_angles, range(test.n_wires), test.measured)
            for test in self.tests
        ]

    def __call__(self, left: Matrix, right: Matrix) -> Measured:
        """Return what is measured of pairs of normalised states, both of shape (k, 2^n)."""
        parts, errors, chances = [], [], []
        for test, circuit in zip(self.tests, self._circuits, strict=True):
            chance = circuit(test.angles(left, right))[:, 0]
            chances.append(chance)
            parts.append(test.contrast * chance + test.offset)
            if self.running.shots is not None:
                errors.append(test.contrast * binomial_error(chance, self.running.shots))
        return Measured(
            joined(parts), joined(errors) if errors else None, np.stack(chances, axis=1)
        )

    def costs(self, left: Matrix, right: Matrix) -> tuple[int, int, int]:
        """Return the depth of the circuit of a pair, its gates, and those that load the states."""
        test = self.tests[0]
        angles = test.angles(left[:1], right[:1])[0]

        depth = self.running.depth(test.queue, angles, range(test.n_wires))
        return depth, n_gates(lambda: test.queue(angles)), n_gates(lambda: test.load(angles))

    def shot_scale(self, norms: Floats) -> float:
        """Return how many shots it takes to know values to 1, at most, norms multiplied."""
        test = self.tests[0]
        reach = test.contrast / 2 * norms**test.power
        return float(len(self.tests) * (reach**2).sum())

    def query_scale(self, norms: Floats) -> float:
        """Return how many queries amplitude estimation takes for that, at most.

        M queries find a chance to within pi / M.
        """
        test = self.tests[0]
        return float(len(self.tests) * (np.pi * test.contrast * norms**test.power).sum())


def binomial_error(chances: Floats, shots: int) -> Floats:
    """Return the standard errors of relative frequencies.

    One hit and one miss are added, so that no error is zero because nothing else was seen.

    Example:
        >>> binomial_error(np.array([0.5, 1.0]), 98).round(4).tolist()
        [0.0505, 0.0101]
    """
    likely = (chances * shots + 1) / (shots + 2)
    errors: Floats = np.sqrt(likely * (1 - likely) / shots)
    return errors


def joined(parts: Sequence[Floats]) -> NDArray[Any]:
    """Return real parts, with imaginary parts if there are any."""
    return parts[0] if len(parts) == 1 else parts[0] + 1j * parts[1]


def clocked(compute: Callable[[], object]) -> float:
    """Return the seconds that something quick takes, the best of a few times."""
    seconds = []
    for _ in range(_CLOCKED):
        start = time.perf_counter()
        compute()
        seconds.append(time.perf_counter() - start)
    return min(seconds)
