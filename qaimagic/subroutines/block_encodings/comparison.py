"""Block encodings of one matrix side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qaimagic._checks import need
from qaimagic.drawing.curves import Curves, Series, curves_picture
from qaimagic.drawing.curves_axes import short_number
from qaimagic.drawing.page import Picture
from qaimagic.subroutines.block_encodings.encoding import BlockEncoding
from qaimagic.subroutines.result import Result

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class EncodingComparison(Result):
    """One matrix in the corners of several unitaries.

    Attributes:
        encodings: By method.
    """

    encodings: Mapping[str, BlockEncoding]

    @property
    def norm(self) -> float:
        """The largest singular value of the matrix, the least subnormalisation there is."""
        return next(iter(self.encodings.values())).norm

    @property
    def text(self) -> str:
        """The costs of each method in a line."""
        each = [
            f"{name} alpha {short_number(one.alpha, 4)}, {len(one.auxiliary)} auxiliary "
            f"wire{'s' * (len(one.auxiliary) != 1)}, {one.n_gates:,} "
            f"gate{'s' * (one.n_gates != 1)} on two wires"
            for name, one in self.encodings.items()
        ]
        return f"{'; '.join(each)}. The spectral norm is {short_number(self.norm, 4)}."

    def plot(self) -> Picture:
        """Return the subnormalisation against gates on two wires, both axes logarithmic.

        Less of both is better, and the spectral norm is the least subnormalisation there is.
        """
        points = [
            Series(name, [max(1, one.n_gates)], [one.alpha], "validation", group=group)
            for group, (name, one) in enumerate(self.encodings.items())
        ]
        least = Series("spectral norm", [0.0], [self.norm], "reference")
        curves = Curves(
            (*points, least),
            "alpha",
            "gates on two wires",
            better=None,
            log=True,
            log_x=True,
        )
        return replace(curves_picture(curves, title=self.text), text=self.text)

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame with a row for each method.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        pd = need("pandas", "A result as a DataFrame", "frames")
        return pd.DataFrame(
            [
                {
                    "method": name,
                    "alpha": one.alpha,
                    "mean_success": one.mean_success,
                    "auxiliary": len(one.auxiliary),
                    "gates": one.n_gates,
                    "depth": one.depth,
                    "error": one.error,
                    "seconds": one.seconds,
                }
                for name, one in self.encodings.items()
            ]
        )
