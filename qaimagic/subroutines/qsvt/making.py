"""What every polynomial that approximates something goes through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray

from qaimagic._checks import check_number, requirement
from qaimagic.subroutines.qsvt.angles import Floats
from qaimagic.subroutines.qsvt.coefficients import within_one
from qaimagic.subroutines.qsvt.polynomial import Interval, Polynomial

WHOLE: tuple[Interval, ...] = ((-1.0, 1.0),)
_FINEST = 1e-12


def made(
    name: str,
    coefficients: NDArray[Any],
    target: Callable[[Floats], NDArray[Any]],
    promised: tuple[Interval, ...],
    epsilon: float,
) -> Polynomial:
    """Return a polynomial, scaled so that it stays within 1.

    Args:
        name: What it is called.
        coefficients: Of an approximation of the target.
        target: What it approximates.
        promised: Where.
        epsilon: How well.
    """
    within, scale = within_one(coefficients)
    return Polynomial(name, within, target, scale, promised, epsilon)


def check_error(epsilon: float) -> None:
    """Check the error that a polynomial is asked for.

    Raises:
        TypeError: If it is no number.
        ValueError: If it is out of bounds.
    """
    if check_number("epsilon", epsilon, above=0) >= 1:
        raise ValueError(requirement("epsilon", "be below 1", f"it is {epsilon:g}"))
    if epsilon < _FINEST:
        fix = "Numbers of double precision have no more digits."
        rule = f"be at least {_FINEST:g}"
        raise ValueError(requirement("epsilon", rule, f"it is {epsilon:g}", fix))


def check_gap(name: str, gap: float) -> None:
    """Check a width between 0 and 1.

    Raises:
        TypeError: If it is no number.
        ValueError: If it is out of bounds.
    """
    if check_number(name, gap, above=0) >= 1:
        fix = "Singular values are between 0 and 1 here: those of the matrix by alpha."
        raise ValueError(requirement(name, "be below 1", f"it is {gap:g}", fix))
