"""Expected values as probabilities: a distribution on wires, and one more that it turns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pennylane as qml
from numpy.typing import NDArray

from qaimagic._checks import requirement

_ROUNDING = 1e-6
_MOST = 2**10


@dataclass(frozen=True, eq=False)
class Distribution:
    """Values with their probabilities.

    Attributes:
        values: Shape (m,).
        probabilities: Shape (m,); they add up to 1.
    """

    values: NDArray[np.float64]
    probabilities: NDArray[np.float64]

    @classmethod
    def of(cls, values: Any, probabilities: Any) -> Distribution:
        """Return what was given, checked.

        Raises:
            ValueError: If values or probabilities are not finite, of different lengths or too
                many, probabilities are negative or do not add up to 1, or all values are the same.
        """
        numbers, chances = _row("values", values), _row("probabilities", probabilities)
        if len(numbers) != len(chances):
            received = f"there are {len(chances)} for {len(numbers)} values"
            raise ValueError(requirement("probabilities", "be one for each value", received))
        if len(numbers) > _MOST:
            received = f"they are {len(numbers)}"
            raise ValueError(requirement("values", f"be at most {_MOST}", received))
        if (chances < 0).any():
            at = int(chances.argmin())
            received = f"number {at} is {chances[at]:g}"
            raise ValueError(requirement("probabilities", "not be negative", received))
        total = float(chances.sum())
        if abs(total - 1) > _ROUNDING:
            fix = "Divide them by their sum." if total > 0 else ""
            received = f"they add up to {total:g}"
            raise ValueError(requirement("probabilities", "add up to 1", received, fix))
        found = cls(numbers, chances / total)
        if not found.unit > 0:
            received = f"all that have a chance are {found.low:g}"
            fix = "That is their expected value."
            raise ValueError(requirement("values", "differ", received, fix))
        return found

    @property
    def low(self) -> float:
        """The lowest value that has a chance."""
        return float(self.values[self.probabilities > 0].min())

    @property
    def unit(self) -> float:
        """How far the highest such value is above the lowest."""
        return float(self.values[self.probabilities > 0].max()) - self.low

    @property
    def mean(self) -> float:
        """The expected value."""
        return float(self.probabilities @ self.values)

    @property
    def n_wires(self) -> int:
        """How many wires hold the distribution; the one that is turned comes after them."""
        return max(1, (len(self.values) - 1).bit_length())

    def prepare(self) -> None:
        r"""Queue the gates that prepare it, and that turn one more wire.

        .. math:: \sum_x \sqrt{p_x} \, |x\rangle \left( \sqrt{1 - g_x} \, |0\rangle +
            \sqrt{g_x} \, |1\rangle \right), \quad g_x = \frac{f_x - low}{unit}

        Each value has a rotation of its own, so that the chance of a 1 is exactly the mean of g.
        """
        missing = (0, 2**self.n_wires - len(self.values))
        chances = np.pad(self.probabilities, missing)
        shares = np.pad((self.values - self.low) / self.unit, missing).clip(0.0, 1.0)
        wires = list(range(self.n_wires))
        qml.MottonenStatePreparation(np.sqrt(chances), wires=wires)
        angles = 2 * np.arcsin(np.sqrt(shares))
        qml.SelectPauliRot(angles, control_wires=wires, target_wire=len(wires), rot_axis="Y")


def _row(name: str, given: Any) -> NDArray[np.float64]:
    try:
        row = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise TypeError(requirement(name, "be numbers", f"it is {given!r}")) from error
    if row.ndim != 1 or not row.size:
        raise ValueError(requirement(name, "be numbers in a row", f"its shape is {row.shape}"))
    if not np.isfinite(row).all():
        at = int(np.flatnonzero(~np.isfinite(row))[0])
        raise ValueError(requirement(name, "be finite", f"number {at} is {row[at]}"))
    return row
