"""Rounds of amplification, one more at a time."""

from __future__ import annotations

import time

import numpy as np

from qaimagic._checks import requirement
from qaimagic.subroutines.amplitude_amplification.result import AmplifiedResult, best_rounds
from qaimagic.subroutines.amplitude_estimation.source import Source

_LEAST = 1e-12

_MOST_ROUNDS = 10_000


def run(source: Source, exact: float, rounds: int | None, shots: int | None) -> AmplifiedResult:
    """Return the success probability after 0, 1, ... rounds.

    Args:
        source: Gives what amplified circuits answer.
        exact: The probability without amplification.
        rounds: The most rounds; None for as many as are best.
        shots: How many shots each circuit has; None for exact answers.

    Raises:
        ValueError: If the good outcome is impossible.
    """
    if exact < _LEAST:
        fix = "Turning leaves an amplitude of 0 where it is."
        received = f"its probability is {exact:.1g}"
        raise ValueError(requirement("good", "be a possible outcome", received, fix))
    most = best_rounds(exact) if rounds is None else rounds
    if most > _MOST_ROUNDS:
        received = f"{most:,} would be best" if rounds is None else f"it is {rounds:,}"
        fix = "Each number of rounds is a circuit of its own."
        raise ValueError(requirement("rounds", f"be {_MOST_ROUNDS:,} at most", received, fix))
    successes: list[float] = []
    start = time.perf_counter()
    try:
        while len(successes) <= most:
            k = len(successes)
            successes.append(source.chance(k) if shots is None else source.hits(k, shots) / shots)
    except KeyboardInterrupt:
        if not successes:
            raise
    seconds = time.perf_counter() - start
    found = np.array(successes)
    errors = None
    if shots is not None:
        likely = (found * shots + 0.5) / (shots + 1)
        errors = np.sqrt(likely * (1 - likely) / shots)
    return AmplifiedResult(
        successes=found,
        standard_errors=errors,
        exact=exact,
        shots=shots,
        depths=tuple(source.depth(power) for power in range(len(found))),
        device=source.device,
        is_ideal=source.is_ideal,
        is_complete=len(found) == most + 1,
        seconds=seconds,
    )
