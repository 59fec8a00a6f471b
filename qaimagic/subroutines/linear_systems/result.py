"""What a method found of a system of linear equations, beside numpy and with its costs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from qaimagic._checks import need
from qaimagic.subroutines.linear_systems.classical import Classical
from qaimagic.subroutines.linear_systems.prepared import (
    Expectation,
    Prepared,
    measure,
    read_observable,
)
from qaimagic.subroutines.linear_systems.system import Floats, LinearSystem
from qaimagic.subroutines.matrices.reading import Vector
from qaimagic.subroutines.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from qaimagic.drawing.page import Picture
    from qaimagic.training.run import TrainingRun


@dataclass(frozen=True, eq=False, repr=False)
class LinearSolution(Result):
    r"""A solution of A x = b by a circuit, beside numpy's.

    Attributes:
        method: The method, as its function is called.
        system: The system as it was given, and what was done to make it fit.
        solution: x with its norm and its phases, shape (n,), where the engine simulates exactly;
            else None, since no machine shows amplitudes.
        probabilities: Of the unknowns, :math:`|x_i|^2 / \|x\|^2`, shape (n,).
        standard_errors: How far they scatter for their shots; None for exact answers.
        norm: The norm of x; NaN if the flags never read as they should.
        norm_error: How far that scatters for its shots; None for exact answers.
        success: The probability that the flags read as they should, so that the solution is there.
        success_error: How far that scatters for its shots; None for exact answers.
        bound: The relative error of x, or of its direction, that the method states, shots and
            noise apart.
        circuits: How many circuits were submitted.
        shots: How many shots each had; None for exact answers.
        n_wires: How many wires the circuit has.
        depth: Its depth in gates on two wires.
        gates: How many gates on two wires it has.
        device: Where it ran.
        seconds: How long all this took.
        classical: Numpy's solution, and conjugate gradients, with their times.
        notes: What was chosen, in words.
        warnings: Why the answer is not to be trusted, as sentences; empty if nothing is known.
        prepared: The circuit, for what else is read of it.
        run: The record of training; None where nothing was trained.
    """

    method: str
    system: LinearSystem
    solution: Vector | None
    probabilities: Floats
    standard_errors: Floats | None
    norm: float
    norm_error: float | None
    success: float
    success_error: float | None
    bound: float
    circuits: int
    shots: int | None
    n_wires: int
    depth: int
    gates: int
    device: str
    seconds: float
    classical: Classical
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    prepared: Prepared
    run: TrainingRun | None = None

    @property
    def exact(self) -> Vector:
        """Numpy's solution, shape (n,)."""
        return self.classical.solution

    @property
    def condition(self) -> float:
        """The condition number of A."""
        return self.system.condition

    @property
    def direction(self) -> Vector | None:
        """The solution of norm 1, shape (n,); None where no amplitudes are read."""
        return None if self.solution is None else self.solution / np.linalg.norm(self.solution)

    @property
    def magnitudes(self) -> Floats:
        """The numbers of x without their signs and phases, shape (n,)."""
        found: Floats = self.norm * np.sqrt(self.probabilities)
        return found

    @property
    def magnitude_errors(self) -> Floats | None:
        """How far they scatter for their shots, shape (n,); None for exact answers."""
        if self.standard_errors is None or self.norm_error is None:
            return None
        roots = np.sqrt(self.probabilities)
        # Near 0 a square root has no slope: there it scatters by the root of the error.
        turned = np.sqrt(self.standard_errors)
        np.divide(self.standard_errors, 2 * roots, out=turned, where=self.probabilities > turned**2)
        found: Floats = np.hypot(self.norm * turned, self.norm_error * roots)
        return found

    @property
    def fidelity(self) -> float | None:
        """The squared overlap of direction and exact direction; None where none is read."""
        if self.direction is None:
            return None
        overlap = np.vdot(self.exact, self.direction) / np.linalg.norm(self.exact)
        return min(1.0, float(abs(overlap)) ** 2)

    @property
    def error(self) -> float | None:
        r"""The relative error :math:`\|x - x_{exact}\| / \|x_{exact}\|`; None as ``solution``."""
        if self.solution is None:
            return None
        return float(np.linalg.norm(self.solution - self.exact) / np.linalg.norm(self.exact))

    @property
    def residual(self) -> float | None:
        r"""The relative residual :math:`\|A x - b\| / \|b\|`; None as ``solution``."""
        if self.solution is None:
            return None
        left = self.system.matrix @ self.solution - self.system.vector
        return float(np.linalg.norm(left) / np.linalg.norm(self.system.vector))

    @property
    def probability_error(self) -> float:
        """The largest distance of a probability from numpy's."""
        exact = np.abs(self.exact) ** 2 / np.linalg.norm(self.exact) ** 2
        return float(np.linalg.norm(self.probabilities - exact, np.inf))

    @property
    def repetitions(self) -> float:
        """How often the circuit runs, in the mean, until it succeeds once."""
        return 1 / self.success if self.success else math.inf

    @property
    def amplification_rounds(self) -> float:
        """How many rounds of amplitude amplification would do instead: modelled, not run.

        Each round is the circuit and its inverse.
        """
        if not self.success:
            return math.inf
        angle = math.asin(math.sqrt(self.success))
        return max(0, math.floor(math.pi / (4 * angle)))

    def expectation(self, observable: Any, *, budget: float | None = None) -> Expectation:
        r"""Return :math:`x^\dagger M x`, which a machine reads where it cannot read x.

        The circuit runs once more, turned to the eigenvectors of M.

        Args:
            observable: M, Hermitian, shape (n, n).
            budget: What devices that are paid for may cost, in US dollars.

        Raises:
            TypeError: If ``observable`` holds no numbers.
            ValueError: If it is not Hermitian, or of another size.
            DeviceError: If the device cannot run the circuit.
            BudgetError: If the device is paid for, and the budget does not allow it.
        """
        matrix = read_observable(observable, self.system.size)
        value, error = measure(self.prepared, matrix, budget)
        return Expectation(value, error, float(np.vdot(self.exact, matrix @ self.exact).real))

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame with a row for each unknown.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        pd = need("pandas", "A result as a DataFrame", "frames")
        columns: dict[str, Any] = {"exact": self.exact}
        if self.solution is not None:
            columns["solution"] = self.solution
        columns |= {"magnitude": self.magnitudes, "probability": self.probabilities}
        if self.standard_errors is not None:
            columns["magnitude_error"] = self.magnitude_errors
            columns["probability_error"] = self.standard_errors
        return pd.DataFrame({name: plain_column(values) for name, values in columns.items()})

    def plot(self) -> Picture:
        """Return the unknowns beside numpy's: with signs where they are read, else sizes alone.

        Where something was trained, the second panel has its cost by steps.
        """
        from qaimagic.subroutines.linear_systems.picture import picture_of

        return picture_of(self)

    @property
    def text(self) -> str:
        """What came out in one deterministic line, and what to be careful about."""
        from qaimagic.subroutines.linear_systems.picture import text_of

        return text_of(self)


def plain_column(values: Any) -> Any:
    """Return numbers as real ones where they all are."""
    return values.real if np.iscomplexobj(values) and not values.imag.any() else values
