"""Estimators side by side, measured and modelled."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from qaimagic._checks import check_choice, check_int, check_number, need, requirement
from qaimagic.subroutines.gradient_estimation.laws import LARGEST, QUANTITIES, Law
from qaimagic.subroutines.gradient_estimation.points import EstimatorPoint
from qaimagic.subroutines.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from qaimagic.drawing.page import Picture


@dataclass(frozen=True, eq=False, repr=False)
class EstimatorComparison(Result):
    """What gradients cost by each estimator.

    Attributes:
        points: A point for each estimator and number of parameters, measured in simulation.
        laws: For each estimator and quantity, how it goes on: modelled.
        total_shots: How many shots an estimate has in all.
        repeats: How many estimates of one gradient a point is of.
        directions: The number of SPSA's directions.
        device: Where circuits with shots ran.
        is_complete: Whether all ran; an interrupt leaves what ran before.
    """

    points: tuple[EstimatorPoint, ...]
    laws: tuple[Law, ...]
    total_shots: int
    repeats: int
    directions: int
    device: str
    is_complete: bool

    @property
    def methods(self) -> tuple[str, ...]:
        """The estimators."""
        return tuple(dict.fromkeys(point.method for point in self.points))

    @property
    def parameters(self) -> tuple[int, ...]:
        """The numbers of parameters that were measured, ascending."""
        return tuple(sorted({point.parameters for point in self.points}))

    def of(self, method: str) -> tuple[EstimatorPoint, ...]:
        """Return the points of one estimator, by ascending parameters."""
        check_choice("method", method, self.methods)
        return tuple(point for point in self.points if point.method == method)

    def at(self, method: str, parameters: int) -> EstimatorPoint:
        """Return the point of an estimator at a number of parameters.

        Raises:
            ValueError: If that was not measured.
        """
        check_int("parameters", parameters)
        found = [point for point in self.of(method) if point.parameters == parameters]
        if not found:
            sizes = ", ".join(f"{point.parameters:,}" for point in self.of(method))
            raise ValueError(requirement("parameters", f"be one of {sizes}", f"it is {parameters}"))
        return found[0]

    def modelled(self, method: str, quantity: str, parameters: float) -> float:
        """Return what a law says of a number of parameters.

        Args:
            method: The estimator.
            quantity: ``"circuits"``, ``"error"`` or ``"seconds"`` of the simulation.
            parameters: How many.

        Raises:
            ValueError: If there is no such law, as of the error of an exact method, or it does not
                hold for so many.
        """
        check_choice("quantity", quantity, QUANTITIES)
        check_number("parameters", parameters, minimum=1)
        check_choice("method", method, self.methods)
        found = [one for one in self.laws if (one.method, one.quantity) == (method, quantity)]
        if not found:
            received = f"`{method}` is exact"
            raise ValueError(requirement("method", f"have a law of its {quantity}", received))
        if parameters > found[0].end:
            fix = "Beyond it, a circuit has less than one shot." if quantity == "error" else ""
            rule = f"be {found[0].end:g} at most"
            raise ValueError(requirement("parameters", rule, f"it is {parameters:g}", fix))
        return found[0].at(parameters)

    def plot(self) -> Picture:
        """Return circuits, error and seconds against parameters, all axes logarithmic.

        Marks are measured, dotted lines beyond them modelled. Exact methods have no error to draw.
        """
        from qaimagic.subroutines.gradient_estimation.picture import picture_of

        return picture_of(self)

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame with a row for each point, and modelled ones for each power of ten.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        pd = need("pandas", "A result as a DataFrame", "frames")
        rows = [{"kind": "measured", **asdict(point)} for point in self.points]
        size = 10.0
        while size <= LARGEST:
            if size > self.parameters[-1]:
                for method in self.methods:
                    own = {
                        law.quantity: law.at(size)
                        for law in self.laws
                        if law.method == method and size <= law.end
                    }
                    rows.append(
                        {"kind": "modelled", "method": method, "parameters": int(size), **own}
                    )
            size *= 10
        return pd.DataFrame(rows)

    @property
    def text(self) -> str:
        """What came out in one deterministic line, and what to be careful about."""
        from qaimagic.subroutines.gradient_estimation.picture import text_of

        return text_of(self)
