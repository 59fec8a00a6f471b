r"""Central differences of any order, which cancel what is not linear.

.. math:: f_{2m}(y) = \sum_{j=-m}^{m} a_j f(j y) = y \cdot \nabla f + O(y^{2m+1}), \quad
    a_j = \frac{(-1)^{j-1}}{j} \binom{m}{|j|} \Big/ \binom{m + |j|}{|j|}

References:
    Gilyen, Arunachalam, Wiebe, SODA 2019, arXiv:1711.00465, section 5.1; their factors add up, in
    size, to 2 ln m + 2 at most.
"""

from __future__ import annotations

from math import comb

Stencil = dict[int, float]

PLAIN: Stencil = {1: 1.0}
"""The function itself."""


def central(order: int) -> Stencil:
    """Return the factor of each multiple, for differences of an even order.

    Example:
        >>> central(2)
        {-1: -0.5, 1: 0.5}
    """
    half = order // 2
    sides = [
        (j, (-1) ** (j - 1) / j * comb(half, j) / comb(half + j, j)) for j in range(1, half + 1)
    ]
    return {-j: -factor for j, factor in reversed(sides)} | dict(sides)
