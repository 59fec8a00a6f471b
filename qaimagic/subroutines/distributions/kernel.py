r"""The Gaussian kernel on strings of bits, applied to a whole distribution at once.

On bits :math:`e^{-|x - y|^2 / 2 \sigma^2}` is a product over them, so that its matrix, of
:math:`2^n \times 2^n` numbers, is applied in n passes over :math:`2^n`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from qaimagic._checks import check_number, requirement


def smoothed(p: Any, bandwidth: float) -> Any:
    r"""Return :math:`\sum_y k(x, y)\, p(y)` for every string x of bits.

    Args:
        p: Numbers, shape (2^n,): an array, or a tensor through which gradients flow.
        bandwidth: The kernel's :math:`\sigma`, where two strings are at the root of the number of
            bits in which they differ.

    Example:
        >>> import numpy as np
        >>> smoothed(np.array([1.0, 0.0]), 1.0).round(4).tolist()
        [1.0, 0.6065]
    """
    near, shape = math.exp(-0.5 / bandwidth / bandwidth), p.shape
    for i in range(len(p).bit_length() - 1):
        pairs = p.reshape(2**i, 2, -1)
        p = pairs + near * pairs[:, [1, 0]]
    return p.reshape(shape)


def bandwidths_of(bandwidth: float | Sequence[float]) -> tuple[float, ...]:
    """Return one bandwidth or several as a tuple.

    Raises:
        TypeError: If one is no number.
        ValueError: If there is none, or one is not positive and finite.
    """
    given = list(bandwidth) if isinstance(bandwidth, Sequence) else [bandwidth]
    if not given:
        raise ValueError(requirement("bandwidth", "be given", "the list is empty"))
    return tuple(check_number("bandwidth", each, above=0) for each in given)
