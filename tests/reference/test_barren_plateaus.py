"""Slopes of one RY by a uniform angle on each wire, for global and local costs.

Source: the warm-up example of Cerezo et al., Nature Communications 12 (2021) 1791,
doi:10.1038/s41467-021-21728-w: the variance is (1/8)(3/8)^(n-1) for the global cost
C = 1 - prod cos^2(theta_i/2), and 1/(8 n^2) for the local one, C = 1 - (1/n) sum cos^2(theta_i/2).
"""

import pytest

import qaimagic

WIRES = (2, 4, 8)
VARIANCES = {
    "global": (0.046875, 0.006591796875, 0.0001303553581237793),
    "local": (0.03125, 0.0078125, 0.001953125),
}


@pytest.fixture(scope="module")
def measured():
    return qaimagic.barren_plateaus("product", wires=WIRES, n_samples=100_000, seed=1)


@pytest.mark.parametrize("cost", ["global", "local"])
def test_the_variance_of_a_derivative(measured, cost):
    for point, variance in zip(measured.of(cost), VARIANCES[cost], strict=True):
        assert point.expected == pytest.approx(variance, rel=1e-12)
        assert point.variance == pytest.approx(variance, rel=0.05)
        assert abs(point.mean_square - variance) < 5 * point.standard_error


def test_the_global_cost_falls_by_a_factor_and_the_local_one_by_a_power(measured):
    globally, locally = measured.decays["global"], measured.decays["local"]
    assert globally.is_exponential is True
    assert globally.factor == pytest.approx(3 / 8, abs=5 * globally.factor_error)
    assert locally.is_exponential is False
    assert locally.power == pytest.approx(-2, abs=5 * locally.power_error)
