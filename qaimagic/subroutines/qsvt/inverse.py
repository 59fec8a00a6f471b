"""The inverse, by the odd polynomial that comes closest to it."""

from __future__ import annotations

import numpy as np

from qaimagic._checks import check_number, requirement
from qaimagic.subroutines.qsvt.angles import Floats
from qaimagic.subroutines.qsvt.coefficients import HIGHEST, cosh_chebyshev, interpolated, too_high
from qaimagic.subroutines.qsvt.making import check_error, made
from qaimagic.subroutines.qsvt.polynomial import Polynomial


def inverse(condition: float, epsilon: float = 1e-3) -> Polynomial:
    r"""Return 1/x beyond 1/condition, of the least degree there is.

    .. math:: P(x) = s \, \frac{1 - R(x^2)}{x}, \quad
        R(u) \propto T_n(y) + \frac{1 - a}{1 + a} \, T_{n-1}(y), \quad
        y = \frac{2 u - 1 - a^2}{1 - a^2}, \quad R(0) = 1

    with a = 1/condition. Its degree is about condition * log(condition / epsilon). The factor s is
    below 1/condition, since P stays within 1: what is solved with it succeeds with a probability of
    1/condition squared at worst.

    Args:
        condition: The largest singular value, which is 1 here, by the smallest; above 1.
        epsilon: The error of 1/x for :math:`1/condition \le |x| \le 1`, from 1e-12 to below 1.

    Raises:
        TypeError: If an argument is no number.
        ValueError: If it is out of bounds, or the degree is too high.

    Example:
        >>> from qaimagic import polynomials
        >>> inverse = polynomials.inverse(10, 1e-3)
        >>> inverse.degree, inverse.error < 1e-3, inverse.bound < 1
        (93, True, True)

    References:
        Sünderhauf, Nemeth, Walayat, Patterson, Berntson (2025), arXiv:2507.15537.
    """
    if check_number("condition", condition) <= 1:
        fix = "A matrix of condition 1 is unitary up to a factor, and its adjoint inverts it."
        raise ValueError(requirement("condition", "be above 1", f"it is {condition:g}", fix))
    check_error(epsilon)
    a = 1 / condition
    needed = np.log(condition * (1 + a) / epsilon) / (2 * np.arctanh(a))
    if 2 * needed - 1 > HIGHEST:
        raise too_high(2 * needed - 1)
    half = max(1, int(np.ceil(needed)))
    ratio = (1 - a) / (1 + a)

    def rest(u: Floats) -> Floats:
        y = (2 * u - 1 - a**2) / (1 - a**2)
        return cosh_chebyshev(half, y) + ratio * cosh_chebyshev(half - 1, y)

    at_zero = rest(np.zeros(1))

    def exact(x: Floats) -> Floats:
        return (1 - rest(x**2) / at_zero) / x

    numbers = interpolated(exact, 2 * half - 1)
    return made("inverse", numbers, lambda x: 1 / x, ((-1.0, -a), (a, 1.0)), epsilon)
