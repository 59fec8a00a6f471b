"""What an estimator asks, and what it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

Ask: TypeAlias = Callable[[int, int], int]
"""Gives the number of good outcomes for a number of amplifications and a number of shots."""


@dataclass(frozen=True)
class Round:
    """One circuit with its shots.

    Attributes:
        power: How many amplifications it had.
        shots: How many shots.
        hits: How many of them were good.
        low: The lower end of the interval after it.
        high: The upper end.
    """

    power: int
    shots: int
    hits: int
    low: float
    high: float

    @property
    def queries(self) -> int:
        """How often it ran the circuit that is estimated, or its inverse."""
        return self.shots * (2 * self.power + 1)


@dataclass(frozen=True)
class Estimate:
    """A probability, as an estimator found it.

    Attributes:
        value: The probability.
        rounds: What ran; the last round has the final interval.
        is_consistent: Whether the rounds' intervals have a point in common.
        is_complete: Whether all rounds ran; an interrupt leaves those before it.
    """

    value: float
    rounds: tuple[Round, ...]
    is_consistent: bool = True
    is_complete: bool = True
