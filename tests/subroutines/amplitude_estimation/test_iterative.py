from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import binom

from qaimagic.subroutines.amplitude_estimation.iterative import iterative
from tests.subroutines.amplitude_estimation.games import game

AMPLITUDES = [0.0, 1e-6, 0.013, 0.25, 0.3, 0.5, 0.75, 0.9, 1.0]


@pytest.mark.parametrize("a", AMPLITUDES)
@pytest.mark.parametrize("epsilon", [0.3, 0.01, 1e-4])
def test_the_interval_is_as_narrow_as_asked(a: float, epsilon: float) -> None:
    found = iterative(game(a, 2), epsilon, 0.95, 100)
    last = found.rounds[-1]
    assert last.high - last.low <= 2 * epsilon
    assert last.low - 1e-12 <= a <= last.high + 1e-12
    assert found.value == pytest.approx(a, abs=epsilon + 1e-12)
    assert found.is_consistent


@pytest.mark.parametrize("confidence", [0.3, 0.6])
@pytest.mark.parametrize("shots", [10, 100])
def test_it_holds_the_truth_at_least_as_often_as_promised(confidence: float, shots: int) -> None:
    held = 0
    for seed in range(400):
        a = float(np.random.default_rng([seed, 5]).uniform())
        last = iterative(game(a, seed), 0.01, confidence, shots).rounds[-1]
        held += last.low <= a <= last.high
    assert binom.cdf(held, 400, confidence) > 1e-3


@pytest.mark.parametrize("a", AMPLITUDES)
def test_queries_grow_as_one_over_epsilon(a: float) -> None:
    spent = [
        np.mean(
            [
                sum(one.queries for one in iterative(game(a, seed), epsilon, 0.95, 100).rounds)
                for seed in range(10)
            ]
        )
        for epsilon in (1e-2, 1e-5)
    ]
    assert spent[1] / spent[0] < 4000


def test_each_power_is_at_least_three_times_as_large() -> None:
    rounds = iterative(game(0.3, 1), 1e-5, 0.95, 100).rounds
    factors = sorted({2 * one.power + 1 for one in rounds})
    assert len(factors) > 3
    assert all(after >= 3 * before for before, after in pairwise(factors))


def test_rounds_that_contradict_each_other_are_told() -> None:
    consistent = []
    for seed in range(20):
        rng = np.random.default_rng(seed)

        def guess(power: int, shots: int, rng: np.random.Generator = rng) -> int:
            return int(rng.integers(shots + 1)) if power else int(0.3 * shots)

        found = iterative(guess, 1e-4, 0.95, 100)
        consistent.append(found.is_consistent)
        assert 0 <= found.rounds[-1].low <= found.value <= found.rounds[-1].high <= 1
    assert 0 < sum(consistent) < 20


def test_each_round_tells_its_own_hits() -> None:
    told: list[tuple[int, int]] = []
    honest = game(0.3, 0)

    def listening(power: int, shots: int) -> int:
        told.append((power, honest(power, shots)))
        return told[-1][1]

    rounds = iterative(listening, 0.001, 0.95, 100).rounds
    assert [(one.power, one.hits) for one in rounds] == told
