from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import binom, chi2, norm

from qaimagic.subroutines.amplitude_estimation.intervals import chance_of
from qaimagic.subroutines.amplitude_estimation.likelihood import (
    Likelihood,
    maximum_likelihood,
    powers,
)
from tests.subroutines.amplitude_estimation.games import game


@pytest.mark.parametrize("confidence", [0.6, 0.9])
def test_it_holds_the_truth_about_as_often_as_said(confidence: float) -> None:
    held = 0
    for seed in range(200):
        a = float(np.random.default_rng([seed, 7]).uniform(0.05, 0.95))
        last = maximum_likelihood(game(a, seed), 0.005, confidence, 100).rounds[-1]
        held += last.low <= a <= last.high
    assert abs(held / 200 - confidence) < 0.04 + 3 * math.sqrt(confidence * (1 - confidence) / 200)
    assert binom.cdf(held, 200, confidence) > 1e-4


def test_with_one_power_it_is_the_share_of_hits() -> None:
    assert chance_of(Likelihood((0,), (37,), 100).best) == pytest.approx(0.37, abs=1e-6)


def test_the_interval_ends_where_the_likelihood_falls_by_the_quantile() -> None:
    likelihood = Likelihood((0, 1, 2), (30, 55, 12), 100)
    fall = chi2.ppf(0.9, 1) / 2
    at_best = likelihood.log(np.array([likelihood.best]))[0]
    for chance in likelihood.interval(0.9):
        angle = np.array([math.asin(math.sqrt(chance))])
        assert at_best - likelihood.log(angle)[0] == pytest.approx(fall, abs=1e-3)


def test_it_is_the_product_of_binomial_chances() -> None:
    powers_, hits, angles = (0, 1, 5), (30, 0, 100), np.array([0.2, 0.7, 1.1])
    found = Likelihood(powers_, hits, 100).log(angles)
    expected = sum(
        binom.logpmf(hit, 100, np.sin((2 * power + 1) * angles) ** 2)
        for power, hit in zip(powers_, hits, strict=True)
    )
    assert found - found[0] == pytest.approx(expected - expected[0])


def test_the_best_angle_beats_a_fine_grid() -> None:
    likelihood = Likelihood((0, 1, 2, 4, 8), (30, 55, 12, 80, 31), 100)
    grid = likelihood.log(np.linspace(0.0, math.pi / 2, 200_001))
    assert likelihood.log(np.array([likelihood.best]))[0] >= grid.max() - 1e-9


@pytest.mark.parametrize(("a", "hits"), [(0.0, 0), (1.0, 100)])
def test_certain_outcomes(a: float, hits: int) -> None:
    found = maximum_likelihood(game(a, 0), 0.01, 0.95, 100)
    assert found.value == pytest.approx(a, abs=1e-6)
    assert {one.hits for one in found.rounds} == {hits}
    assert found.rounds[-1].low <= a <= found.rounds[-1].high


@pytest.mark.parametrize("epsilon", [0.1, 0.01, 1e-4])
def test_the_schedule_has_the_information_and_no_more(epsilon: float) -> None:
    def error(schedule: list[int]) -> float:
        information = sum(100 * (2 * power + 1) ** 2 for power in schedule)
        return float(norm.ppf(0.975)) * math.sqrt(0.25 / information)

    schedule = powers(epsilon, 0.95, 100)
    assert error(schedule) <= epsilon
    assert len(schedule) == 1 or error(schedule[:-1]) > epsilon
