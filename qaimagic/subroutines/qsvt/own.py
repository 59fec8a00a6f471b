"""Polynomials of one's own."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.polynomial import chebyshev as series
from numpy.typing import NDArray

from qaimagic._checks import requirement
from qaimagic.subroutines.qsvt.angles import Floats
from qaimagic.subroutines.qsvt.coefficients import HIGHEST, largest, parts_of, too_high
from qaimagic.subroutines.qsvt.making import WHOLE
from qaimagic.subroutines.qsvt.polynomial import Polynomial

_ROUNDING = 1e-15


def chebyshev(coefficients: Any) -> Polynomial:
    r"""Return a polynomial of one's own.

    .. math:: P(x) = \sum_k c_k \, T_k(x)

    Args:
        coefficients: The numbers c, from the constant on, shape (d + 1,); what is below rounding
            counts as zero. They may be complex where the even and the odd part are each real up to
            a phase.

    Raises:
        TypeError: If they are no numbers.
        ValueError: If the polynomial exceeds 1 on [-1, 1], is zero, or has a part that is complex.

    Example:
        >>> from qaimagic import polynomials
        >>> polynomials.chebyshev([0, 0, 1])
        chebyshev: degree 2, even, at most 1 on [-1, 1]; error 0.0e+00 where it is promised.
    """
    from qaimagic.subroutines.matrices.reading import plain, read_vector

    given = read_vector("coefficients", coefficients)
    given[abs(given) <= _ROUNDING * abs(given).max()] = 0.0
    numbers = plain(np.trim_zeros(given, "b"))
    if len(numbers) > HIGHEST + 1:
        raise too_high(len(numbers) - 1)
    bound = largest(numbers)
    if bound > 1 + 1e-9:
        fix = f"Divide by {bound:.6g}, or by more."
        rule = "give a polynomial within 1 on [-1, 1]"
        raise ValueError(requirement("coefficients", rule, f"it reaches {bound:.6g}", fix))
    try:
        parts_of(numbers)
    except ValueError as error:
        rule = "have an even and an odd part that are each real up to a phase"
        fix = "Run the real and the imaginary part apart, and add what they give."
        received = "one of them is not"
        raise ValueError(requirement("coefficients", rule, received, fix)) from error

    def target(x: Floats) -> NDArray[Any]:
        return np.asarray(series.chebval(x, numbers))

    return Polynomial("chebyshev", numbers, target, 1.0, WHOLE, 0.0)
