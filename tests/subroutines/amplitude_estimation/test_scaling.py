from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import qaimagic
from qaimagic.subroutines.amplitude_estimation.measuring import slope_of
from qaimagic.subroutines.amplitude_estimation.scaling_result import Slope
from tests.subroutines.amplitude_estimation.bodies import coin, tangle


def test_errors_fall_as_claimed() -> None:
    scaling = qaimagic.amplitude_scaling(
        tangle, "c", epsilons=[0.03, 0.003, 0.0005], repeats=20, seed=1
    )
    expected = {"iterative": -1.0, "maximum-likelihood": -1.0, "plain sampling": -0.5}
    for method, slope in scaling.slopes.items():
        assert slope.standard_error < 0.15
        assert slope.value == pytest.approx(expected[method], abs=0.1 + 3 * slope.standard_error)
    assert scaling.slopes["iterative"].value < -0.8
    assert scaling.slopes["plain sampling"].value > -0.65
    assert scaling.covered("iterative") > 0.9
    assert len(scaling.to_frame()) == 9
    assert "Slope of the error by queries: iterative -" in repr(scaling)
    assert "median error, log scale" in scaling.plot().svg


def test_a_line_is_named_by_its_slope_with_its_sign() -> None:
    scaling = qaimagic.amplitude_scaling(coin(0.3), 0, epsilons=[0.1, 0.03], repeats=2)
    slopes = {"iterative": Slope(0.03, 0.1), "plain sampling": Slope(-0.5, 0.1)}
    svg = replace(scaling, slopes=slopes).plot().svg
    assert "iterative 0.03" in svg
    assert "plain sampling \N{MINUS SIGN}0.50" in svg


def test_slopes_and_their_errors() -> None:
    rng = np.random.default_rng(0)
    queries = np.repeat([[1e2], [1e3], [1e4]], 50, axis=1)
    found = [
        slope_of(rng.normal(size=queries.shape) * queries**-0.7, queries, rng) for _ in range(60)
    ]
    values = np.array([slope.value for slope in found])
    assert values.mean() == pytest.approx(-0.7, abs=0.03)
    mean_error = np.mean([slope.standard_error for slope in found])
    assert 0.8 * values.std() < mean_error < 1.8 * values.std()


def test_bad_studies() -> None:
    with pytest.raises(ValueError, match="`epsilons` must be two at least"):
        qaimagic.amplitude_scaling(coin(0.3), 0, epsilons=[0.1])
    with pytest.raises(ValueError, match="`epsilon` must be below 0"):
        qaimagic.amplitude_scaling(coin(0.3), 0, epsilons=[0.1, 0.7])
    with pytest.raises(ValueError, match="`repeats` must be at least 2"):
        qaimagic.amplitude_scaling(coin(0.3), 0, repeats=1)
