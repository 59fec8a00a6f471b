"""How errors of simulated evolutions fell with cost, with the laws that fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from qaimagic._checks import need
from qaimagic.drawing.curves import Curves, Series, curves_picture
from qaimagic.drawing.curves_axes import MINUS
from qaimagic.drawing.page import Picture
from qaimagic.subroutines.result import Result

if TYPE_CHECKING:
    import pandas as pd

_ROUNDING = 1e-12


@dataclass(frozen=True)
class SimulationPoint:
    """What one method came to with so many steps.

    Attributes:
        method: The method.
        steps: Trotter steps, words of qDRIFT, or QSVT's degree.
        gates: Gates on two wires, of qDRIFT in the mean.
        error: The trace distance of the final state from the exact one.
        bound: The most that it can be, of QSVT before what is post-selected is normalised; None
            where that takes long.
    """

    method: str
    steps: int
    gates: float
    error: float
    bound: float | None


@dataclass(frozen=True, eq=False, repr=False)
class SimulationScaling(Result):
    """Errors of simulated evolutions against their cost.

    Attributes:
        points: A point for each method and number of steps.
        slopes: The power of the steps that the error of each method falls with, where it has one:
            words that commute leave no error.
        decay: The slope of the natural logarithm of QSVT's error by its degree; None where it
            could not be fitted.
        time: The time.
    """

    points: tuple[SimulationPoint, ...]
    slopes: Mapping[str, float]
    decay: float | None
    time: float

    def of(self, method: str) -> tuple[SimulationPoint, ...]:
        """Return the points of one method."""
        return tuple(point for point in self.points if point.method == method)

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods, in the order of the points."""
        return tuple(dict.fromkeys(point.method for point in self.points))

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame with a row for each point.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        pd = need("pandas", "A result as a DataFrame", "frames")
        return pd.DataFrame([asdict(point) for point in self.points])

    def plot(self) -> Picture:
        """Return errors against gates on two wires, both axes logarithmic.

        Errors that are rounding are left out. Names carry the slopes by steps.
        """
        lines = []
        for group, method in enumerate(self.methods):
            kept = [p for p in self.of(method) if p.error > _ROUNDING and p.gates > 0]
            if kept:
                across, down = [p.gates for p in kept], [p.error for p in kept]
                lines.append(Series(self._name(method), across, down, "validation", group=group))
        label, x_label = "trace distance from the exact state", "gates on two wires"
        curves = Curves(tuple(lines), label, x_label, better=None, log=True, log_x=True)
        return replace(curves_picture(curves, title=self.text), text=self.text)

    @property
    def text(self) -> str:
        """The slopes in one deterministic line."""
        told = [
            f"{method} {self.slopes[method]:.2f}"
            if method in self.slopes
            else f"{method} none to fit"
            for method in self.methods
            if method != "qsvt"
        ]
        line = f"Slope of the error by steps for time {self.time:g}: {', '.join(told)}."
        if self.decay is None:
            return line
        factor = np.exp(-self.decay)
        return f"{line} QSVT's error falls by a factor of {factor:.2g} with each degree."

    def _name(self, method: str) -> str:
        if method == "qsvt":
            return "qsvt, exponential"
        slope = self.slopes.get(method)
        return method if slope is None else f"{method} {slope:.2f}".replace(" -", f" {MINUS}")
