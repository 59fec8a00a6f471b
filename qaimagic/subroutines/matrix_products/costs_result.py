"""What a product of matrices would cost on a quantum machine, beside a GPU and numpy."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from qaimagic._checks import check_int, need, requirement
from qaimagic.subroutines.matrix_products.modelling import Assumptions, CostRow
from qaimagic.subroutines.matrix_products.simulating import Simulated
from qaimagic.subroutines.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from qaimagic.drawing.page import Picture


@dataclass(frozen=True, eq=False, repr=False)
class ProductCosts(Result):
    """Modelled times of products, beside what was measured and what is claimed.

    Attributes:
        rows: Times for each size.
        assumptions: What the model stands on.
        simulated: What small products took in simulation, with measured slopes.
        crossover: The size from which amplitude estimation would be faster than a GPU if loading
            took no time; with loading it never is.
        crossover_seconds: How long both would take there.
        growth: How many times longer than a GPU the best way with shots takes for huge matrices.
    """

    rows: tuple[CostRow, ...]
    assumptions: Assumptions
    simulated: Simulated
    crossover: float
    crossover_seconds: float
    growth: float

    def of(self, n: int) -> CostRow:
        """Return the times of one size.

        Raises:
            ValueError: If that was not asked for.
        """
        found = [row for row in self.rows if row.n == check_int("n", n)]
        if not found:
            sizes = ", ".join(f"{row.n:,}" for row in self.rows)
            raise ValueError(requirement("n", f"be one of {sizes}", f"it is {n}"))
        return found[0]

    @property
    def text(self) -> str:
        """What came out, with its costs, in one line."""
        from qaimagic.subroutines.matrix_products.costs_picture import text_of

        return text_of(self)

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame with a row for each size, times in seconds.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        pd = need("pandas", "A result as a DataFrame", "frames")
        return pd.DataFrame([{**asdict(row), "slower": row.slower} for row in self.rows])

    def plot(self) -> Picture:
        """Return times against sizes, and simulated shots beside the model's."""
        from qaimagic.subroutines.matrix_products.costs_picture import picture_of

        return picture_of(self)
