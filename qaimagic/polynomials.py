"""Polynomials that ``qaimagic.qsvt`` makes of a matrix's singular values.

Each approximates a function on [-1, 1], where the singular values of a matrix by its alpha are,
stays within 1 there, and knows its error and its angles.
"""

from qaimagic.subroutines.qsvt.inverse import inverse
from qaimagic.subroutines.qsvt.own import chebyshev
from qaimagic.subroutines.qsvt.polynomial import Polynomial
from qaimagic.subroutines.qsvt.steps import eigenstate_filter, sign, threshold
from qaimagic.subroutines.qsvt.waves import cosine, evolution, exponential, sine

__all__ = [
    "Polynomial",
    "chebyshev",
    "cosine",
    "eigenstate_filter",
    "evolution",
    "exponential",
    "inverse",
    "sign",
    "sine",
    "threshold",
]
