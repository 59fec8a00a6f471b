"""Modelled times of products, by hand."""

from __future__ import annotations

import math

import pytest

import qaimagic


@pytest.fixture(scope="module")
def costs():
    return qaimagic.product_costs([64, 1024, 4096])


def test_times_follow_the_model(costs):
    row = costs.of(1024)
    assert row.shots == pytest.approx(1024**2 * 1e4)
    assert row.queries == pytest.approx(1024**2 * 2 * math.pi * 100)
    assert row.loading == pytest.approx(2 * 1024 * 16 / 1e9)
    assert row.hadamard == pytest.approx(row.shots * (1e-5 + row.loading))
    assert row.amplitude_estimation == pytest.approx(row.queries * (1e-5 + row.loading))
    assert row.arithmetic == pytest.approx(2 * 1024**3 / 1e4)
    assert row.gpu == pytest.approx(2 * 1024**3 / 550e12)
    assert row.claimed == pytest.approx(row.gpu / 10)
    assert row.slower == pytest.approx(row.amplitude_estimation / row.gpu)


def test_numpy_is_measured_where_it_is_quick(costs):
    assert costs.of(64).numpy > 0
    assert costs.of(1024).numpy > costs.of(64).numpy
    assert costs.of(4096).numpy is None


def test_simulated_shots_follow_the_model(costs):
    small = costs.simulated
    assert small.precision_slope.value == pytest.approx(
        2, abs=5 * small.precision_slope.standard_error
    )
    assert 0 < small.precision_slope.standard_error < 0.2
    assert 2 < small.size_slope.value < 2.3
    for point in small.points:
        expected = 1 - 1 / point.n
        assert point.constant == pytest.approx(expected, rel=0.25)
        assert point.constant == pytest.approx(point.error**2 * point.shots / point.n**2)


def test_the_crossover_is_where_both_take_as_long(costs):
    n = costs.crossover
    estimation = n**2 * 2 * math.pi / 0.01 / 1e5
    assert costs.crossover_seconds == pytest.approx(2 * n**3 / 550e12)
    assert costs.crossover_seconds == pytest.approx(estimation)


def test_with_loading_the_ratio_stays():
    costs = qaimagic.product_costs([10**9], repeats=2)
    assert costs.of(10**9).amplitude_estimation / costs.of(10**9).gpu == pytest.approx(
        costs.growth, rel=1e-3
    )


def test_assumptions_are_arguments():
    better = qaimagic.product_costs(
        [1024], repeats=2, shots_per_second=1e12, bits_per_second=1e20, epsilon=0.5, claim=2
    )
    assert better.of(1024).slower < 100
    assert better.of(1024).claimed == better.of(1024).gpu / 2
    assert better.assumptions.shots_per_second == 1e12
    assert better.assumptions.epsilon == 0.5


def test_the_result_tells_shows_and_tables(costs):
    for word in ("Simulated", "Modelled", "Assumed", "n = 1,024", "where 1/10 as long is claimed"):
        assert word in costs.text
    assert costs.plot().text == repr(costs) == costs.text
    assert costs.to_frame()["n"].tolist() == [64, 1024, 4096]
    again = qaimagic.product_costs([64, 1024, 4096])
    assert again.text == costs.text


@pytest.mark.parametrize(
    ("given", "kind", "says"),
    [
        ({"sizes": []}, ValueError, "`sizes` must name at least one size"),
        ({"sizes": [1]}, ValueError, "`sizes` must be at least 2"),
        ({"sizes": [2.5]}, TypeError, "`sizes` must be a whole number"),
        ({"epsilon": 0}, ValueError, "`epsilon` must be above 0"),
        ({"epsilon": 1}, ValueError, "`epsilon` must be below 1"),
        ({"gpu_operations": 0}, ValueError, "`gpu_operations` must be above 0"),
        ({"bits": 0}, ValueError, "`bits` must be at least 1"),
        ({"repeats": 1}, ValueError, "`repeats` must be at least 2"),
    ],
)
def test_numbers_out_of_bounds_are_refused(given, kind, says):
    with pytest.raises(kind, match=says):
        qaimagic.product_costs(**given)


def test_sizes_that_are_none_are_told_of() -> None:
    with pytest.raises(TypeError, match=r"^Argument `sizes` must be a list of whole numbers"):
        qaimagic.product_costs(64)
    costs = qaimagic.product_costs([64], repeats=2)
    with pytest.raises(ValueError, match=r"^Argument `n` must be one of 64, but it is 65"):
        costs.of(65)
