"""How errors fell with queries, with the power laws that fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from qaimagic._checks import need
from qaimagic.drawing.curves import Curves, Series, curves_picture
from qaimagic.drawing.curves_axes import MINUS, short_number, with_error
from qaimagic.drawing.page import Picture
from qaimagic.subroutines.result import Result

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Slope:
    """A power law's exponent.

    Attributes:
        value: The exponent.
        standard_error: How far it scatters from one study to the next.
    """

    value: float
    standard_error: float

    def __repr__(self) -> str:
        return with_error(self.value, self.standard_error)


@dataclass(frozen=True)
class ScalingPoint:
    """What one method's runs for one half-width came to.

    Attributes:
        method: The method.
        epsilon: The half-width that was asked for.
        queries: How many queries a run took in the mean.
        error: The median of the absolute error.
        standard_error: Of that.
        covered: The share of runs whose interval held the truth.
    """

    method: str
    epsilon: float
    queries: float
    error: float
    standard_error: float
    covered: float


@dataclass(frozen=True, eq=False, repr=False)
class AmplitudeScaling(Result):
    """Errors against queries, of amplitude estimation and of plain sampling.

    Attributes:
        points: A point for each method and half-width.
        slopes: The exponent of each method.
        exact: The exact probability.
        confidence: The chance that each interval was to hold it with.
        repeats: How many runs each point is of.
        device: Where the circuits ran.
        is_ideal: Whether that is an ideal machine.
    """

    points: tuple[ScalingPoint, ...]
    slopes: Mapping[str, Slope]
    exact: float
    confidence: float
    repeats: int
    device: str
    is_ideal: bool

    def of(self, method: str) -> tuple[ScalingPoint, ...]:
        """Return the points of one method."""
        return tuple(point for point in self.points if point.method == method)

    def covered(self, method: str) -> float:
        """Return the share of all runs of a method whose interval held the truth."""
        return float(np.mean([point.covered for point in self.of(method)]))

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame with a row for each point.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        pd = need("pandas", "A result as a DataFrame", "frames")
        return pd.DataFrame([asdict(point) for point in self.points])

    def plot(self) -> Picture:
        """Return median errors against queries, both axes logarithmic."""
        lines = []
        for group, method in enumerate(self.slopes):
            points = self.of(method)
            errors = np.array([point.error for point in points])
            scatter = np.array([point.standard_error for point in points])
            edges = np.maximum(errors - scatter, errors / 2), errors + scatter
            across = [point.queries for point in points]
            slope = f"{self.slopes[method].value:.2f}".replace("-", MINUS)
            name = f"{method} {slope}"
            lines.append(Series(name, across, errors, "validation", group=group, band=edges))
        curves = Curves(tuple(lines), "median error", "queries", better=None, log=True, log_x=True)
        return replace(curves_picture(curves, title=self.text), text=self.text)

    @property
    def text(self) -> str:
        """What came out in one deterministic line, and what to be careful about."""
        slopes = ", ".join(f"{method} {slope!r}" for method, slope in self.slopes.items())
        held = ", ".join(f"{method} {self.covered(method):.0%}" for method in self.slopes)
        noise = "" if self.is_ideal else f" `{self.device}` is no ideal machine."
        return (
            f"Slope of the error by queries: {slopes}. Intervals that held "
            f"{short_number(self.exact, 4)}, of {self.confidence:.0%} asked for: {held}.{noise}"
        )
