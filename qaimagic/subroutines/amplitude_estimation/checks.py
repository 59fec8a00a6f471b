"""What every way to estimate asks of its numbers."""

from __future__ import annotations

from qaimagic._checks import check_choice, check_int, check_number, requirement

_FINEST = 1e-6
METHODS = ("iterative", "maximum-likelihood")


def check_setting(
    method: str, epsilon: float, confidence: float, shots: int, seed: int, *, unit: float = 1.0
) -> None:
    """Check how an amplitude, times a unit, is to be estimated.

    Raises:
        TypeError: If something is of the wrong type.
        ValueError: If there is no such method, or a number is out of bounds.
    """
    check_choice("method", method, METHODS)
    if check_number("epsilon", epsilon, above=0) >= 0.5 * unit:
        fix = "Every probability is within 0.5 of 1/2."
        raise ValueError(requirement("epsilon", "be below 0.5", f"it is {epsilon:g}", fix))
    if epsilon < _FINEST * unit:
        rule = f"be at least {_FINEST * unit:g}"
        fix = "Less takes circuits of hundreds of thousands of amplifications."
        raise ValueError(requirement("epsilon", rule, f"it is {epsilon:g}", fix))
    if check_number("confidence", confidence, above=0) >= 1:
        fix = "Only an interval from 0 to 1 is certain."
        raise ValueError(requirement("confidence", "be below 1", f"it is {confidence:g}", fix))
    check_int("shots", shots, minimum=1)
    check_int("seed", seed, minimum=0)
