"""What solvers cost by the condition number, with the powers it grows with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from qaimagic._checks import need
from qaimagic.subroutines.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from qaimagic.drawing.page import Picture


@dataclass(frozen=True, kw_only=True)
class SolverPoint:
    """What one method came to for one system.

    Attributes:
        method: A circuit's method, as its function is called, ``"numpy"`` or ``"conjugate
            gradients"``.
        condition: The condition number.
        error: The relative error, measured against numpy; None of classical methods.
        bound: The relative error that it states; of classical methods what their residual allows.
        success: The probability that one run of the circuit leaves the solution; None of classical
            methods, and so are all further costs of circuits.
        n_wires: The circuit's wires.
        depth: The depth of one circuit in gates on two wires, as it is simulated.
        circuits: How many different circuits a machine would run; of VQLS modelled.
        calls: How often A is used: evolutions by HHL, block encodings by QSVT, and products with
            a vector by conjugate gradients; None of the others.
        cost: Gates on two wires until one copy of the solution is there; of classical methods
            multiplications until all numbers of it are.
        seconds: How long it took here, circuits simulated.
    """

    method: str
    condition: float
    bound: float
    cost: float
    seconds: float
    error: float | None = None
    success: float | None = None
    n_wires: int | None = None
    depth: int | None = None
    circuits: int | None = None
    calls: int | None = None

    @property
    def is_circuit(self) -> bool:
        """Whether a circuit solved it."""
        return self.error is not None


@dataclass(frozen=True, eq=False, repr=False)
class SolverComparison(Result):
    """Solvers of linear systems side by side.

    Attributes:
        points: A point for each method and system, by ascending condition numbers.
        size: How many unknowns.
        epsilon: The relative error that was asked for.
        is_complete: Whether no interrupt cut it short.
    """

    points: tuple[SolverPoint, ...]
    size: int
    epsilon: float
    is_complete: bool

    def of(self, method: str) -> tuple[SolverPoint, ...]:
        """Return the points of one method."""
        return tuple(point for point in self.points if point.method == method)

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods, circuits first."""
        ordered = sorted(self.points, key=lambda point: not point.is_circuit)
        return tuple(dict.fromkeys(point.method for point in ordered))

    @property
    def powers(self) -> Mapping[str, float]:
        """The power of the condition number that each cost grows with, of two systems and more."""
        found = {}
        for method in self.methods:
            conditions = [point.condition for point in self.of(method)]
            if len(set(conditions)) > 1:
                costs = [point.cost for point in self.of(method)]
                found[method] = float(np.polyfit(np.log(conditions), np.log(costs), 1)[0])
        return found

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame with a row for each point.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        pd = need("pandas", "A result as a DataFrame", "frames")
        return pd.DataFrame([asdict(point) for point in self.points])

    def plot(self) -> Picture:
        """Return errors and costs against condition numbers, all axes logarithmic.

        Errors of circuits are shaded up to their bounds; classical lines are bounds themselves.
        """
        from qaimagic.subroutines.linear_systems.comparison_picture import picture_of

        return picture_of(self)

    @property
    def text(self) -> str:
        """What came out in one deterministic line, and what to be careful about."""
        from qaimagic.subroutines.linear_systems.comparison_picture import text_of

        return text_of(self)
