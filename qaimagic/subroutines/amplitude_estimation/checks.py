"""What every way to estimate asks of its numbers."""

from __future__ import annotations

from qaimagic._checks import check_choice, check_int, check_number, requirement

METHODS = ("iterative", "maximum-likelihood")


def check_setting(method: str, epsilon: float, confidence: float, shots: int, seed: int) -> None:
    """Check how an amplitude is to be estimated.

    Raises:
        TypeError: If something is of the wrong type.
        ValueError: If there is no such method, or a number is out of bounds.
    """
    check_choice("method", method, METHODS)
    if check_number("epsilon", epsilon, above=0) >= 0.5:
        fix = "Every probability is within 0.5 of 1/2."
        raise ValueError(requirement("epsilon", "be below 0.5", f"it is {epsilon:g}", fix))
    if check_number("confidence", confidence, above=0) >= 1:
        fix = "Only an interval from 0 to 1 is certain."
        raise ValueError(requirement("confidence", "be below 1", f"it is {confidence:g}", fix))
    check_int("shots", shots, minimum=1)
    check_int("seed", seed, minimum=0)
