"""Shots, and Wilson's interval."""

import numpy as np
import pytest
from scipy.stats import binomtest

from qaimagic.drawing.state_sample import Sample, draw_shots, wilson


@pytest.mark.parametrize(("count", "shots"), [(0, 20), (20, 20), (3, 20), (500, 1000), (1, 1)])
def test_wilson_is_that_of_scipy(count, shots):
    low, high = wilson(np.array([count]), shots)
    expected = binomtest(count, shots).proportion_ci(0.95, method="wilson")
    assert (low[0], high[0]) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_wilson_solves_its_equation():
    low, high = wilson(np.array([7]), 50)
    for end in (low[0], high[0]):
        deviation = abs(7 / 50 - end) / np.sqrt(end * (1 - end) / 50)
        assert deviation == pytest.approx(1.959964, abs=1e-6)


def test_about_95_percent_of_intervals_hold_the_probability():
    rng = np.random.default_rng(0)
    counts = rng.binomial(400, 0.3, size=4000)
    low, high = wilson(counts, 400)
    held = np.mean((low <= 0.3) & (high >= 0.3))
    # 4000 draws tell the share to 0.0035; discreteness moves it by as much again.
    assert held == pytest.approx(0.95, abs=0.012)


def test_shots_follow_the_probabilities_and_the_seed():
    probabilities = np.array([0.5, 0.0, 0.2, 0.3])
    one = draw_shots(probabilities, 10_000, seed=3)
    assert one.shots == 10_000
    assert one.counts[1] == 0
    scatter = 4 * np.sqrt(probabilities * (1 - probabilities) / 10_000)
    assert (np.abs(one.frequencies - probabilities) <= scatter).all()
    assert (draw_shots(probabilities, 10_000, seed=3).counts == one.counts).all()
    assert (draw_shots(probabilities, 10_000, seed=4).counts != one.counts).any()


def test_rounding_in_the_probabilities_does_no_harm():
    assert draw_shots(np.array([0.5, 0.5 + 1e-7]), 10, seed=0).shots == 10
    assert Sample(np.array([3, 1])).frequencies.tolist() == [0.75, 0.25]
