"""What small products really take: shots for a precision, by simulation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qaimagic.subroutines.amplitude_estimation.scaling_result import Slope
from qaimagic.subroutines.matrices.fitting import n_wires_for
from qaimagic.subroutines.matrix_products.loading import Floats
from qaimagic.subroutines.matrix_products.measuring import Pairs
from qaimagic.subroutines.matrix_products.running import Running
from qaimagic.training.loop.streams import derive

SIZES = (4, 8, 16, 32)
SHOTS = (64, 256, 1024, 4096)
_SHOTS_FOR_SIZES = 256
_SIZE_FOR_SHOTS = 4
_RESAMPLES = 1000
_NAME = "qaimagic.qubit"


@dataclass(frozen=True)
class SimulatedCost:
    """What simulated products of one size took.

    Attributes:
        n: How many rows and columns.
        error: The root mean square error of an entry, rows and columns of norm 1.
        shots: How many shots they had for all entries.
        constant: Shots times squared error, over n^2, which is 1 at most by the model.
    """

    n: int
    error: float
    shots: int
    constant: float


@dataclass(frozen=True)
class Simulated:
    """Small products by Hadamard tests, simulated over many seeds.

    Attributes:
        points: By size, then by shots.
        size_slope: The power of n that shots for one precision grow with.
        precision_slope: The power of 1 / epsilon that they grow with.
    """

    points: tuple[SimulatedCost, ...]
    size_slope: Slope
    precision_slope: Slope


def simulated(repeats: int, seed: int) -> Simulated:
    """Return what products of random matrices take, whose rows and columns have norm 1.

    Args:
        repeats: How many products for each size and each number of shots.
        seed: Decides matrices and shots.
    """
    by_size = np.stack([_squares(n, _SHOTS_FOR_SIZES, repeats, seed) for n in SIZES])
    by_shots = np.stack([_squares(_SIZE_FOR_SHOTS, shots, repeats, seed) for shots in SHOTS])
    sizes, shots = np.array(SIZES, np.float64), np.array(SHOTS, np.float64)
    points = [_point(n, _SHOTS_FOR_SIZES, row) for n, row in zip(SIZES, by_size, strict=True)]
    points += [_point(_SIZE_FOR_SHOTS, one, row) for one, row in zip(SHOTS, by_shots, strict=True)]
    rng = np.random.default_rng(derive(seed, "resamples"))
    falling = _slope(shots, by_shots, rng)
    return Simulated(
        points=tuple(points),
        size_slope=_slope(sizes, by_size * sizes[:, None] ** 2, rng),
        precision_slope=Slope(-2 / falling.value, 2 * falling.standard_error / falling.value**2),
    )


def _squares(n: int, shots: int, repeats: int, seed: int) -> Floats:
    """Return the mean squared error of an entry, of each product, shape (repeats,)."""
    rng = np.random.default_rng(derive(seed, f"matrices {n} {shots}"))
    rows, columns = _of_norm_one(rng.normal(size=(2, repeats, n, n)))
    left = np.repeat(rows, n, axis=1).reshape(-1, n)
    right = np.tile(columns, (1, n, 1)).reshape(-1, n)
    exact = Pairs("hadamard", n_wires_for(n), True, Running(_NAME, None, 0))(left, right)
    told = 2 * rng.binomial(shots, exact.chances[:, 0]) / shots - 1
    errors: Floats = told - (left * right).sum(axis=1).real
    means: Floats = (errors.reshape(repeats, -1) ** 2).mean(axis=1)
    return means


def _of_norm_one(rows: Floats) -> NDArray[np.complex128]:
    norms = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / norms, np.complex128)


def _point(n: int, shots: int, squares: Floats) -> SimulatedCost:
    square = float(squares.mean())
    return SimulatedCost(n, float(np.sqrt(square)), n**2 * shots, shots * square)


def _slope(x: Floats, y: Floats, rng: np.random.Generator) -> Slope:
    """Return the power of x that the mean over repeats of y, shape (m, repeats), follows."""
    across = np.log(x) - np.log(x).mean()
    across /= across @ across
    picks = rng.integers(y.shape[1], size=(_RESAMPLES, *y.shape))
    resampled = np.log(np.take_along_axis(y[None], picks, axis=2).mean(axis=2)) @ across
    return Slope(float(across @ np.log(y.mean(axis=1))), float(resampled.std(ddof=1)))
