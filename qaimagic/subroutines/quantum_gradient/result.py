"""A gradient as a quantum computer reads it, beside the exact one and its costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from qaimagic._checks import need
from qaimagic.subroutines.quantum_gradient.baselines import Baseline
from qaimagic.subroutines.quantum_gradient.grid import Floats, Grid
from qaimagic.subroutines.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from qaimagic.drawing.page import Picture

LARGEST = 1 / 21
"""How far phases may be from a linear function's, in radians."""

SHARE = 1e-3
"""The share of the points whose phases may be further."""


@dataclass(frozen=True, eq=False, repr=False)
class QuantumGradientResult(Result):
    """A gradient with the distribution of each component.

    Attributes:
        value: The estimate, shape (d,): the median of the shots, or the most likely slopes.
        exact: The exact gradient, shape (d,).
        exact_by: How it was got: ``"autograd"``, or ``"fine differences"`` of the order 6.
        probabilities: The chance of each slope of ``slopes``, shape (d, N), simulated exactly.
        method: ``"jordan"`` or ``"gilyen"``.
        order: The order of the central differences; None for ``"jordan"``.
        grid: The points in superposition.
        phases: The phase at each of them in radians, shape (N^d,).
        deviations: How far each is from that of a linear function, shape (N^d,).
        queries: How often a run asks a machine's oracle for the phase e^(i f).
        calls: How often a run asks an oracle that writes f into a register.
        evaluations: How often the simulation evaluated the function: at every point of the grid.
        shots: How many runs the estimate is of; None for the exact distribution.
        baselines: What a computer needs for the same gradient.
        seconds: How long the simulation took.
    """

    value: Floats
    exact: Floats
    exact_by: str
    probabilities: Floats
    method: str
    order: int | None
    grid: Grid
    phases: Floats
    deviations: Floats
    queries: int
    calls: int
    evaluations: int
    shots: int | None
    baselines: tuple[Baseline, ...]
    seconds: float

    @property
    def slopes(self) -> Floats:
        """The slopes that a register can say, ascending, shape (N,)."""
        return self.grid.slopes

    @property
    def error(self) -> float:
        """The largest error of a component."""
        return float(np.abs(self.value - self.exact).max())

    @property
    def n_wires(self) -> int:
        """How many wires all components have together."""
        return self.grid.d * self.grid.n_wires

    @property
    def success(self) -> Floats:
        """The chance that a run finds each component within a step of the grid, shape (d,)."""
        near = np.abs(self.slopes - self.exact[:, None]) <= self.grid.step * (1 + 1e-9)
        return np.asarray((self.probabilities * near).sum(axis=1))

    @property
    def wrapped(self) -> tuple[int, ...]:
        """Components whose slope is beyond ``max_slope``, so that another one is read."""
        most = self.grid.max_slope
        return tuple(np.flatnonzero((self.exact < -most) | (self.exact >= most)).tolist())

    @property
    def is_straight(self) -> bool:
        """Whether all but a thousandth of the phases are those of a linear function within 1/21."""
        return float((self.deviations > LARGEST).mean()) <= SHARE

    @property
    def is_guaranteed(self) -> bool:
        """Whether each component is within ``error_bound`` with a chance of 2/3 at least.

        So it is where ``is_straight`` and all slopes are within 2/3 of ``max_slope`` (Gilyen,
        Arunachalam, Wiebe, lemma on Jordan's algorithm).
        """
        within = np.abs(self.exact) <= 2 / 3 * self.grid.max_slope
        return self.is_straight and bool(within.all())

    @property
    def error_bound(self) -> float:
        """Four steps of the grid: the error of a run, where ``is_guaranteed``."""
        return 4 * self.grid.step

    def circuit(self) -> Any:
        """Return the circuit as a layer, to be drawn and run: it answers with all chances.

        Its oracle is a diagonal matrix of the simulated phases.
        """
        from qaimagic.subroutines.quantum_gradient.circuit import circuit_of

        return circuit_of(self.grid, self.phases)

    def plot(self) -> Picture:
        """Return each component's distribution beside a linear function's, three at most."""
        from qaimagic.subroutines.quantum_gradient.picture import picture_of

        return picture_of(self)

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame with a row for each component.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        pd = need("pandas", "A result as a DataFrame", "frames")
        columns = {"estimate": self.value, "exact": self.exact, "success": self.success}
        return pd.DataFrame(columns).rename_axis("component").reset_index()

    @property
    def text(self) -> str:
        """What came out in one deterministic line, and what to be careful about."""
        from qaimagic.subroutines.quantum_gradient.picture import text_of

        return text_of(self)
