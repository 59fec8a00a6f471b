"""A circuit that prepares a solution, and what a machine can read of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pennylane as qml

from qaimagic._checks import requirement
from qaimagic.bridge.unitaries import unitary_of
from qaimagic.devices.spending import spending
from qaimagic.subroutines.matrices.postselection import Kept, keep
from qaimagic.subroutines.matrices.reading import Matrix, Vector, is_hermitian, read_square


@dataclass(frozen=True, eq=False)
class Prepared:
    """Gates that leave the solution on wires where flags read as they should.

    Attributes:
        gates: Operations of PennyLane, the first one acting first.
        flags: The bit that each flag must read.
        wires: The wires that hold the solution.
        scale: The solution is this number times the amplitudes that are kept, not normalised.
        scale_error: How far ``scale`` scatters for its own shots.
        device: Where the circuit runs; None for where layers do.
        shots: How many shots it has; None for exact answers.
        seed: Decides the shots.
    """

    gates: Sequence[Any]
    flags: Mapping[Any, int]
    wires: tuple[Hashable, ...]
    scale: complex
    scale_error: float = 0.0
    device: Any = None
    shots: int | None = None
    seed: int = 0

    @property
    def calls(self) -> int | None:
        """How often the circuit uses A, where that is counted."""
        return None

    def amplitudes(self) -> Callable[[], Vector] | None:
        """Return what simulates the amplitudes that are kept sooner than gate by gate, or None."""
        return None

    def run(self, after: Sequence[Any] = ()) -> Kept:
        """Run the circuit, and further gates on ``wires``; return what is left where flags fit."""
        quickly = self.amplitudes()
        if quickly is not None and after:
            quickly = partial(_turned, quickly, after, self.wires)
        return keep(
            [*self.gates, *after],
            self.flags,
            self.wires,
            device=self.device,
            shots=self.shots,
            seed=self.seed,
            amplitudes=quickly,
        )


def _turned(amplitudes: Callable[[], Vector], after: Sequence[Any], wires: Sequence[Any]) -> Vector:
    turned: Vector = unitary_of(after, wires) @ amplitudes()
    return turned


@dataclass(frozen=True)
class Expectation:
    """What a machine reads of a solution: a quadratic form of it.

    Attributes:
        value: The estimate of x^H M x.
        standard_error: How far it scatters for its shots; None for exact answers.
        exact: The same of numpy's solution.
    """

    value: float
    standard_error: float | None
    exact: float


def read_observable(observable: Any, size: int) -> Matrix:
    """Return a Hermitian matrix of so many rows.

    Raises:
        TypeError: If it holds no numbers.
        ValueError: If it is not square, not Hermitian, or of another size.
    """
    matrix = read_square("observable", observable)
    if len(matrix) != size:
        received = f"its shape is {matrix.shape}"
        raise ValueError(requirement("observable", f"have shape ({size}, {size})", received))
    if not is_hermitian(matrix):
        received = "it differs from its conjugate transpose"
        raise ValueError(requirement("observable", "be Hermitian", received))
    return matrix


def measure(
    prepared: Prepared, observable: Matrix, budget: float | None
) -> tuple[float, float | None]:
    """Return x^H M x and its standard error, by turning to the eigenvectors of M.

    Args:
        prepared: The circuit.
        observable: M, Hermitian, shape (n, n) with n at most two to the power of its wires.
        budget: What paid devices may cost, in US dollars, or None.
    """
    space = 2 ** len(prepared.wires)
    whole = np.zeros((space, space), np.complex128)
    whole[: len(observable), : len(observable)] = observable
    values, vectors = np.linalg.eigh(whole)
    turn = qml.QubitUnitary(vectors.conj().T, wires=list(prepared.wires))
    with nullcontext() if budget is None else spending(budget):
        kept = prepared.run([turn])
    square = abs(prepared.scale) ** 2
    if not kept.success:
        return np.nan, np.nan
    mean = kept.success * float(values @ kept.probabilities)
    if kept.shots is None:
        return square * mean, None
    spread = kept.success * float(values**2 @ kept.probabilities) - mean**2
    from_shots = square * np.sqrt(max(spread, 0.0) / kept.shots)
    from_scale = 2 * abs(prepared.scale) * prepared.scale_error * mean
    return square * mean, float(np.hypot(from_shots, from_scale))
