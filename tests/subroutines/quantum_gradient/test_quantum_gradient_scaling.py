"""Queries of a quantum gradient by dimension and precision."""

import math

import pytest

import qaimagic
from qaimagic.subroutines.quantum_gradient.scaling_result import QueryPoint, law_of


def waves(d):
    return lambda points: (points.sum(dim=1) + 1).sin()


def parabola(d):
    del d
    return lambda points: points[:, 0] + points[:, 0] ** 2


def sums(d):
    del d
    return lambda points: points.sum()


@pytest.fixture(scope="module")
def scaling():
    return qaimagic.quantum_gradient_scaling(
        waves, dimensions=(1, 4, 16), epsilons=(0.4, 0.2, 0.1), n_points=2000
    )


def test_jordans_queries_are_the_square_of_gilyens(scaling):
    jordan, gilyen = scaling.laws["jordan"], scaling.laws["gilyen"]
    assert jordan.of_precision == pytest.approx(2, abs=0.1)
    assert gilyen.of_precision == pytest.approx(1, abs=0.15)
    assert 1 < jordan.of_dimension < 2
    assert 0.4 < gilyen.of_dimension < 1


def test_grids_that_were_simulated_are_right_with_the_chance_that_is_proven(scaling):
    known = [point.success for point in scaling.points if point.success is not None]
    assert len(known) >= 4
    assert min(known) >= 2 / 3


def test_for_many_components_gilyens_queries_follow_their_root():
    scaling = qaimagic.quantum_gradient_scaling(
        waves, dimensions=(16, 64, 256), epsilons=(0.1,), n_points=2000
    )
    assert scaling.laws["gilyen"].of_dimension == pytest.approx(0.5, abs=0.1)
    assert scaling.laws["jordan"].of_dimension == pytest.approx(1.0, abs=0.2)
    assert "epsilon^" not in scaling.text


def test_a_parabola_has_the_width_of_its_curvature():
    scaling = qaimagic.quantum_gradient_scaling(
        parabola, dimensions=(1,), epsilons=(0.2,), n_points=20_000
    )
    [jordan] = scaling.of("jordan")
    phase = math.pi * 64 / 1.5
    furthest = 0.4995**2 - 0.25**2
    assert jordan.width == pytest.approx(1 / 21 / phase / furthest, rel=0.01)
    assert jordan.queries == math.ceil(phase / jordan.width)


def test_the_widest_grid_is_one_that_quantum_gradient_calls_proven(scaling):
    point = next(one for one in scaling.of("gilyen") if one.d == 1)
    for width, is_guaranteed in [(0.95 * point.width, True), (1.1 * point.width, False)]:
        result = qaimagic.quantum_gradient(
            waves(1),
            0.0,
            method="gilyen",
            order=point.order,
            n_wires=point.n_wires,
            width=width,
            max_slope=1.5,
        )
        assert result.is_guaranteed is is_guaranteed
        assert result.error_bound <= point.epsilon


def test_laws_find_exponents():
    points = [
        QueryPoint("jordan", None, d, e, 5, 1.0, round(1e6 * d**0.5 / e), None)
        for d in (1, 2, 4)
        for e in (0.1, 0.01)
    ]
    law = law_of(points)
    assert law.of_dimension == pytest.approx(0.5, abs=1e-4)
    assert law.of_precision == pytest.approx(1, abs=1e-4)
    assert law.queries(1e9, 0.01) == pytest.approx(1e8 * 1e9**0.5, rel=1e-2)
    flat = law_of(points[:2])
    assert flat.of_dimension == pytest.approx(0, abs=1e-9)


def test_results_are_drawn_and_become_tables(scaling):
    assert scaling.plot().text == scaling.text == repr(scaling)
    assert len(scaling.to_frame()) == 18
    assert "Central differences take 2d" in scaling.text


def test_an_interrupt_keeps_the_dimensions_before_it():
    def interrupted(d):
        if d == 4:
            raise KeyboardInterrupt
        return waves(d)

    result = qaimagic.quantum_gradient_scaling(
        interrupted, dimensions=(1, 4), epsilons=(0.4,), n_points=1000
    )
    assert {point.d for point in result.points} == {1}
    assert result.text.endswith("Interrupted: this is what ran.")


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"family": 3}, TypeError, "be a function of a number"),
        ({"dimensions": (4, 1)}, ValueError, "ascending"),
        ({"dimensions": ()}, ValueError, "ascending"),
        ({"epsilons": ()}, ValueError, "one at least"),
        ({"epsilons": (0.0,)}, ValueError, "at least 1e-06"),
        ({"n_points": 10}, ValueError, "at least 1000"),
        ({"max_slope": 0.5}, ValueError, "1.5 times every slope"),
        ({"family": sums}, ValueError, "a value for each point"),
    ],
)
def test_bad_input_is_refused(change, error, words):
    setting = {"family": waves, "dimensions": (1,), "epsilons": (0.4,)} | change
    with pytest.raises(error, match=words):
        qaimagic.quantum_gradient_scaling(**setting)
