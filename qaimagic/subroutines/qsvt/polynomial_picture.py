"""A polynomial beside its target, and where it is promised."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from qaimagic.drawing.curves import Curves, Series, curves_picture
from qaimagic.drawing.page import Picture

if TYPE_CHECKING:
    from qaimagic.subroutines.qsvt.polynomial import Polynomial

_POINTS = 801


def polynomial_picture(polynomial: Polynomial) -> Picture:
    """Return what is shown of a polynomial; see ``Polynomial.plot``."""
    told = polynomial.text
    panel = graph(lines_of(polynomial))
    return replace(curves_picture(panel, title=told), text=told)


def graph(lines: list[Series]) -> Curves:
    """Return lines over [-1, 1] as a panel."""
    return Curves(tuple(lines), "P(x)", "x", better=None, log=False)


def lines_of(polynomial: Polynomial) -> list[Series]:
    """Return the polynomial, and the target times its scale where it is promised."""
    x = np.linspace(-1, 1, _POINTS)
    values = polynomial(x)
    promised = polynomial.is_promised(x)
    aim = np.full_like(values, np.nan)
    aim[promised] = polynomial.scale * polynomial.target(x[promised])
    target = "target, where promised" if not promised.all() else "target"
    if not np.iscomplexobj(polynomial.coefficients):
        return [Series(target, x, aim, group=1), Series("P", x, values)]
    return [
        Series(f"{target}, real", x, aim.real, group=1),
        Series(f"{target}, imaginary", x, aim.imag, group=3),
        Series("Re P", x, values.real),
        Series("Im P", x, values.imag, group=2),
    ]
