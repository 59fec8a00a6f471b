"""The entries of a product as they come, and what stands beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qaimagic.subroutines.matrices.reading import Matrix, is_real
from qaimagic.subroutines.matrix_products.measuring import clocked


class Entries:
    """The entries so far, the others NaN.

    Attributes:
        values: The estimates, shape (m, n).
        errors: Their standard errors; None for exact answers.
    """

    def __init__(self, shape: tuple[int, int], are_real: bool, have_errors: bool) -> None:
        kind = np.float64 if are_real else np.complex128
        self.values: NDArray[Any] = np.full(shape, np.nan, kind)
        self.errors: NDArray[Any] | None = np.full(shape, np.nan, kind) if have_errors else None

    def keep(self, where: Any, values: Any, errors: Any) -> None:
        """Keep the entries of a row or of a column."""
        self.values[where] = values
        if self.errors is not None:
            self.errors[where] = errors


def until_interrupted(numbers: Iterable[int], measure: Callable[[int], None]) -> int:
    """Measure one after the other, and return how many were measured.

    Raises:
        KeyboardInterrupt: If not even one was.
    """
    done = 0
    try:
        for number in numbers:
            measure(number)
            done += 1
    except KeyboardInterrupt:
        if not done:
            raise
    return done


def by_numpy(a: Matrix, b: Matrix) -> tuple[NDArray[Any], float]:
    """Return numpy's product, real where both are, and how long it took."""
    if is_real(a) and is_real(b):
        left, right = a.real.copy(), b.real.copy()
        return left @ right, clocked(lambda: left @ right)
    return a @ b, clocked(lambda: a @ b)
