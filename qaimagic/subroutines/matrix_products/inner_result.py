"""An inner product as circuits found it, beside numpy's."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qaimagic._checks import need
from qaimagic.subroutines.matrix_products.modelled import Modelled
from qaimagic.subroutines.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from qaimagic.drawing.page import Picture


@dataclass(frozen=True, eq=False, repr=False)
class InnerProductResult(Modelled, Result):
    r"""An inner product, or its squared magnitude.

    Attributes:
        value: The estimate, norms restored: :math:`\langle a, b \rangle` by the Hadamard test,
            :math:`|\langle a, b \rangle|^2` by the others.
        standard_error: How far it scatters for its shots, of the imaginary part as imaginary part;
            None for exact answers.
        exact: The same by numpy.
        probabilities: How often all measured wires read 0, for each circuit.
        norms: The norms of both vectors, which no circuit sees.
        length: How many numbers they have.
        method: ``"hadamard"``, ``"swap"`` or ``"overlap"``.
        circuits: How many circuits ran.
        shots: How many shots they had together; None for exact answers.
        wires: How many wires they have.
        depth: Their depth in gates on two wires, on their device.
        gates: How many gates on two wires each has.
        loading: How many of these load the vectors.
        shot_scale: How many shots it takes for a standard error of 1, at most.
        query_scale: How many queries amplitude estimation takes for an error of 1, at most.
        device: Where they ran.
        is_ideal: Whether that is a machine without noise.
        seconds: How long they took.
        numpy_seconds: How long numpy took.
    """

    value: float | complex
    standard_error: float | complex | None
    exact: float | complex
    probabilities: tuple[float, ...]
    norms: tuple[float, float]
    length: int
    method: str
    circuits: int
    shots: int | None
    wires: int
    depth: int
    gates: int
    loading: int
    shot_scale: float
    query_scale: float
    device: str
    is_ideal: bool
    seconds: float
    numpy_seconds: float

    @property
    def has_sign(self) -> bool:
        """Whether the method tells sign and phase, and not the squared magnitude alone."""
        return self.method == "hadamard"

    @property
    def p0(self) -> float:
        """How often all measured wires of the first circuit read 0."""
        return self.probabilities[0]

    @property
    def error(self) -> float:
        """How far the estimate is from numpy's."""
        return abs(self.value - self.exact)

    @property
    def distance(self) -> float:
        r"""How far the two states are apart, a phase aside.

        .. math:: d = \sqrt{2 (1 - |\langle a | b \rangle|)}
        """
        return self._distance_of(self.value)

    @property
    def exact_distance(self) -> float:
        """The distance by numpy."""
        return self._distance_of(self.exact)

    @property
    def text(self) -> str:
        """What came out, with its costs, in one line."""
        from qaimagic.subroutines.matrix_products.inner_picture import text_of

        return text_of(self)

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame with a row for each circuit.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        pd = need("pandas", "A result as a DataFrame", "frames")
        parts = ["real part", "imaginary part"] if self.has_sign else ["squared magnitude"]
        rows = []
        for k, (part, chance) in enumerate(zip(parts, self.probabilities, strict=False)):
            value, exact, error = (
                None if one is None else (complex(one).imag if k else complex(one).real)
                for one in (self.value, self.exact, self.standard_error)
            )
            rows.append(
                {
                    "part": part,
                    "probability": chance,
                    "value": value,
                    "standard_error": error,
                    "exact": exact,
                    "depth": self.depth,
                }
            )
        return pd.DataFrame(rows)

    def plot(self) -> Picture:
        """Return how many shots precision takes, beside amplitude estimation's queries; modelled.

        What this run had is marked.
        """
        from qaimagic.subroutines.matrix_products.inner_picture import picture_of

        return picture_of(self)

    def _distance_of(self, value: float | complex) -> float:
        norms = self.norms[0] * self.norms[1]
        magnitude = abs(value) / norms if self.has_sign else math.sqrt(max(0.0, value.real)) / norms
        return math.sqrt(2 * (1 - min(1.0, magnitude)))
