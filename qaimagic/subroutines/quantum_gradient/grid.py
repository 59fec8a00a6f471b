"""The grid of points in superposition, and the slopes that its registers can say."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qaimagic._checks import requirement
from qaimagic.subroutines.phase_estimation.kernel import fejer

Floats = NDArray[np.float64]

MOST_WIRES = 20
"""The most wires of all components together: 2^20 points."""


@dataclass(frozen=True)
class Grid:
    """A cube of points about 0, n wires for each of its d components.

    Attributes:
        d: How many components there are.
        n_wires: How many wires each has.
        max_slope: Slopes are told from -max_slope to below max_slope.
        width: The cube's width.
    """

    d: int
    n_wires: int
    max_slope: float
    width: float

    def __post_init__(self) -> None:
        if self.d * self.n_wires > MOST_WIRES:
            rule = f"be {MOST_WIRES // self.d} at most for {self.d} components"
            if self.d > MOST_WIRES:
                rule = f"be for {MOST_WIRES} components at most"
            received = f"{self.d} x {self.n_wires} wires are 2^{self.d * self.n_wires} points"
            fix = "A computer has to hold every point of the grid."
            raise ValueError(requirement("n_wires", rule, received, fix))

    @property
    def side(self) -> int:
        """The number N = 2^n of points along a side."""
        return int(2**self.n_wires)

    @property
    def step(self) -> float:
        """From one slope that a register can say to the next."""
        return 2 * self.max_slope / self.side

    @property
    def phase_per_value(self) -> float:
        """The phase for a value of 1, in radians."""
        return math.pi * self.side / (self.max_slope * self.width)

    @property
    def slopes(self) -> Floats:
        """What a register can say, ascending, shape (N,)."""
        return np.asarray(
            self.step * np.arange(-(self.side // 2), self.side // 2), dtype=np.float64
        )

    def offsets(self) -> Floats:
        """Return all points, shape (N^d, d), the last component running fastest."""
        along = self.width * ((np.arange(self.side) + 0.5) / self.side - 0.5)
        return np.stack(np.meshgrid(*[along] * self.d, indexing="ij"), axis=-1).reshape(-1, self.d)

    def read(self, phases: Floats) -> Floats:
        """Return the chance of each tuple of slopes, shape (N,) * d, both ascending.

        Args:
            phases: The phase at each point, shape (N^d,), in radians.
        """
        state = np.exp(1j * phases).reshape((self.side,) * self.d)
        chances = np.abs(np.fft.fftn(state, norm="forward")) ** 2
        return np.asarray(np.fft.fftshift(chances), dtype=np.float64)

    def fejer(self, slope: float) -> Floats:
        r"""Return the chances that a linear function of this slope has, shape (N,).

        .. math:: \frac{1}{N^2} \frac{\sin^2 \pi N \delta}{\sin^2 \pi \delta}, \quad
            \delta = (g - g_k) / 2M
        """
        [chances] = fejer(np.array([slope / (2 * self.max_slope)]), self.n_wires)
        return np.fft.fftshift(chances)
