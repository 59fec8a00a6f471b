"""A polynomial that quantum signal processing can make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

from qaimagic._checks import need
from qaimagic.drawing.curves_axes import short_number
from qaimagic.drawing.page import Picture
from qaimagic.subroutines.qsvt.angles import Floats, symmetric_angles
from qaimagic.subroutines.qsvt.coefficients import Part, largest, parts_of
from qaimagic.subroutines.qsvt.phases import Phases, phases_of
from qaimagic.subroutines.result import Result

if TYPE_CHECKING:
    import pandas as pd

Interval = tuple[float, float]


@dataclass(frozen=True, eq=False, repr=False)
class Polynomial(Result):
    r"""A polynomial in Chebyshev's basis, beside the function that it is to approximate.

    .. math:: P(x) = \sum_k c_k \, T_k(x) \approx s \, f(x), \quad |P(x)| \le 1

    Attributes:
        name: What it is called.
        coefficients: The numbers c, shape (d + 1,); complex where P is.
        target: The function f, of an array.
        scale: The number s: the target may be larger than 1, and P may not.
        promised: The intervals where P is close to s f.
        epsilon: The error that was asked for there, in the target's units.
    """

    name: str
    coefficients: NDArray[Any]
    target: Callable[[Floats], NDArray[Any]]
    scale: float
    promised: tuple[Interval, ...]
    epsilon: float

    def __call__(self, x: Any) -> Any:
        """Return P(x), of the shape of x."""
        return chebyshev.chebval(np.asarray(x, float), self.coefficients)

    @property
    def degree(self) -> int:
        """How often it calls the block encoding."""
        return len(self.coefficients) - 1

    @property
    def parity(self) -> str:
        """Whether it is ``"even"``, ``"odd"`` or ``"mixed"``."""
        has_even, has_odd = self.coefficients[::2].any(), self.coefficients[1::2].any()
        return "mixed" if has_even and has_odd else "odd" if has_odd else "even"

    @cached_property
    def bound(self) -> float:
        """The largest absolute value on [-1, 1]."""
        return largest(self.coefficients)

    @cached_property
    def error(self) -> float:
        """The largest error where it is promised, in the target's units, on a fine grid."""
        x = self.promised_grid()
        return float(abs(self(x) / self.scale - self.target(x)).max())

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The even and the odd part, as far as it has them."""
        return parts_of(self.coefficients)

    @cached_property
    def angles(self) -> tuple[Floats, ...]:
        """The symmetric angles of each part, shape (d + 1,), in radians.

        Raises:
            ArithmeticError: If they do not converge.
        """
        return tuple(symmetric_angles(part.coefficients) for part in self.parts)

    @cached_property
    def phases(self) -> Phases:
        """What its circuit turns its wire by.

        Raises:
            ArithmeticError: If the angles do not converge.
        """
        return phases_of(self.parts)

    def is_promised(self, x: Floats) -> NDArray[np.bool_]:
        """Return whether the polynomial is close to its target at each x, shape (n,)."""
        slack = 1e-9
        inside = [(x >= low - slack) & (x <= high + slack) for low, high in self.promised]
        found: NDArray[np.bool_] = np.any(inside, axis=0)
        return found

    def promised_grid(self) -> Floats:
        """Return points where the polynomial is promised, closer at the ends of each interval."""
        count = 200 + 10 * self.degree
        across = 0.5 - 0.5 * np.cos(np.linspace(0, np.pi, count))
        return np.concatenate([low + (high - low) * across for low, high in self.promised])

    @property
    def text(self) -> str:
        """The polynomial in one deterministic line."""
        scale = "" if abs(self.scale - 1) < 1e-4 else f", scaled by {short_number(self.scale, 4)}"
        return (
            f"{self.name}: degree {self.degree}, {self.parity}, at most "
            f"{short_number(self.bound, 4)} on [-1, 1]{scale}; error {self.error:.1e} where it is "
            "promised."
        )

    def plot(self) -> Picture:
        """Return the polynomial beside its target, and where it is promised."""
        from qaimagic.subroutines.qsvt.polynomial_picture import polynomial_picture

        return polynomial_picture(self)

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame with a row for each Chebyshev coefficient.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        pd = need("pandas", "A polynomial as a DataFrame", "frames")
        return pd.DataFrame({"coefficient": self.coefficients})
