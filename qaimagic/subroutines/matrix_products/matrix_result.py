"""A product of matrices as circuits found it, beside numpy's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qaimagic._checks import need
from qaimagic.subroutines.matrix_products.modelled import Modelled
from qaimagic.subroutines.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from qaimagic.drawing.page import Picture


@dataclass(frozen=True, eq=False, repr=False)
class MatrixProductResult(Modelled, Result):
    """A product of two matrices, or the squared magnitudes of its entries.

    Attributes:
        product: The estimate, shape (m, n), squared magnitudes by the swap test; NaN in rows or
            columns that an interrupt left out.
        standard_errors: How far each entry scatters for its shots, of imaginary parts as imaginary
            parts; None for exact answers.
        exact: The same by numpy.
        method: ``"hadamard"``, ``"swap"`` or ``"block-encoding"``.
        shape: (m, k, n).
        success: How often the auxiliary wires read 0 in each column on an ideal machine, by
            numpy, shape (n,); None where there is no post-selection.
        alpha: The product of both subnormalisations; None without block encodings.
        circuits: How many circuits ran.
        shots: How many shots they had together; None for exact answers.
        wires: How many wires they have.
        depth: Their depth in gates on two wires, on their device.
        gates: How many gates on two wires each has.
        loading: How many of these load numbers: vectors, or both matrices.
        shot_scale: How many shots it takes for standard errors of 1, at most.
        query_scale: How many queries amplitude estimation takes for errors of 1, at most.
        device: Where they ran.
        is_ideal: Whether that is a machine without noise.
        is_complete: Whether all ran; an interrupt leaves those before it.
        seconds: How long they took.
        numpy_seconds: How long numpy took.
    """

    product: NDArray[Any]
    standard_errors: NDArray[Any] | None
    exact: NDArray[Any]
    method: str
    shape: tuple[int, int, int]
    success: NDArray[np.float64] | None
    alpha: float | None
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
    is_complete: bool
    seconds: float
    numpy_seconds: float

    @property
    def has_sign(self) -> bool:
        """Whether entries have sign and phase, and are not squared magnitudes alone."""
        return self.method != "swap"

    @property
    def max_error(self) -> float:
        """The largest error of an entry."""
        return float(np.nanmax(abs(self.product - self.exact)))

    @property
    def frobenius_error(self) -> float:
        """The root of the sum of all squared errors."""
        return float(np.sqrt(np.nansum(abs(self.product - self.exact) ** 2)))

    @property
    def expected_error(self) -> float | None:
        """The Frobenius error that standard errors make expect; None for exact answers."""
        if self.standard_errors is None:
            return None
        return float(np.sqrt(np.nansum(abs(self.standard_errors) ** 2)))

    @property
    def text(self) -> str:
        """What came out, with its costs, in one line."""
        from qaimagic.subroutines.matrix_products.matrix_picture import text_of

        return text_of(self)

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame with a row for each entry.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        pd = need("pandas", "A result as a DataFrame", "frames")
        rows, columns = np.indices(self.product.shape)
        table = {
            "row": rows.ravel(),
            "column": columns.ravel(),
            "product": self.product.ravel(),
            "exact": self.exact.ravel(),
        }
        if self.standard_errors is not None:
            table["standard_error"] = self.standard_errors.ravel()
        if self.success is not None:
            table["success"] = self.success[columns.ravel()]
        return pd.DataFrame(table)

    def plot(self) -> Picture:
        """Return the entries in the order of numpy's, with two standard errors about them.

        Beside them is what precision costs, modelled.
        """
        from qaimagic.subroutines.matrix_products.matrix_picture import picture_of

        return picture_of(self)
