"""What amplitude estimation found, beside the exact value and plain sampling."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from qaimagic._checks import need
from qaimagic.subroutines.amplitude_estimation.estimate import Round
from qaimagic.subroutines.amplitude_estimation.intervals import Interval
from qaimagic.subroutines.amplitude_estimation.monte_carlo import MonteCarlo
from qaimagic.subroutines.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from qaimagic.drawing.page import Picture


@dataclass(frozen=True, eq=False, repr=False)
class AmplitudeResult(Result):
    """A probability, or an expected value, with its interval.

    Attributes:
        value: The estimate.
        interval: Where the truth lies, with the confidence.
        exact: The exact value by simulation; None for more wires than are quickly simulated.
        monte_carlo: Plain sampling with as many queries, on a computer without noise; None where
            ``exact`` is.
        method: ``"iterative"`` or ``"maximum-likelihood"``.
        epsilon: The half-width of the interval that was asked for.
        confidence: The chance that the interval was to hold the truth with.
        rounds: The circuits that ran, each with the interval after it.
        unit: The value's range where the circuit's probability goes from 0 to 1.
        depth: The depth of the longest circuit, in gates on two wires.
        device: Where the circuits ran.
        is_ideal: Whether that is an ideal machine.
        is_consistent: Whether the rounds' intervals have a point in common.
        is_complete: Whether all rounds ran; an interrupt leaves those before it.
        seconds: How long the rounds took.
    """

    value: float
    interval: Interval
    exact: float | None
    monte_carlo: MonteCarlo | None
    method: str
    epsilon: float
    confidence: float
    rounds: tuple[Round, ...]
    unit: float
    depth: int
    device: str
    is_ideal: bool
    is_consistent: bool
    is_complete: bool
    seconds: float

    @property
    def half_width(self) -> float:
        """Half the interval's width."""
        return (self.interval[1] - self.interval[0]) / 2

    @property
    def is_guaranteed(self) -> bool:
        """Whether the interval holds the truth at least with the confidence.

        It does by iteration on an ideal machine. By maximum likelihood it does so about, for many
        shots; and with noise the circuits are not those that the estimate is read from.
        """
        return self.method == "iterative" and self.is_ideal

    @property
    def queries(self) -> int:
        """How often the circuits ran what is estimated, or its inverse: 2k + 1 times a shot."""
        return sum(one.queries for one in self.rounds)

    @property
    def circuits(self) -> int:
        """How many circuits were submitted."""
        return len(self.rounds)

    @property
    def shots(self) -> int:
        """How many shots they had together."""
        return sum(one.shots for one in self.rounds)

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame with a row for each round, queries up to then included.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        pd = need("pandas", "A result as a DataFrame", "frames")
        frame = pd.DataFrame([asdict(one) for one in self.rounds])
        frame["queries"] = list(accumulate(one.queries for one in self.rounds))
        return frame

    def plot(self) -> Picture:
        """Return the interval's half-width against queries, both axes logarithmic.

        Beside it is what plain sampling needs. That has the slope -1/2, where an ideal machine's
        estimate has about -1. The other panel has the intervals themselves.
        """
        from qaimagic.subroutines.amplitude_estimation.picture import picture_of

        return picture_of(self)

    @property
    def text(self) -> str:
        """What came out in one deterministic line, and what to be careful about."""
        from qaimagic.subroutines.amplitude_estimation.picture import text_of

        return text_of(self)
