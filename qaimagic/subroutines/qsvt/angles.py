r"""The angles of quantum signal processing for a real polynomial of definite parity.

.. math:: \mathrm{Im} \, \langle 0| e^{i\phi_0 Z} \prod_{k=1}^{d} W(x) \, e^{i\phi_k Z} |0\rangle
    = P(x), \quad W(x) = e^{i \arccos(x) X}

The angles are symmetric, :math:`\phi_k = \phi_{d-k}`, so that there are as many unknown ones as
there are coefficients. Newton's method finds them from zero, with values at Chebyshev nodes.
"""

from __future__ import annotations

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]

_STEPS = 60
_ACCURACY = 1e-11
_ROUNDING = 1e-15


def symmetric_angles(coefficients: Floats) -> Floats:
    r"""Return the symmetric angles of a polynomial, shape (d + 1,), in radians.

    Args:
        coefficients: Of Chebyshev polynomials of degree 0 to d, shape (d + 1,). Those of the
            other parity than d are zero, and the polynomial stays within 1 on [-1, 1].

    Raises:
        ArithmeticError: If Newton's method does not converge.

    Example:
        >>> symmetric_angles(np.array([0.0, 0.5])).round(6).tolist()
        [0.261799, 0.261799]

    References:
        Dong, Lin, Ni, Wang, SIAM Journal on Scientific Computing 46 (2024) A2951,
        arXiv:2307.12468; Quantum 8 (2024) 1558, arXiv:2209.10162.
    """
    degree = len(coefficients) - 1
    count = degree // 2 + 1
    nodes = np.cos((2 * np.arange(count) + 1) * np.pi / (4 * count))
    goal = chebyshev.chebval(nodes, coefficients)
    half = np.zeros(count)
    values, slopes = _values_and_slopes(half, nodes, degree)
    miss = float(abs(goal - values).max())
    for _ in range(_STEPS):
        try:
            step = np.linalg.solve(slopes, goal - values)
        except np.linalg.LinAlgError:
            break
        share = 1.0
        while True:
            tried = half + share * step
            values, slopes = _values_and_slopes(tried, nodes, degree)
            found = float(abs(goal - values).max())
            if found < miss or share < 1e-3:
                break
            share /= 2
        if found >= miss:
            break
        half, miss = tried, found
        if miss <= _ROUNDING * (degree + 10):
            break
    if miss > _ACCURACY:
        raise ArithmeticError(
            f"The angles of a polynomial of degree {degree} did not converge: they leave an error "
            f"of {miss:.1e}. Take a polynomial that stays further within 1."
        )
    return _whole(half, degree)


def _whole(half: Floats, degree: int) -> Floats:
    """Return all angles, of those from the middle to the end."""
    return np.concatenate([half[:0:-1] if degree % 2 == 0 else half[::-1], half])


def _values_and_slopes(half: Floats, nodes: Floats, degree: int) -> tuple[Floats, Floats]:
    """Return the polynomial at the nodes, and its derivatives by each angle from the middle on."""
    sines, count = np.sqrt(1 - nodes**2), len(half)
    states = np.empty((count, 2, len(nodes)), complex)
    state = np.stack([np.ones_like(nodes), np.zeros_like(nodes)]).astype(complex)
    for k in range(count - 1, -1, -1):
        states[k] = _turned(state, half[k])
        state = _signal(states[k], nodes, sines) if k else states[0]
    is_even = degree % 2 == 0
    rest = _turned(states[0], -half[0]) if is_even else _signal(states[0], nodes, sines)
    values = (rest * states[0]).sum(axis=0).imag
    slopes = np.empty((len(nodes), count))
    for k in range(count):
        times = 1 if is_even and k == 0 else 2
        slopes[:, k] = times * (1j * (rest[0] * states[k, 0] - rest[1] * states[k, 1])).imag
        rest = _signal(_turned(rest, half[k]), nodes, sines)
    return values, slopes


def _turned(state: Complexes, angle: float) -> Complexes:
    phase = np.exp(1j * angle)
    return np.stack([phase * state[0], state[1] / phase])


def _signal(state: Complexes, x: Floats, sines: Floats) -> Complexes:
    first, second = x * state[0], x * state[1]
    return np.stack([first + 1j * sines * state[1], second + 1j * sines * state[0]])
