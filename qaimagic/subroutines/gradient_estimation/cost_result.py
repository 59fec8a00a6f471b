"""What gradients of very many parameters would cost, with the assumptions."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from qaimagic._checks import check_choice, check_number, need
from qaimagic.drawing.curves import Curves, Series, curves_picture
from qaimagic.drawing.curves_axes import short_number
from qaimagic.drawing.page import Picture
from qaimagic.subroutines.gradient_estimation.gradient_costs import gradient_costs
from qaimagic.subroutines.result import Result

if TYPE_CHECKING:
    import pandas as pd

_DAY = 86_400.0
_UNITS = (
    ("years", 365.25 * _DAY),
    ("days", _DAY),
    ("hours", 3600.0),
    ("minutes", 60.0),
    ("seconds", 1.0),
)


@dataclass(frozen=True)
class GradientCost:
    """What one method would take for one gradient.

    Attributes:
        method: The method.
        unit: What is counted: ``"circuits"``, ``"queries"`` or ``"forward passes"``.
        evaluations: How many of those.
        shots: How many shots they have in all, for the precision; 0 where there are none.
        seconds: How long they take.
        relative_variance: How far the estimate scatters besides, squared and relative to the
            squared gradient: SPSA's choice of directions.
    """

    method: str
    unit: str
    evaluations: float
    shots: float
    seconds: float
    relative_variance: float

    @property
    def days(self) -> float:
        """The seconds in days."""
        return self.seconds / _DAY


@dataclass(frozen=True, eq=False, repr=False)
class GradientCosts(Result):
    """What a gradient would cost by each method: modelled, from the assumptions that stand here.

    Attributes:
        methods: A row for each method.
        parameters: How many parameters there are.
        precision: The error of a slope.
        seconds_per_circuit: The time of one expectation value, its shots included.
        seconds_per_query: The time of one coherent query.
        flops: Floating-point operations in a second, of the computer that backpropagates.
        backprop_passes: How many forward passes backpropagation costs.
        directions: The number of SPSA's directions.
    """

    methods: tuple[GradientCost, ...]
    parameters: float
    precision: float
    seconds_per_circuit: float
    seconds_per_query: float
    flops: float
    backprop_passes: float
    directions: int

    def of(self, method: str) -> GradientCost:
        """Return the row of one method."""
        names = [one.method for one in self.methods]
        return self.methods[names.index(check_choice("method", method, names))]

    def slowdown(self, method: str) -> float:
        """Return how many times as long as backpropagation a method takes."""
        return self.of(method).seconds / self.of("backprop").seconds

    def query_for_speedup(self, speedup: float) -> float:
        """Return the seconds of a query at which a quantum gradient would be so much faster.

        Args:
            speedup: How many times as fast as backpropagation.
        """
        times = check_number("speedup", speedup, above=0)
        queries = self.of("quantum gradient").evaluations
        return self.of("backprop").seconds / (times * queries)

    def plot(self) -> Picture:
        """Return seconds against parameters, both axes logarithmic, with the same assumptions."""
        sizes = np.geomspace(10.0, max(self.parameters, 1e3), 17)
        rows = [self._with(float(size)) for size in sizes]
        lines = tuple(
            Series(name, sizes, [row.of(name).seconds for row in rows], "modelled", group)
            for group, name in enumerate(one.method for one in self.methods)
        )
        panel = Curves(lines, "seconds, modelled", "parameters", better=None, log=True, log_x=True)
        return replace(curves_picture(panel, title=self.text), text=self.text)

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame with a row for each method.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        pd = need("pandas", "A result as a DataFrame", "frames")
        return pd.DataFrame([{"kind": "modelled", **asdict(one)} for one in self.methods])

    @property
    def text(self) -> str:
        """What came out in one deterministic line, and what to be careful about."""
        told = [
            f"{one.method} {short_number(one.evaluations, 2)} {one.unit}, {in_words(one.seconds)}"
            + (
                f" (variance {short_number(one.relative_variance, 2)} times the gradient's square)"
                if one.relative_variance
                else ""
            )
            for one in self.methods
        ]
        needed = short_number(self.query_for_speedup(30), 2)
        return (
            f"A gradient of {short_number(self.parameters, 2)} parameters, modelled: "
            f"{'; '.join(told)}. Assumed: {self.seconds_per_circuit:g} s a circuit, "
            f"{self.seconds_per_query:g} s a query, an error of {self.precision:g} a slope, "
            f"{self.flops:g} operations a second, {self.backprop_passes:g} passes. To be 30 times "
            f"as fast as backpropagation, a query may take {needed} s."
        )

    def _with(self, parameters: float) -> GradientCosts:
        return gradient_costs(
            parameters,
            precision=self.precision,
            seconds_per_circuit=self.seconds_per_circuit,
            seconds_per_query=self.seconds_per_query,
            flops=self.flops,
            backprop_passes=self.backprop_passes,
            directions=self.directions,
        )


def in_words(seconds: float) -> str:
    """Return a time in the largest unit that it has one of at least.

    Example:
        >>> in_words(2e6), in_words(0.002)
        ('23.1 days', '0.002 seconds')
    """
    name, size = next((unit for unit in _UNITS if seconds >= unit[1]), _UNITS[-1])
    return f"{short_number(seconds / size, 3)} {name}"
