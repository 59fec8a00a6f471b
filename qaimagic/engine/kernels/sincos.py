"""Sine and cosine of rows."""

from __future__ import annotations

from math import factorial, pi
from typing import Any

import numpy as np

from qaimagic.engine.jit import part
from qaimagic.engine.simd import add, fill, mul, nearest, sub

_PI_HIGH = float(np.float32(pi))
_PI_MIDDLE = float(np.float32(pi - _PI_HIGH))
_PI_LOW = pi - _PI_HIGH - _PI_MIDDLE
_PI_REST = 1.2246467991473532e-16
_SINE = tuple((-1.0) ** k / factorial(2 * k + 1) for k in range(11))
_COSINE = tuple((-1.0) ** k / factorial(2 * k) for k in range(12))


@part
def sincos(angles: Any) -> Any:
    r"""Return sine and cosine of a row of angles in radians.

    With :math:`r = x - k \pi` in :math:`[-\pi/2, \pi/2]` both are :math:`(-1)^k` times the
    Taylor series at :math:`r`, whose rest is below the rounding of double precision.
    """
    turns = nearest(mul(angles, fill(angles, 1 / pi)))
    r = sub(angles, mul(turns, fill(angles, _PI_HIGH)))
    r = sub(r, mul(turns, fill(angles, _PI_MIDDLE)))
    r = sub(r, mul(turns, fill(angles, _PI_LOW)))
    r = sub(r, mul(turns, fill(angles, _PI_REST)))
    half = mul(turns, fill(angles, 0.5))
    odd = sub(half, nearest(half))
    sign = sub(fill(angles, 1.0), mul(fill(angles, 8.0), mul(odd, odd)))
    square = mul(r, r)
    sine = fill(angles, _SINE[10])
    cosine = fill(angles, _COSINE[11])
    for k in range(10, 0, -1):
        sine = add(mul(sine, square), fill(angles, _SINE[k - 1]))
        cosine = add(mul(cosine, square), fill(angles, _COSINE[k]))
    cosine = add(mul(cosine, square), fill(angles, _COSINE[0]))
    return mul(sign, mul(r, sine)), mul(sign, cosine)
