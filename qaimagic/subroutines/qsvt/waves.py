"""Waves and exponentials, whose Chebyshev coefficients are Bessel functions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qaimagic._checks import check_number
from qaimagic.subroutines.qsvt.coefficients import HIGHEST, too_high, truncated
from qaimagic.subroutines.qsvt.making import WHOLE, check_error, made
from qaimagic.subroutines.qsvt.polynomial import Polynomial


def cosine(time: float, epsilon: float = 1e-6) -> Polynomial:
    r"""Return :math:`\cos(t x)`, by the expansion of Jacobi and Anger.

    Args:
        time: The time t, positive.
        epsilon: The error on [-1, 1], from 1e-12 to below 1.

    Raises:
        TypeError: If an argument is no number.
        ValueError: If it is out of bounds, or the degree is too high.

    Example:
        >>> from qaimagic import polynomials
        >>> polynomials.cosine(5.0).degree
        14
    """
    numbers = _waves(time, epsilon).real.copy()
    numbers[1::2] = 0.0
    return made("cosine", truncated(numbers, epsilon), lambda x: np.cos(time * x), WHOLE, epsilon)


def sine(time: float, epsilon: float = 1e-6) -> Polynomial:
    r"""Return :math:`\sin(t x)`, as :func:`cosine` does.

    Raises:
        TypeError: As :func:`cosine`.
        ValueError: As :func:`cosine`.

    Example:
        >>> from qaimagic import polynomials
        >>> polynomials.sine(5.0).parity
        'odd'
    """
    numbers = -_waves(time, epsilon).imag
    numbers[::2] = 0.0
    return made("sine", truncated(numbers, epsilon), lambda x: np.sin(time * x), WHOLE, epsilon)


def evolution(time: float, epsilon: float = 1e-6) -> Polynomial:
    r"""Return :math:`e^{-i t x}`: an even and an odd part, added by one more wire.

    Args:
        time: The time t, positive, in units of 1 / alpha.
        epsilon: The error on [-1, 1], from 1e-12 to below 1.

    Raises:
        TypeError: As :func:`cosine`.
        ValueError: As :func:`cosine`.

    References:
        Low, Chuang, Quantum 3 (2019) 163, arXiv:1610.06546.
    """
    numbers = truncated(_waves(time, epsilon), epsilon)
    return made("evolution", numbers, lambda x: np.exp(-1j * time * x), WHOLE, epsilon)


def _waves(time: float, epsilon: float) -> NDArray[np.complex128]:
    from scipy.special import jv

    check_number("time", time, above=0)
    check_error(epsilon)
    degrees = np.arange(_room(time))
    numbers: NDArray[np.complex128] = 2 * (-1j) ** degrees * jv(degrees, time)
    numbers[0] /= 2
    return numbers


def exponential(beta: float, epsilon: float = 1e-6) -> Polynomial:
    r"""Return :math:`e^{\beta (x - 1)}`, the operator of imaginary time and of temperature.

    Its even and its odd part are added by one more wire. For :math:`e^{-\beta H}` give the
    negative of H.

    Args:
        beta: The inverse temperature, positive, in units of 1 / alpha.
        epsilon: The error on [-1, 1], from 1e-12 to below 1.

    Raises:
        TypeError: As :func:`cosine`.
        ValueError: As :func:`cosine`.
    """
    from scipy.special import ive

    check_number("beta", beta, above=0)
    check_error(epsilon)
    numbers = 2 * ive(np.arange(_room(beta)), beta)
    numbers[0] /= 2
    kept = truncated(numbers, epsilon)
    return made("exponential", kept, lambda x: np.exp(beta * (x - 1)), WHOLE, epsilon)


def _room(size: float) -> int:
    if size > 2 * HIGHEST:
        raise too_high(size)
    return int(1.5 * size) + 100
