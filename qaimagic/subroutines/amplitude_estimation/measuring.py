"""Runs estimators many times, and fits power laws to their errors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qaimagic.subroutines.amplitude_estimation.monte_carlo import of_chance
from qaimagic.subroutines.amplitude_estimation.scaling_result import (
    AmplitudeScaling,
    ScalingPoint,
    Slope,
)
from qaimagic.subroutines.amplitude_estimation.solving import METHODS, Setting
from qaimagic.subroutines.amplitude_estimation.source import Source
from qaimagic.training.loop.streams import derive

PLAIN = "plain sampling"

_RESAMPLES = 1000
_NO_ERROR = 1e-15


class _Runs:
    """What one method found: errors, queries and whether intervals held, shape (m, repeats)."""

    def __init__(self, n_settings: int, repeats: int) -> None:
        self.errors = np.zeros((n_settings, repeats))
        self.queries = np.zeros((n_settings, repeats))
        self.held = np.zeros((n_settings, repeats), dtype=bool)

    def note(
        self,
        at: tuple[int, int],
        value: float,
        interval: tuple[float, float],
        exact: float,
        queries: int,
    ) -> None:
        """Keep what one run found."""
        self.errors[at], self.queries[at] = value - exact, queries
        self.held[at] = interval[0] <= exact <= interval[1]


def measure(
    source: Source, exact: float, settings: Sequence[Setting], repeats: int, seed: int
) -> AmplitudeScaling:
    """Return how errors fall with queries.

    Args:
        source: Gives hits of amplified circuits.
        exact: The exact probability.
        settings: How it is estimated, from the widest interval to the narrowest.
        repeats: How many runs for each.
        seed: Decides the shots.
    """
    rng = np.random.default_rng(derive(seed, "samples"))
    runs = {method: _Runs(len(settings), repeats) for method in (*METHODS, PLAIN)}
    for row, setting in enumerate(settings):
        for column in range(repeats):
            source.reseed(int(rng.integers(2**31)))
            for method, estimate in METHODS.items():
                found = estimate(source.hits, setting.epsilon, setting.confidence, setting.shots)
                last, spent = found.rounds[-1], sum(one.queries for one in found.rounds)
                runs[method].note((row, column), found.value, (last.low, last.high), exact, spent)
            spent = int(runs["iterative"].queries[row, column])
            plain = of_chance(exact, spent, setting.confidence, rng)
            runs[PLAIN].note((row, column), plain.value, plain.interval, exact, spent)
    points = tuple(
        _point(method, setting.epsilon, kept, row, rng)
        for method, kept in runs.items()
        for row, setting in enumerate(settings)
    )
    slopes = {method: slope_of(kept.errors, kept.queries, rng) for method, kept in runs.items()}
    return AmplitudeScaling(
        points, slopes, exact, settings[0].confidence, repeats, source.device, source.is_ideal
    )


def slope_of(
    errors: NDArray[np.float64], queries: NDArray[np.float64], rng: np.random.Generator
) -> Slope:
    """Return the power of the queries that the median of absolute errors falls with.

    Args:
        errors: Shape (m, repeats).
        queries: Shape (m, repeats).
        rng: Draws the runs of each resample.

    Example:
        >>> queries = np.array([[10.0] * 3, [100.0] * 3, [1000.0] * 3])
        >>> round(slope_of(1 / queries, queries, np.random.default_rng(0)).value, 6)
        -1.0
    """
    picks = rng.integers(errors.shape[1], size=(_RESAMPLES, *errors.shape))
    resampled = (np.take_along_axis(values[None], picks, axis=2) for values in (errors, queries))
    [value] = _slopes(errors[None], queries[None])
    return Slope(float(value), float(_slopes(*resampled).std(ddof=1)))


def _slopes(errors: NDArray[np.float64], queries: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return slopes for errors and queries of shape (n, m, repeats) each."""
    y = np.log(np.maximum(np.median(np.abs(errors), axis=2), _NO_ERROR))
    x = np.log(queries.mean(axis=2))
    x -= x.mean(axis=1, keepdims=True)
    slopes: NDArray[np.float64] = (x * y).sum(axis=1) / (x * x).sum(axis=1)
    return slopes


def _point(
    method: str, epsilon: float, runs: _Runs, row: int, rng: np.random.Generator
) -> ScalingPoint:
    errors = np.abs(runs.errors[row])
    picks = rng.integers(len(errors), size=(_RESAMPLES, len(errors)))
    return ScalingPoint(
        method=method,
        epsilon=epsilon,
        queries=float(runs.queries[row].mean()),
        error=float(np.median(errors)),
        standard_error=float(np.median(errors[picks], axis=1).std(ddof=1)),
        covered=float(runs.held[row].mean()),
    )
