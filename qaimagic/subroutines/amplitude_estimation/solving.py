"""From a preparation to a result: estimated, scaled, and put beside other answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from qaimagic.subroutines.amplitude_estimation.estimate import Ask, Estimate
from qaimagic.subroutines.amplitude_estimation.iterative import iterative
from qaimagic.subroutines.amplitude_estimation.likelihood import maximum_likelihood
from qaimagic.subroutines.amplitude_estimation.monte_carlo import MonteCarlo
from qaimagic.subroutines.amplitude_estimation.result import AmplitudeResult
from qaimagic.subroutines.amplitude_estimation.source import Source

METHODS: Mapping[str, Callable[[Ask, float, float, int], Estimate]] = {
    "iterative": iterative,
    "maximum-likelihood": maximum_likelihood,
}


@dataclass(frozen=True)
class Setting:
    """How an amplitude is estimated.

    Attributes:
        epsilon: The half-width of the interval, in the value's units.
        confidence: The chance that it holds the truth.
        shots: Shots of a round.
    """

    epsilon: float
    confidence: float
    shots: int


@dataclass(frozen=True)
class Scale:
    """What a probability stands for.

    Attributes:
        low: The value at 0.
        unit: How much larger it is at 1.
    """

    low: float = 0.0
    unit: float = 1.0

    def __call__(self, chance: float) -> float:
        """Return the value that a probability stands for."""
        return self.low + self.unit * chance


def solve(
    source: Source,
    method: str,
    setting: Setting,
    exact: float | None,
    sampled: Callable[[int], MonteCarlo] | None,
    scale: Scale = Scale(),
) -> AmplitudeResult:
    """Estimate a probability, and return what it stands for beside other answers.

    Args:
        source: Gives hits of amplified circuits.
        method: A key of ``METHODS``.
        setting: How it is estimated.
        exact: The exact value, if it is known.
        sampled: Gives what plain sampling finds with so many queries.
        scale: What the probability stands for.
    """
    start = time.perf_counter()
    estimate = METHODS[method]
    found = estimate(source.hits, setting.epsilon / scale.unit, setting.confidence, setting.shots)
    seconds = time.perf_counter() - start
    rounds = tuple(replace(one, low=scale(one.low), high=scale(one.high)) for one in found.rounds)
    return AmplitudeResult(
        value=scale(found.value),
        interval=(rounds[-1].low, rounds[-1].high),
        exact=exact,
        monte_carlo=None if sampled is None else sampled(sum(one.queries for one in rounds)),
        method=method,
        epsilon=setting.epsilon,
        confidence=setting.confidence,
        rounds=rounds,
        unit=scale.unit,
        depth=source.depth(max(one.power for one in rounds)),
        device=source.device,
        is_ideal=source.is_ideal,
        is_consistent=found.is_consistent,
        is_complete=found.is_complete,
        seconds=seconds,
    )
