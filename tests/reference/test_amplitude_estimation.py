"""A European call and its delta on eight prices, as in a published tutorial.

Source: qiskit-community/qiskit-finance, docs/tutorials/03_european_call_option_pricing.ipynb, which
prints 0.1623 and 0.8098 as exact and [0.1637, 0.1737] as the interval of its iterative estimation:
its payoff is turned by small angles, an approximation that biases it beyond that interval.
"""

import numpy as np
import pytest

import qaimagic

S, VOLATILITY, RATE, YEARS, STRIKE = 2.0, 0.4, 0.05, 40 / 365, 1.896
TUTORIAL = (0.1637, 0.1737)


def prices():
    """Eight prices from mean - 3 sd to mean + 3 sd, with the log-normal density there."""
    mu = (RATE - VOLATILITY**2 / 2) * YEARS + np.log(S)
    sigma = VOLATILITY * np.sqrt(YEARS)
    mean = np.exp(mu + sigma**2 / 2)
    spread = np.sqrt(np.exp(sigma**2) - 1) * mean
    x = np.linspace(max(0.0, mean - 3 * spread), mean + 3 * spread, 8)
    density = np.exp(-((np.log(x) - mu) ** 2) / (2 * sigma**2)) / x
    return x, density / density.sum()


@pytest.mark.parametrize("method", ["iterative", "maximum-likelihood"])
@pytest.mark.parametrize("seed", range(3))
def test_the_call(method, seed):
    x, p = prices()
    payoff = np.maximum(x - STRIKE, 0.0)
    call = qaimagic.expected_value(payoff, p, method=method, epsilon=1e-3, seed=seed)
    assert call.exact == pytest.approx(0.16227609350087313, abs=1e-12)
    assert call.interval[0] <= 0.16227609350087313 <= call.interval[1]
    assert call.value == pytest.approx(0.16227609350087313, abs=1e-3)
    assert call.interval[1] < TUTORIAL[0]


@pytest.mark.parametrize("method", ["iterative", "maximum-likelihood"])
def test_its_delta(method):
    x, p = prices()
    delta = qaimagic.expected_value(x >= STRIKE, p, method=method, epsilon=1e-3)
    assert delta.exact == pytest.approx(0.8097973990818949, abs=1e-12)
    assert delta.interval[0] <= 0.8097973990818949 <= delta.interval[1]
    assert delta.value == pytest.approx(0.8097973990818949, abs=1e-3)
