"""Queries of quantum gradients by dimension and precision, with the laws that fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from qaimagic._checks import need
from qaimagic.drawing.curves import Curves, Series, curves_picture
from qaimagic.drawing.curves_axes import short_number, with_error
from qaimagic.drawing.page import Picture
from qaimagic.subroutines.result import Result

if TYPE_CHECKING:
    import pandas as pd

_FINEST = 1e-3


@dataclass(frozen=True)
class QueryPoint:
    """What one method takes for a dimension and a precision.

    Attributes:
        method: ``"jordan"`` or ``"gilyen"``.
        order: The order of the differences; None for ``"jordan"``.
        d: How many components.
        epsilon: The precision of each.
        n_wires: How many wires each component has.
        width: The widest grid that does.
        queries: How often a run asks for the phase e^(i f).
        success: The least chance of a component to be within epsilon, by simulating the whole
            grid; None where that is large.
    """

    method: str
    order: int | None
    d: int
    epsilon: float
    n_wires: int
    width: float
    queries: int
    success: float | None


@dataclass(frozen=True)
class Law:
    """A law constant * d^of_dimension / epsilon^of_precision.

    Attributes:
        constant: Its constant.
        of_dimension: The exponent of d; 0 where there is one dimension.
        dimension_error: Its standard error, by the scatter about the law.
        of_precision: The exponent of 1/epsilon; 0 where there is one precision.
        precision_error: Its standard error.
    """

    constant: float
    of_dimension: float
    dimension_error: float
    of_precision: float
    precision_error: float

    def queries(self, d: float, epsilon: float) -> float:
        """Return the queries that the law has for a dimension and a precision: modelled."""
        return float(self.constant * d**self.of_dimension * epsilon**-self.of_precision)


def law_of(points: Sequence[QueryPoint]) -> Law:
    """Return the law that fits by least squares of the logarithms."""
    logs = np.array([[np.log(point.d), -np.log(point.epsilon)] for point in points])
    y = np.log([point.queries for point in points])
    middle = logs.mean(axis=0)
    slopes, *_ = np.linalg.lstsq(logs - middle, y - y.mean(), rcond=None)
    off = y - y.mean() - (logs - middle) @ slopes
    freedom = max(1, len(y) - 3)
    spread = np.linalg.pinv((logs - middle).T @ (logs - middle))
    errors = np.sqrt(np.maximum(np.diag(spread), 0.0) * float(off @ off) / freedom)
    constant = float(np.exp(y.mean() - middle @ slopes))
    return Law(constant, float(slopes[0]), float(errors[0]), float(slopes[1]), float(errors[1]))


@dataclass(frozen=True, eq=False, repr=False)
class QuantumGradientScaling(Result):
    """Queries of both methods by dimension and precision.

    Attributes:
        points: A point for each method, dimension and precision.
        laws: The power law of each method.
        max_slope: The bound of the slopes.
        n_points: How many points of each grid were looked at.
        is_complete: Whether all dimensions ran; an interrupt leaves those before it.
        seconds: How long it took.
    """

    points: tuple[QueryPoint, ...]
    laws: Mapping[str, Law]
    max_slope: float
    n_points: int
    is_complete: bool
    seconds: float

    def of(self, method: str) -> tuple[QueryPoint, ...]:
        """Return the points of one method."""
        return tuple(point for point in self.points if point.method == method)

    @property
    def text(self) -> str:
        """What came out in one deterministic line, and what to be careful about."""
        laws = ", ".join(f"{method} ~ {self._told(law)}" for method, law in self.laws.items())
        known = [point.success for point in self.points if point.success is not None]
        checked = (
            f" Simulated in full, {len(known)} of them were right with a chance of "
            f"{min(known):.2f} at least."
            if known
            else ""
        )
        ended = "" if self.is_complete else " Interrupted: this is what ran."
        return (
            f"Queries of e^(if) on the widest grids that do, by {self.n_points:,} sampled points: "
            f"{laws}.{checked} Central differences take 2d evaluations and backprop about as much "
            f"as a few, whatever d is.{ended}"
        )

    def plot(self) -> Picture:
        """Return queries against d for the finest precision, and against it for the largest d.

        Evaluations of a computer stand beside them; backprop's way back counts as three.
        """
        panels = [self._against_d()]
        if len({point.epsilon for point in self.points}) > 1:
            panels.append(self._against_precision())
        return replace(curves_picture(*panels, title=self.text), text=self.text)

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame with a row for each point.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        pd = need("pandas", "A result as a DataFrame", "frames")
        return pd.DataFrame([asdict(point) for point in self.points])

    def _told(self, law: Law) -> str:
        factors = []
        if len({point.d for point in self.points}) > 1:
            error = max(law.dimension_error, _FINEST)
            factors.append(f"d^({with_error(law.of_dimension, error)})")
        if len({point.epsilon for point in self.points}) > 1:
            error = max(law.precision_error, _FINEST)
            factors.append(f"epsilon^({with_error(-law.of_precision, error)})")
        return " ".join([short_number(law.constant, 3), *factors])

    def _against_d(self) -> Curves:
        finest = min(point.epsilon for point in self.points)
        lines = []
        for group, method in enumerate(self.laws):
            points = [point for point in self.of(method) if point.epsilon == finest]
            across, queries = [p.d for p in points], [p.queries for p in points]
            lines.append(Series(method, across, queries, "validation", group=group))
        d = np.unique([point.d for point in self.points]).astype(np.float64)
        lines.append(Series("central differences", d, 2 * d, group=2))
        lines.append(Series("backprop", d, np.full(len(d), 4.0), group=3))
        label = f"components, precision {short_number(finest, 3)}"
        return Curves(tuple(lines), "queries", label, better=None, log=True, log_x=True)

    def _against_precision(self) -> Curves:
        most = max(point.d for point in self.points)
        lines = []
        for group, method in enumerate(self.laws):
            points = [point for point in self.of(method) if point.d == most]
            across, queries = [1 / p.epsilon for p in points], [p.queries for p in points]
            lines.append(Series(method, across, queries, "validation", group=group))
        label = f"1 / precision, {most} components"
        return Curves(tuple(lines), "queries", label, better=None, log=True, log_x=True)
