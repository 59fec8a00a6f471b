"""Standard errors against the spread of many seeds."""

from __future__ import annotations

import pytest
import torch
from scipy import stats

from qaimagic import gradients, quantum
from qaimagic.bridge.by_circuits import step_for
from tests.gradients import bodies

SHOTS, N_SEEDS = 400, 30


def within_chi_square(scores):
    """Whether the scores of one number over seeds have mean 0 and spread 1."""
    n = scores.shape[0]
    low, high = stats.chi2.interval(1 - 1e-5, n)
    sums = scores.square().sum(dim=0)
    return bool(((sums > low) & (sums < high)).all())


@pytest.mark.parametrize("method", ["parameter-shift", "hadamard", "finite-diff", "spsa"])
def test_they_are_how_far_gradients_scatter(method):
    torch.manual_seed(0)
    layer = quantum(bodies.distribution)
    row = bodies.ROWS[:1]
    cotangent = torch.tensor([[1.0, -2.0, 0.5, 0.3, 1.5, -1.0, 0.2, 0.1, 0.7]])
    scores, of_loss = [], []
    for seed in range(N_SEEDS):
        drawn = gradients.estimate(layer, row, method=method, shots=SHOTS, seed=seed, directions=2)
        exact = gradients.estimate(
            layer, row, method=method, seed=seed, step=step_for(SHOTS), directions=2
        )
        error = drawn.standard_errors["theta"]
        scores.append((drawn.jacobians["theta"] - exact.jacobians["theta"]) / error.clamp(min=1e-9))
        loss, true = drawn.pulled_back(cotangent), exact.pulled_back(cotangent)
        of_loss.append(
            (loss.gradients["theta"] - true.gradients["theta"]) / loss.standard_errors["theta"]
        )
    assert within_chi_square(torch.stack(of_loss))
    varied = torch.stack(scores).abs().amax(dim=0) > 1e-6
    assert varied.any()
    assert within_chi_square(torch.stack(scores)[:, varied])


def test_four_times_the_shots_halve_them():
    layer = quantum(bodies.rotations)
    few, many = (
        gradients.estimate(layer, bodies.ROWS, shots=shots, seed=1).standard_errors["theta"]
        for shots in (2_500, 10_000)
    )
    torch.testing.assert_close(few, 2 * many, rtol=0.1, atol=2e-3)


def test_probabilities_add_up_to_one_whatever_the_shots():
    layer = quantum(bodies.distribution)
    found = gradients.estimate(layer, bodies.ROWS, shots=50, seed=1)
    whole = torch.tensor([1.0, 1, 1, 1, 0, 0, 0, 0, 0]).expand(3, 9)
    loss = found.pulled_back(whole)
    torch.testing.assert_close(loss.gradients["theta"], torch.zeros(2, dtype=torch.float64))
    assert loss.standard_errors["theta"].max() < 1e-7
    assert found.standard_errors["theta"][:, :4].max() > 0.01
