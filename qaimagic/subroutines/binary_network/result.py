"""What every way of training found, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qaimagic._checks import check_choice, need
from qaimagic.devices.annealers.spectrum import Floats
from qaimagic.drawing.state_sample import wilson
from qaimagic.subroutines.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from qaimagic.drawing.page import Picture

_SAME = 1e-9
"""Losses nearer than this are the same: they differ by rounding."""


@dataclass(frozen=True)
class Share:
    """So many of so many, with Wilson's 95 % interval.

    Example:
        >>> Share(45, 50)
        0.9 [0.786, 0.957]
    """

    count: int
    total: int

    @property
    def value(self) -> float:
        """The fraction."""
        return self.count / self.total

    @property
    def interval(self) -> tuple[float, float]:
        """The ends of Wilson's 95 % interval."""
        low, high = wilson(np.array([self.count]), self.total)
        return float(low[0]), float(high[0])

    def __repr__(self) -> str:
        low, high = self.interval
        return f"{self.value:.3g} [{low:.3g}, {high:.3g}]"


@dataclass(frozen=True, eq=False)
class Trained:
    """What one way of training found.

    Attributes:
        method: Which way.
        losses: The mean squared error of each read, restart or shot, shape (reads,), ascending.
        weights: The best weights, shape (n_weights,), +1 or -1, in the order of the labels.
        train: The accuracy of the best weights on the training data.
        test: The same on the test data, or None without.
        success: The fraction of reads at the exact optimum; None for enumeration.
        evaluations: How many losses, or changes of one, were computed; None where nobody counts.
        circuits: How many circuits ran; they are simulated.
        auxiliary: How many bits a quadratic model needed beside the weights.
        seconds: How long it took on this machine; for QAOA the time of the simulation.
    """

    method: str
    losses: Floats
    weights: NDArray[np.int8]
    train: Share
    test: Share | None
    success: Share | None
    evaluations: int | None
    circuits: int
    auxiliary: int
    seconds: float

    @property
    def loss(self) -> float:
        """The lowest mean squared error."""
        return float(self.losses[0])


@dataclass(frozen=True, eq=False, repr=False)
class SolverComparison(Result):
    """A network trained in several ways, beside the exact optimum and logistic regression.

    Attributes:
        ways: What each way found, the exact optimum first.
        n_weights: How many weights there are.
        n_terms: How many terms the loss has as a polynomial of them.
        degree: How many weights its longest product has.
        chance: The chance that weights drawn at random are an optimum.
        logistic: The accuracies of logistic regression on training and test data.
    """

    ways: tuple[Trained, ...]
    n_weights: int
    n_terms: int
    degree: int
    chance: float
    logistic: tuple[Share, Share | None]

    @property
    def optimum(self) -> float:
        """The lowest mean squared error that there is."""
        return self.ways[0].loss

    def __getitem__(self, method: str) -> Trained:
        found = {way.method: way for way in self.ways}
        return found[check_choice("method", method, found)]

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame with a row for each way.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        pd = need("pandas", "A comparison as a DataFrame", "frames")
        return pd.DataFrame(
            [
                {
                    "method": way.method,
                    "loss": way.loss,
                    **_columns("train", way.train),
                    **_columns("test", way.test),
                    **_columns("success", way.success),
                    "evaluations": way.evaluations,
                    "circuits": way.circuits,
                    "auxiliary": way.auxiliary,
                    "seconds": way.seconds,
                }
                for way in self.ways
            ]
        )

    def plot(self) -> Picture:
        """Return the fraction of reads below each loss, a line for each way, and the table."""
        from qaimagic.subroutines.binary_network.picture import picture_of

        return picture_of(self)

    @property
    def text(self) -> str:
        """What came out in one deterministic line, and what to be careful about."""
        from qaimagic.subroutines.binary_network.picture import text_of

        return text_of(self)


def successes(losses: Floats, optimum: float) -> Share:
    """Return how many of the losses are the optimum."""
    return Share(int((losses <= optimum + _SAME).sum()), len(losses))


def _columns(name: str, share: Share | None) -> dict[str, float]:
    low, high = (np.nan, np.nan) if share is None else share.interval
    value = np.nan if share is None else share.value
    return {name: value, f"{name}_low": low, f"{name}_high": high}
