from __future__ import annotations

import numpy as np
import pytest

import qaimagic
from qaimagic.subroutines.amplitude_estimation.distribution import Distribution
from qaimagic.subroutines.amplitude_estimation.monte_carlo import of_values
from qaimagic.subroutines.amplitude_estimation.preparation import read
from qaimagic.subroutines.amplitude_estimation.states import exact_chance


@pytest.mark.parametrize("count", [2, 3, 8, 13, 32])
def test_the_circuit_has_exactly_the_mean(count: int) -> None:
    rng = np.random.default_rng(count)
    values, chances = rng.normal(size=count), rng.dirichlet(np.ones(count))
    given = Distribution.of(values, chances)
    chance = exact_chance(read(given.prepare, given.n_wires))
    assert given.low + given.unit * chance == pytest.approx(values @ chances, abs=1e-12)


def test_outcomes_without_a_chance_do_not_widen_the_range() -> None:
    given = Distribution.of([1e9, 2.0, 3.0, -1e9], [0.0, 0.25, 0.75, 0.0])
    assert (given.low, given.unit) == (2.0, 1.0)
    assert exact_chance(read(given.prepare, given.n_wires)) == pytest.approx(0.75, abs=1e-12)


@pytest.mark.parametrize("method", ["iterative", "maximum-likelihood"])
def test_answers_are_in_the_values_units(method: str) -> None:
    rng = np.random.default_rng(1)
    values, chances = 1000 * rng.normal(size=5) - 7000, rng.dirichlet(np.ones(5))
    result = qaimagic.expected_value(values, chances, method=method, epsilon=10)
    assert result.exact == pytest.approx(values @ chances)
    assert result.value == pytest.approx(result.exact, abs=2 * result.half_width)
    assert result.half_width <= 15
    assert result.monte_carlo.value == pytest.approx(
        result.exact, abs=4 * result.monte_carlo.half_width
    )
    assert "expected value" in result.plot().html()


@pytest.mark.parametrize("method", ["iterative", "maximum-likelihood"])
def test_a_single_query_leaves_most_values_open(method: str) -> None:
    options = {"epsilon": 0.98, "confidence": 0.5, "shots": 1, "method": method}
    result = qaimagic.expected_value([3.0, 1.0, 9.0], [0.5, 0.5, 0.0], **options)
    assert "1 query in 1 circuit, up to 0 amplifications" in repr(result)
    low, high = result.monte_carlo.interval
    assert high - low == pytest.approx(0.75 * 2)
    assert result.monte_carlo.value in (low, high)
    assert result.plot().svg


def test_samples_that_are_all_alike_do_not_exclude_others() -> None:
    values, chances = np.array([2.0, 2.0, 7.0]), np.array([0.5, 0.5 - 1e-5, 1e-5])
    found = of_values(values, chances, 300, 0.95, np.random.default_rng(0))
    rare = 1 - 0.025 ** (1 / 300)
    assert found.value == 2.0
    assert found.interval == pytest.approx((2.0, 2.0 + 5 * rare))


def test_plain_sampling_scatters_as_the_values_do() -> None:
    values, chances = np.array([0.0, 1.0, 5.0]), np.array([0.5, 0.3, 0.2])
    result = qaimagic.expected_value(values, chances, epsilon=0.02)
    spread = np.sqrt(chances @ values**2 - (chances @ values) ** 2)
    expected = 1.96 * spread / np.sqrt(result.queries)
    assert result.monte_carlo.half_width == pytest.approx(expected, rel=0.05)


def test_epsilon_is_a_hundredth_of_the_range_if_not_given() -> None:
    result = qaimagic.expected_value([0, 50], [0.5, 0.5])
    assert result.epsilon == 0.5
    assert result.half_width <= 0.5


@pytest.mark.parametrize(
    ("values", "chances", "message"),
    [
        ([1, 2], [0.5, 0.6], "add up to 1, but they add up to 1.1. Divide them by their sum"),
        ([1, 2], [1.5, -0.5], "not be negative, but number 1 is -0.5"),
        ([1, 2, 3], [0.5, 0.5], "one for each value, but there are 2 for 3 values"),
        ([1, np.nan], [0.5, 0.5], "`values` must be finite, but number 1 is nan"),
        ([1, 2], [np.inf, 0.5], "`probabilities` must be finite"),
        ([[1, 2]], [0.5, 0.5], r"in a row, but its shape is \(1, 2\)"),
        ([], [], "in a row"),
        ([4, 4], [0.5, 0.5], "differ, but all that have a chance are 4"),
        ([4, 5], [1.0, 0.0], "differ, but all that have a chance are 4"),
        (np.arange(1025), np.ones(1025), "be at most 1024"),
    ],
)
def test_distributions_that_are_none(values, chances, message) -> None:
    with pytest.raises(ValueError, match=message):
        qaimagic.expected_value(values, chances)


def test_other_arguments() -> None:
    with pytest.raises(TypeError, match="`values` must be numbers"):
        qaimagic.expected_value(["a", "b"], [0.5, 0.5])
    with pytest.raises(ValueError, match="below half the range of the values, 5, but it is 5"):
        qaimagic.expected_value([0, 10], [0.5, 0.5], epsilon=5)
    with pytest.raises(ValueError, match="`epsilon` must be above 0"):
        qaimagic.expected_value([0, 10], [0.5, 0.5], epsilon=-1)
