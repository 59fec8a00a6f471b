"""A number with its standard error."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """A number that was computed exactly, or estimated from samples.

    Attributes:
        value: The number.
        standard_error: Its standard error; 0 if it is exact.

    Example:
        >>> Estimate(-2.5, 0.04)
        -2.500 ± 0.040
    """

    value: float
    standard_error: float = 0.0

    def __float__(self) -> float:
        return self.value

    def __repr__(self) -> str:
        if not self.standard_error:
            return f"{self.value:.6g}"
        return f"{self.value:.3f} ± {self.standard_error:.3f}"
