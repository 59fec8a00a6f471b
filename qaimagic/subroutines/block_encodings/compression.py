"""What may be left out of a sum, for an error that is bounded."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_ROUNDING = 1e-13


def kept(sizes: NDArray[np.float64], most: float, power: int = 1) -> NDArray[np.bool_]:
    """Return which parts stay if the smallest go, as many as come to a number at most.

    What is rounding beside the largest one always goes.

    Args:
        sizes: How much each part matters, at least 0, shape (n,).
        most: What those that go may come to.
        power: How they come together: 1 for their sum, 2 for the root of their squares' sum.

    Example:
        >>> kept(np.array([0.5, 0.1, 3.0, 0.2]), most=0.31).tolist()
        [True, False, True, False]
    """
    order = np.argsort(sizes, kind="stable")
    ends = np.cumsum(sizes[order] ** power) <= most**power
    stay = np.ones(len(sizes), np.bool_)
    stay[order[ends]] = False
    stay[sizes <= _ROUNDING * sizes.max(initial=0.0)] = False
    return stay
