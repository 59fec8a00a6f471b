"""Chebyshev coefficients: their values, their largest value, and those of a smooth function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray
from scipy.fft import dct

from qaimagic.subroutines.qsvt.angles import Floats

HIGHEST = 4000
"""The highest degree whose angles are computed."""

_SPARE = 1e-4
"""How far below 1 what is scaled stays: near 1 angles take more steps to find."""

_ROUNDING = 1e-9
_ZOOMS = 4


@dataclass(frozen=True, eq=False)
class Part:
    r"""A real polynomial of definite parity, and what it is multiplied by.

    Attributes:
        coefficients: Of Chebyshev polynomials, shape (d + 1,); within 1 on [-1, 1].
        weight: A positive number.
        phase: The angle of a phase, in radians.
    """

    coefficients: Floats
    weight: float
    phase: float


def largest(coefficients: NDArray[Any]) -> float:
    """Return the largest absolute value on [-1, 1].

    Example:
        >>> round(largest(np.array([0.0, 0.0, 0.5, 0.25])), 6)
        0.75
    """
    count = 16 * len(coefficients)
    spacing = np.pi / count
    angles = spacing * np.arange(count + 1)
    halves = np.pad(coefficients / 2, (0, count + 1 - len(coefficients)))
    halves[0] *= 2
    values = abs(dct(halves, 1))
    best = float(values.max())
    around = np.linspace(-1, 1, 17)
    beside = np.pad(values, 1)
    is_peak = (values >= beside[:-2]) & (values >= beside[2:]) & (values >= 0.97 * best)
    angles = angles[is_peak]
    for _ in range(_ZOOMS):
        near = angles[:, None] + spacing * around
        values = _sizes(coefficients, near)
        angles = near[np.arange(len(near)), values.argmax(axis=1)]
        best, spacing = max(best, float(values.max())), spacing / 8
    return best


def parts_of(coefficients: NDArray[Any]) -> tuple[Part, ...]:
    """Return the even and the odd part of a polynomial, as far as it has them.

    A polynomial of definite parity is left as it is, but for its phase. Of two parts each is
    brought to the largest value it may have, so that their sum of weights is least.

    Raises:
        ValueError: If a part is not real up to a phase.
    """
    found = []
    for parity in (0, 1):
        one = np.zeros_like(coefficients)
        one[parity::2] = coefficients[parity::2]
        if one.any():
            one = np.trim_zeros(one, "b")
            phase, real = _real(one)
            found.append(Part(real, 1.0, phase))
    if len(found) == 1:
        return tuple(found)
    sizes = [largest(part.coefficients) * (1 + _ROUNDING) for part in found]
    return tuple(
        Part(part.coefficients / size, size, part.phase)
        for part, size in zip(found, sizes, strict=True)
    )


def of_function(function: Callable[[Floats], Floats], parity: int, epsilon: float) -> Floats:
    """Return coefficients of a smooth function of definite parity, to an error of epsilon.

    Args:
        function: Takes and gives arrays of shape (n,).
        parity: 0 for an even function, 1 for an odd one.
        epsilon: The error, at most.

    Raises:
        ValueError: If the degree is too high.
    """
    count = 64
    while True:
        found = _interpolated(function, count)
        found[1 - parity :: 2] = 0.0
        tail = np.cumsum(abs(found[::-1]))[::-1]
        if tail[count // 2] <= 1e-2 * epsilon:
            return truncated(found, epsilon)
        if count > 2 * HIGHEST:
            raise too_high(count)
        count *= 2


def interpolated(polynomial: Callable[[Floats], Floats], degree: int) -> Floats:
    """Return coefficients of a polynomial of definite parity from its values, shape (degree + 1,).

    Args:
        polynomial: Takes and gives arrays of shape (n,); it need not be known at 0.
        degree: Its degree.
    """
    count = degree + 2 + degree % 2
    found = _interpolated(polynomial, count)
    found[1 - degree % 2 :: 2] = 0.0
    return found[: degree + 1]


def cosh_chebyshev(degree: int, x: Floats) -> Floats:
    """Return a Chebyshev polynomial at any x, also far beyond 1, shape (n,)."""
    angles = degree * np.arccos(np.clip(x, -1, 1))
    beyond = np.cosh(degree * np.arccosh(np.maximum(abs(x), 1)))
    signs = np.where(x < 0, (-1.0) ** degree, 1.0)
    found: Floats = np.where(abs(x) <= 1, np.cos(angles), signs * beyond)
    return found


def truncated(coefficients: NDArray[Any], epsilon: float) -> NDArray[Any]:
    """Return coefficients without the last ones, which together come to epsilon at most.

    Raises:
        ValueError: If the degree is too high.
    """
    tail = np.cumsum(abs(coefficients[::-1]))[::-1]
    kept = coefficients[: max(1, int((tail > epsilon).sum()))]
    if len(kept) > HIGHEST + 1:
        raise too_high(len(kept) - 1)
    return kept


def within_one(coefficients: Floats) -> tuple[Floats, float]:
    """Return a polynomial times a number such that it stays within 1, and that number."""
    scale = 1 / max(1.0, largest(coefficients) * (1 + _SPARE))
    return scale * coefficients, scale


def too_high(degree: float) -> ValueError:
    """Return the error of a degree that is too high."""
    told = f"{degree:,.0f}" if degree < 1e9 else f"{degree:.1e}"
    return ValueError(
        f"The polynomial must have degree {HIGHEST:,} at most, for which angles are computed, but "
        f"it has {told}. Ask for a larger `epsilon`, or for a wider gap, a smaller condition "
        "number, or a shorter time."
    )


def _interpolated(function: Callable[[Floats], Floats], count: int) -> Floats:
    nodes = np.cos(np.pi * (np.arange(count) + 0.5) / count)
    found: Floats = dct(function(nodes), 2) / count
    found[0] /= 2
    return found


def _sizes(coefficients: NDArray[Any], angles: Floats) -> Floats:
    sizes: Floats = abs(chebyshev.chebval(np.cos(angles), coefficients))
    return sizes


def _real(coefficients: NDArray[Any]) -> tuple[float, Floats]:
    if not np.iscomplexobj(coefficients):
        return 0.0, coefficients
    phase = float(np.angle(coefficients[abs(coefficients).argmax()]))
    turned = coefficients * np.exp(-1j * phase)
    if abs(turned.imag).max() > 1e-12:
        raise ValueError("The even and the odd part must each be real up to a phase.")
    return phase, turned.real
