"""How likely good outcomes became, beside the formula and plain repetition."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qaimagic._checks import need
from qaimagic.subroutines.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from qaimagic.drawing.page import Picture

Floats = NDArray[np.float64]

_TINY = np.finfo(np.float64).tiny


def best_rounds(chance: float) -> int:
    r"""Return how many rounds bring a state nearest to the good ones.

    .. math:: k = \left[ \frac{\pi}{4 \theta} - \frac12 \right], \quad \sin^2 \theta = p

    Example:
        >>> best_rounds(1 / 4), best_rounds(1 / 1024)
        (1, 25)
    """
    angle = math.asin(math.sqrt(chance))
    return max(0, round(math.pi / (4 * angle) - 0.5))


@dataclass(frozen=True, eq=False, repr=False)
class AmplifiedResult(Result):
    """How often the outcome is good after 0, 1, ..., k rounds.

    Attributes:
        successes: The probabilities, by simulation or from shots, shape (k + 1,).
        standard_errors: How far they scatter for their shots, with half a hit and half a miss
            added, so that none is 0; None for exact answers.
        exact: The exact probability without amplification, p.
        shots: How many shots each circuit had; None for exact answers.
        depths: How deep each circuit is, in gates on two wires.
        device: Where they ran.
        is_ideal: Whether that is an ideal machine.
        is_complete: Whether all rounds ran; an interrupt leaves those before it.
        seconds: How long they took.
    """

    successes: Floats
    standard_errors: Floats | None
    exact: float
    shots: int | None
    depths: tuple[int, ...]
    device: str
    is_ideal: bool
    is_complete: bool
    seconds: float

    @property
    def rounds(self) -> NDArray[np.int64]:
        """0, 1, ..., k."""
        return np.arange(len(self.successes))

    @property
    def queries(self) -> NDArray[np.int64]:
        """How often a circuit runs what is amplified, or its inverse: 2k + 1."""
        return 2 * self.rounds + 1

    @cached_property
    def formula(self) -> Floats:
        r"""What theory says, :math:`\sin^2((2k + 1) \theta)`, shape (k + 1,)."""
        angles = self.queries.astype(np.float64) * math.asin(math.sqrt(self.exact))
        chances: Floats = np.sin(angles) ** 2
        return chances

    @property
    def best(self) -> int:
        """The number of rounds that makes success most likely before the state turns beyond."""
        return best_rounds(self.exact)

    @property
    def repetitions(self) -> float:
        """How often the circuit runs until its first success without amplification, 1 / p."""
        return 1 / self.exact

    @cached_property
    def expected_queries(self) -> Floats:
        """Queries until the first success, if it is tried again and again, shape (k + 1,)."""
        queries = self.queries.astype(np.float64)
        return np.where(self.successes > 0, queries / np.maximum(self.successes, _TINY), np.inf)

    @property
    def cheapest(self) -> int:
        """The number of rounds with the fewest expected queries."""
        return int(self.expected_queries.argmin())

    @property
    def repeated(self) -> Floats:
        """How likely plain repetition succeeds at least once in as many queries, shape (k + 1,)."""
        chances: Floats = 1 - (1 - self.exact) ** self.queries.astype(np.float64)
        return chances

    @property
    def text(self) -> str:
        """How likely the good outcome became, at which cost."""
        from qaimagic.subroutines.amplitude_amplification.picture import text_of

        return text_of(self)

    def plot(self) -> Picture:
        """Return success probabilities, and queries until the first success, against rounds.

        Beside them are the formula, and plain repetition of as many queries.
        """
        from qaimagic.subroutines.amplitude_amplification.picture import picture_of

        return picture_of(self)

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame with a row for each number of rounds.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        pd = need("pandas", "A result as a DataFrame", "frames")
        nothing = np.full(len(self.successes), np.nan)
        return pd.DataFrame(
            {
                "rounds": self.rounds,
                "queries": self.queries,
                "success": self.successes,
                "standard_error": nothing if self.standard_errors is None else self.standard_errors,
                "formula": self.formula,
                "repeated": self.repeated,
                "expected_queries": self.expected_queries,
                "depth": self.depths,
            }
        )
