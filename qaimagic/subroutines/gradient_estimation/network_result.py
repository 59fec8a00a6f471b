"""A network's gradient beside backpropagation's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qaimagic._checks import need
from qaimagic.drawing.page import Picture
from qaimagic.drawing.scatter import Scatter, scatter_picture
from qaimagic.subroutines.result import Result

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class NetworkGradient(Result):
    """The gradient of a network's loss, as it stands in ``.grad``.

    Attributes:
        value: The estimate, all weights side by side, shape (P,).
        exact: Backpropagation's, shape (P,).
        loss: The loss at the weights.
        method: ``"spsa"``, ``"quantum"``, ``"finite-diff"`` or ``"backprop"``.
        evaluations: How often the loss was evaluated; backpropagation counts as three.
        queries: How often a machine would ask for the phase of the loss; 0 for other methods.
        circuits: How many circuits that would be, one after the other.
        block: How many weights were in superposition at once; None for other methods.
        max_slope: Beyond which slopes wrap around; None for other methods.
        seconds: How long the estimate took, apart from backpropagation beside it.
    """

    value: NDArray[np.float64]
    exact: NDArray[np.float64]
    loss: float
    method: str
    evaluations: int
    queries: int
    circuits: int
    block: int | None
    max_slope: float | None
    seconds: float

    @property
    def parameters(self) -> int:
        """How many weights there are."""
        return len(self.value)

    @property
    def error(self) -> float:
        """The length of the error, relative to the gradient's; infinite where that is 0."""
        length = float(np.linalg.norm(self.exact))
        off = float(np.linalg.norm(self.value - self.exact))
        return off / length if length else (0.0 if off == 0.0 else float("inf"))

    @property
    def cosine(self) -> float:
        """The cosine of the angle to the exact gradient; NaN where one of them is 0."""
        lengths = np.linalg.norm(self.value) * np.linalg.norm(self.exact)
        return float(self.value @ self.exact / lengths) if lengths else float("nan")

    @property
    def wrapped(self) -> tuple[int, ...]:
        """Weights whose slope is beyond ``max_slope``, so that another one was read."""
        if self.max_slope is None:
            return ()
        return tuple(np.flatnonzero(np.abs(self.exact) >= self.max_slope).tolist())

    def plot(self) -> Picture:
        """Return each weight's slope as estimated, against backpropagation's."""
        groups = {
            self.method: np.stack([self.exact, self.value], axis=1),
            "no error": np.stack([self.exact, self.exact], axis=1),
        }
        labels = {"x_label": "slope by backpropagation", "y_label": "estimate"}
        plane = Scatter(groups, equal=False, **labels)
        return scatter_picture(plane, title=self.text, text=self.text)

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame with a row for each weight.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        pd = need("pandas", "A result as a DataFrame", "frames")
        columns = {"estimate": self.value, "exact": self.exact}
        return pd.DataFrame(columns).rename_axis("weight").reset_index()

    @property
    def text(self) -> str:
        """What came out in one deterministic line, and what to be careful about."""
        queries = f", {self.queries:,} queries of a machine" if self.queries else ""
        parts = [
            f"Gradient of {self.parameters:,} weights by {self.method}: error {self.error:.2g} of "
            f"backpropagation's, cosine {self.cosine:.3f}; {self.evaluations:,} evaluations of the "
            f"loss{queries}. Backpropagation counts as 3."
        ]
        if self.block is not None:
            parts.append(
                f"Simulated {self.block} weights at a time; a machine with wires for all would "
                "need one circuit."
            )
        if self.wrapped:
            slopes = "1 slope is" if len(self.wrapped) == 1 else f"{len(self.wrapped)} slopes are"
            parts.append(f"{slopes} beyond `max_slope` and wrapped around: raise it.")
        return " ".join(parts)
