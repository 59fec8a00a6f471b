"""Costs of very many parameters follow from their assumptions, which can be changed."""

from __future__ import annotations

import math

import pytest

import qaimagic


def test_costs_follow_from_the_assumptions() -> None:
    costs = qaimagic.gradient_costs(
        1e6, precision=0.1, seconds_per_circuit=2.0, seconds_per_query=3.0, flops=1e9, directions=4
    )
    assert costs.of("parameter-shift").seconds == 4e6
    assert costs.of("parameter-shift").shots == 2e6 * 50
    assert costs.of("hadamard").evaluations == 1e6
    assert costs.of("spsa").evaluations == 8
    assert costs.of("spsa").relative_variance == pytest.approx((1e6 - 1) / 4)
    assert costs.of("quantum gradient").evaluations == pytest.approx(1e4)
    assert costs.of("quantum gradient").seconds == pytest.approx(3e4)
    assert costs.of("backprop").seconds == pytest.approx(3 * 2e6 / 1e9)
    assert costs.slowdown("backprop") == 1


def test_a_claimed_speedup_is_judged_by_the_query_that_it_takes() -> None:
    costs = qaimagic.gradient_costs(1e9)
    seconds = costs.query_for_speedup(30)
    assert seconds == pytest.approx(6e-5 / 30 / (math.sqrt(1e9) / 0.01))
    faster = qaimagic.gradient_costs(1e9, seconds_per_query=seconds)
    assert faster.slowdown("quantum gradient") == pytest.approx(1 / 30)
    assert "a query may take 6.3e-13 s" in repr(costs)


def test_costs_are_told_drawn_and_tabled_as_modelled() -> None:
    costs = qaimagic.gradient_costs()
    assert repr(costs).startswith("A gradient of 1e9 parameters, modelled: backprop 3 forward")
    assert "parameter-shift 2e9 circuits, 23.1 days" in repr(costs)
    assert "variance 1e9 times the gradient's square" in repr(costs)
    assert "seconds, modelled" in costs.plot().svg
    assert set(costs.to_frame()["kind"]) == {"modelled"}
    with pytest.raises(ValueError, match="Did you mean `spsa`"):
        costs.of("spsaa")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"parameters": 0.5}, "Argument `parameters` must be at least 1"),
        ({"precision": 1.0}, "Argument `precision` must be below 1, but it is 1"),
        ({"precision": 0.0}, "Argument `precision` must be above 0"),
        ({"flops": 0}, "Argument `flops` must be above 0"),
        ({"backprop_passes": 0.5}, "Argument `backprop_passes` must be at least 1"),
        ({"seconds_per_query": -1.0}, "Argument `seconds_per_query` must be above 0"),
    ],
)
def test_bad_assumptions_are_refused(options, message) -> None:
    with pytest.raises(ValueError, match=message):
        qaimagic.gradient_costs(**options)


def test_shots_are_those_that_reach_the_precision() -> None:
    epsilon, step = 0.05, (12**0.5 * 0.05) ** 0.5
    costs = qaimagic.gradient_costs(10, precision=epsilon)
    shots = {one.method: one.shots / one.evaluations for one in costs.methods}
    assert 0.5 / shots["parameter-shift"] == pytest.approx(epsilon**2, rel=0.01)
    assert 1 / shots["hadamard"] == pytest.approx(epsilon**2, rel=0.01)
    squared = (step**2 / 6) ** 2 + 1 / (2 * step**2 * shots["finite-diff"])
    assert squared == pytest.approx(epsilon**2, rel=0.01)
    assert costs.of("hadamard").shots == pytest.approx(costs.of("parameter-shift").shots)


@pytest.mark.parametrize("number", [1e308, 1e-300])
@pytest.mark.parametrize("name", ["parameters", "flops", "seconds_per_circuit"])
def test_numbers_beyond_all_sense_are_told_of(name, number) -> None:
    with pytest.raises(ValueError, match=f"Argument `{name}` must be between"):
        qaimagic.gradient_costs(**{name: number})
