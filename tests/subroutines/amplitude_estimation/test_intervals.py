from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import binom, binomtest

from qaimagic.subroutines.amplitude_estimation.intervals import (
    angles_of,
    clopper_pearson,
    quarter_of,
)


@pytest.mark.parametrize(("hits", "shots"), [(0, 20), (1, 20), (7, 20), (20, 20), (600, 1000)])
def test_intervals_are_those_of_scipy(hits: int, shots: int) -> None:
    expected = binomtest(hits, shots).proportion_ci(0.9, method="exact")
    assert clopper_pearson(hits, shots, 0.1) == pytest.approx(tuple(expected), abs=1e-12)


@pytest.mark.parametrize("chance", [0.0, 0.03, 0.5, 0.81, 1.0])
def test_they_miss_no_probability_more_often_than_allowed(chance: float) -> None:
    intervals = np.array([clopper_pearson(hits, 30, 0.2) for hits in range(31)])
    held = (intervals[:, 0] <= chance) & (chance <= intervals[:, 1])
    assert binom.pmf(np.arange(31), 30, chance)[held].sum() >= 0.8


@pytest.mark.parametrize("angle", [0.0, 0.1, math.pi / 4, 1.2, math.pi / 2])
@pytest.mark.parametrize("factor", [1, 3, 7, 15])
def test_a_chance_gives_the_angle_back_within_its_quarter(angle: float, factor: int) -> None:
    quarter = min(int(factor * angle / (math.pi / 2)), factor - 1)
    chance = math.sin(factor * angle) ** 2
    low, high = angles_of((max(chance - 0.01, 0.0), min(chance + 0.01, 1.0)), factor, quarter)
    assert low - 1e-12 <= angle <= high + 1e-12
    assert high - low < 0.3 / factor


def test_quarters() -> None:
    assert quarter_of((0.0, math.pi / 2), 1) == 0
    assert quarter_of((0.0, math.pi / 2), 3) is None
    assert quarter_of((math.pi / 6, math.pi / 3), 3) == 1
    assert quarter_of((1.5, math.pi / 2), 5) == 4
