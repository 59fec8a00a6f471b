"""A phase or an energy, beside the exact ones and the closed form of what was read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qaimagic._checks import check_int, need, requirement
from qaimagic.subroutines.phase_estimation.kernel import bound_within, chance_within
from qaimagic.subroutines.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from qaimagic.drawing.page import Picture

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class PhaseResult(Result):
    """An estimated phase, or an energy.

    Attributes:
        value: The likeliest value that was read.
        resolution: The distance between two values that can be read.
        nearest: The exact value nearest to it among those that the state has.
        values: What can be read, shape (2^n,).
        probabilities: How often each was read, shape (2^n,).
        standard_errors: How far that scatters for its shots; None for exact answers.
        expected: What the closed form says of the probabilities, shape (2^n,).
        exact: The exact phases or energies that the state has, ascending, shape (m,).
        weights: The state's weight on each, shape (m,).
        turns: Their phases in turns, shape (m,).
        n_wires: How many wires n the register has.
        time: The time of the evolution whose energies these are; None for phases in turns.
        queries: How often the controlled unitary is called, 2^n - 1.
        gates: Gates on two wires, each call taken apart as a matrix.
        depth: The depth in these.
        circuits: How many circuits ran.
        shots: How many shots there were; None for exact answers.
        device: Where they ran.
        is_ideal: Whether that is an ideal machine.
        remarks: What was chosen or done to make the input fit, as sentences.
        seconds: How long the circuit took.
        exact_seconds: How long numpy's diagonalisation took.
    """

    value: float
    resolution: float
    nearest: float
    values: Floats
    probabilities: Floats
    standard_errors: Floats | None
    expected: Floats
    exact: Floats
    weights: Floats
    turns: Floats
    n_wires: int
    time: float | None
    queries: int
    gates: int
    depth: int
    circuits: int
    shots: int | None
    device: str
    is_ideal: bool
    remarks: tuple[str, ...]
    seconds: float
    exact_seconds: float

    @property
    def error(self) -> float:
        """How far the estimate is from the nearest exact value, the shorter way round."""
        period = self.resolution * len(self.values)
        return float(apart(np.array(self.nearest), self.value, period))

    def success(self, extra: int = 0) -> float:
        r"""Return how likely one reading is within :math:`2^k` resolutions of its exact value.

        It is by the closed form, for a machine without noise.

        Args:
            extra: The number k: how many wires of the register are not asked to be right.
        """
        _check_extra(extra, self.n_wires)
        return float(self.weights @ chance_within(self.turns, self.n_wires, extra))

    def success_bound(self, extra: int = 0) -> float:
        r"""Return the least that :meth:`success` can be, whatever the phase.

        .. math:: \frac{8}{\pi^2}, \quad 1 - \frac{1}{2 (2^k - 2)} \text{ from } k = 3 \text{ on}

        Args:
            extra: The number k.
        """
        return bound_within(_check_extra(extra, self.n_wires))

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame with a row for each value that can be read.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        pd = need("pandas", "A result as a DataFrame", "frames")
        columns = {"value": self.values, "probability": self.probabilities}
        if self.standard_errors is not None:
            columns["standard_error"] = self.standard_errors
        return pd.DataFrame({**columns, "expected": self.expected})

    def plot(self) -> Picture:
        """Return what was read as bars, with the state's exact weights as dashes.

        A weight stands at the value that is nearest to its phase.
        """
        from qaimagic.subroutines.phase_estimation.picture import picture_of

        return picture_of(self)

    @property
    def text(self) -> str:
        """What came out in one deterministic line, and what to be careful about."""
        from qaimagic.subroutines.phase_estimation.picture import text_of

        return text_of(self)


def apart(exact: Floats, value: float, period: float) -> Floats:
    """Return how far values are from one, the shorter way round."""
    off: Floats = np.abs(np.mod(exact - value + period / 2, period) - period / 2)
    return off


def _check_extra(extra: int, n_wires: int) -> int:
    if check_int("extra", extra, minimum=0) >= n_wires:
        raise ValueError(requirement("extra", f"be below {n_wires}", f"it is {extra}"))
    return extra
