"""How slopes fell with the wires, and what training came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qaimagic._checks import need, requirement
from qaimagic.subroutines.barren_plateaus.fits import Decay
from qaimagic.subroutines.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from qaimagic.drawing.page import Picture


@dataclass(frozen=True)
class PlateauPoint:
    """One cost from one start on so many wires.

    Attributes:
        cost: The name of the cost, or of the function that made the circuit.
        start: The name of the start.
        n_wires: How many wires.
        n_angles: How many angles the circuit has.
        mean_square: The mean square of a derivative, over starts and over the angles trained at
            first.
        standard_error: Of that, over the starts. Squares of slopes have long tails: where they
            are hardly ever large, few starts make the mean and its error too small.
        variance: The variance of a derivative over the starts, the mean over those angles.
        expected: The mean square by a closed form, for random angles; else None.
        is_exact: Whether that holds for this circuit, or for one that scrambles like a random
            one (a 2-design).
        cost_variance: The variance of the cost.
        cost_error: Its standard error.
        cost_expected: The variance of the cost by a closed form, or None.
        shots: Modelled: shots of each circuit that make a slope as large as its standard error by
            the shift rule, in the median of the starts, which may be far from what mean values
            would tell; None where the circuit's measurement is not known here.
        seconds: How long it took.
    """

    cost: str
    start: str
    n_wires: int
    n_angles: int
    mean_square: float
    standard_error: float
    variance: float
    expected: float | None
    is_exact: bool
    cost_variance: float
    cost_error: float
    cost_expected: float | None
    shots: float | None
    seconds: float

    @property
    def case(self) -> str:
        """The cost, and the start where it is none of random angles."""
        return case_of(self.cost, self.start)


@dataclass(frozen=True, eq=False)
class Trained:
    """What training came to.

    Attributes:
        cost: The name of the cost.
        start: The name of the start.
        n_wires: How many wires.
        costs: The cost after each step, shape (n_steps + 1, n_starts).
        lowest: The least cost of all states, by exact diagonalisation; None where unknown.
    """

    cost: str
    start: str
    n_wires: int
    costs: NDArray[np.float64]
    lowest: float | None

    @property
    def case(self) -> str:
        """The cost, and the start where it is none of random angles."""
        return case_of(self.cost, self.start)

    @property
    def final(self) -> float:
        """The median of the costs after the last step."""
        return float(np.median(self.costs[-1]))


@dataclass(frozen=True, eq=False, repr=False)
class PlateauResult(Result):
    """Mean squares of slopes by the number of wires.

    Attributes:
        points: A point for each number of wires, cost and start.
        decays: The laws that fit, by case.
        trained: What training came to with the most wires, for each cost and start.
        n_samples: How many starts each mean is over.
        shots: Shots of each circuit in training; None for exact slopes.
        is_complete: Whether all ran; an interrupt leaves what ran before it.
        seconds: How long it took.
    """

    points: tuple[PlateauPoint, ...]
    decays: Mapping[str, Decay]
    trained: tuple[Trained, ...]
    n_samples: int
    shots: int | None
    is_complete: bool
    seconds: float

    @property
    def cases(self) -> tuple[str, ...]:
        """The names of the lines: costs, with starts that are not random."""
        return tuple(dict.fromkeys(point.case for point in self.points))

    def of(self, case: str) -> tuple[PlateauPoint, ...]:
        """Return the points of one case, by wires."""
        return tuple(point for point in self.points if point.case == case)

    @property
    def text(self) -> str:
        """What came out in one deterministic line, and what to be careful about."""
        from qaimagic.subroutines.barren_plateaus.picture import text_of

        return text_of(self)

    def plot(self) -> Picture:
        """Return mean squares against wires with closed forms, and training where it has room.

        Bands are two standard errors, or of training the middle half of the starts.
        """
        from qaimagic.subroutines.barren_plateaus.picture import picture_of

        return picture_of(self)

    def plot_training(self) -> Picture:
        """Return costs above the exact minimum against steps, a panel for each cost.

        Raises:
            ValueError: If nothing was trained.
        """
        if not self.trained:
            fix = "It says how many steps to train."
            raise ValueError(requirement("n_steps", "be above 0", "nothing was trained", fix))
        from qaimagic.subroutines.barren_plateaus.picture import training_of

        return training_of(self)

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame with a row for each point.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        pd = need("pandas", "A result as a DataFrame", "frames")
        return pd.DataFrame([asdict(point) for point in self.points])


def case_of(cost: str, start: str) -> str:
    """Return the name of a line."""
    return cost if start == "random" else f"{cost}, {start}"
