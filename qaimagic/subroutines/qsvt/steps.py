"""Steps between values: the sign, what is above or below a cut, and what is at zero."""

from __future__ import annotations

import numpy as np

from qaimagic._checks import check_choice, check_number, requirement
from qaimagic.subroutines.qsvt.angles import Floats
from qaimagic.subroutines.qsvt.coefficients import (
    HIGHEST,
    cosh_chebyshev,
    interpolated,
    of_function,
    too_high,
)
from qaimagic.subroutines.qsvt.making import check_error, check_gap, made
from qaimagic.subroutines.qsvt.polynomial import Polynomial

SIDES = ("above", "below")


def sign(gap: float, epsilon: float = 1e-3) -> Polynomial:
    r"""Return the sign of x, as an error function that is steep enough.

    .. math:: P(x) \approx \mathrm{erf}(k x), \quad k = \mathrm{erfc}^{-1}(\epsilon / 2) / g

    Its degree is of the order of :math:`\log(1 / \epsilon) / g`.

    Args:
        gap: The number g: the sign is promised for :math:`|x| \ge g`, between 0 and 1.
        epsilon: The error there, from 1e-12 to below 1.

    Raises:
        TypeError: If an argument is no number.
        ValueError: If it is out of bounds, or the degree is too high.

    Example:
        >>> from qaimagic import polynomials
        >>> step = polynomials.sign(0.1, 1e-3)
        >>> step.parity, step.error < 1e-3
        ('odd', True)

    References:
        Low, Chuang (2017), arXiv:1707.05391.
    """
    from scipy.special import erf, erfcinv

    check_gap("gap", gap)
    check_error(epsilon)
    steepness = erfcinv(epsilon / 2) / gap
    numbers = of_function(lambda x: erf(steepness * x), 1, epsilon / 4)
    return made("sign", numbers, np.sign, ((-1.0, -gap), (gap, 1.0)), epsilon)


def threshold(cut: float, gap: float, epsilon: float = 1e-3, *, side: str = "above") -> Polynomial:
    r"""Return 1 on one side of a cut and 0 on the other, for the absolute value of x.

    It projects on singular values, or on eigenvalues by their size.

    Args:
        cut: Where it changes, between 0 and 1.
        gap: The width around the cut where nothing is promised.
        epsilon: The error elsewhere, from 1e-12 to below 1.
        side: Which values are kept, ``"above"`` or ``"below"``.

    Raises:
        TypeError: As :func:`sign`.
        ValueError: As :func:`sign`, and if the gap around the cut leaves nothing of either side.

    Example:
        >>> from qaimagic import polynomials
        >>> kept = polynomials.threshold(0.5, 0.2, 1e-2)
        >>> [round(abs(float(kept(x))), 1) for x in (0.3, 0.7)]
        [0.0, 1.0]
    """
    from scipy.special import erf, erfcinv

    check_gap("cut", cut)
    check_error(epsilon)
    check_choice("side", side, SIDES)
    low, high = cut - check_number("gap", gap, above=0) / 2, cut + gap / 2
    if low <= 0 or high >= 1:
        rule = f"be below {2 * min(cut, 1 - cut):g}, with a cut at {cut:g}"
        fix = "Something is to be left on both sides of the cut."
        raise ValueError(requirement("gap", rule, f"it is {gap:g}", fix))
    steepness = 2 * erfcinv(epsilon / 2) / gap

    def below(x: Floats) -> Floats:
        inside: Floats = (erf(steepness * (x + cut)) - erf(steepness * (x - cut))) / 2
        return inside

    def smooth(x: Floats) -> Floats:
        return below(x) if side == "below" else 1 - below(x)

    def target(x: Floats) -> Floats:
        return np.asarray((abs(x) < cut) == (side == "below"), float)

    promised = ((-1.0, -high), (-low, low), (high, 1.0))
    return made("threshold", of_function(smooth, 0, epsilon / 4), target, promised, epsilon)


def eigenstate_filter(gap: float, epsilon: float = 1e-3) -> Polynomial:
    r"""Return 1 at zero, and almost 0 beyond a gap: of the least degree there is.

    .. math:: P(x) = T_l\!\left(-1 + 2 \frac{x^2 - g^2}{1 - g^2}\right) \Big/
        T_l\!\left(-1 - 2 \frac{g^2}{1 - g^2}\right)

    It keeps the eigenstates at zero of a matrix, and takes the others away.

    Args:
        gap: The number g, between 0 and 1.
        epsilon: The largest value for :math:`|x| \ge g`, from 1e-12 to below 1.

    Raises:
        TypeError: As :func:`sign`.
        ValueError: As :func:`sign`.

    Example:
        >>> from qaimagic import polynomials
        >>> kept = polynomials.eigenstate_filter(0.2, 1e-2)
        >>> kept.degree, round(float(kept(0.0)), 3)
        (28, 1.0)

    References:
        Lin, Tong, Quantum 4 (2020) 361, arXiv:1910.14596.
    """
    check_gap("gap", gap)
    check_error(epsilon)
    reach = 2 * np.arctanh(gap)
    needed = np.arccosh(1 / epsilon) / reach
    if 2 * needed > HIGHEST:
        raise too_high(2 * needed)
    half = int(np.ceil(needed))

    def exact(x: Floats) -> Floats:
        found = cosh_chebyshev(half, (2 * x**2 - 1 - gap**2) / (1 - gap**2))
        return np.asarray(found * (-1) ** half / np.cosh(half * reach))

    def target(x: Floats) -> Floats:
        return np.asarray(x == 0, float)

    promised = ((-1.0, -gap), (0.0, 0.0), (gap, 1.0))
    numbers = interpolated(exact, 2 * half)
    return made("eigenstate filter", numbers, target, promised, epsilon)
