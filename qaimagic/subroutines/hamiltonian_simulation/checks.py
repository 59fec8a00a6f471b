"""What every way to simulate asks of its numbers."""

from __future__ import annotations

from qaimagic._checks import check_choice, check_int, check_number, check_shots, requirement

_FINEST = 1e-10
"""What rounding leaves of longer circuits may be more."""

MOST_STEPS = 10**9
"""The most steps that are taken, or looked for."""

METHODS = ("trotter-1", "trotter-2", "trotter-4", "qdrift", "qsvt")

_LONGEST = 1e8
"""The largest phase, in radians: double precision leaves 8 digits of it."""


def check_phases(reach: float, time: float) -> None:
    """Check that phases are not so large that their digits are lost.

    Args:
        reach: The largest energy, the constant apart, at most.
        time: The time.

    Raises:
        ValueError: If they are.
    """
    if reach * abs(time) > _LONGEST:
        rule = f"be {_LONGEST / reach:.3g} at most for energies up to {reach:.3g}"
        fix = "Beyond that, double precision loses the phases."
        raise ValueError(requirement("time", rule, f"it is {time:g}", fix))


def check_setting(
    method: str,
    time: float,
    steps: int | None,
    epsilon: float | None,
    draws: int,
    shots: int | None,
    seed: int,
) -> None:
    """Check how an evolution is to be simulated.

    Raises:
        TypeError: If something is of the wrong type.
        ValueError: If there is no such method, a number is out of bounds, or both steps and an
            error are given.
    """
    check_choice("method", method, METHODS)
    check_number("time", time)
    if steps is not None:
        if check_int("steps", steps, minimum=1) > MOST_STEPS:
            raise ValueError(requirement("steps", f"be {MOST_STEPS:,} at most", f"it is {steps}"))
        if epsilon is not None:
            received = f"`steps` is {steps} as well"
            raise ValueError(requirement("epsilon", "be left out where steps are given", received))
    if epsilon is not None:
        check_number("epsilon", epsilon, minimum=_FINEST)
    check_int("draws", draws, minimum=2)
    check_int("seed", seed, minimum=0)
    check_shots(shots)
