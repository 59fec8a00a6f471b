"""Noise in chunks gives what it gives at once, gradients included."""

from __future__ import annotations

import pytest
import torch

from qaimagic.engine.noise import chunks, density, expvals, sampled_expvals, trajectories
from tests.engine.noise.test_density import NONE, damping
from tests.engine.noise.test_trajectories import DAMPED, KRAUS, MIXED, SHARED, seeded, within

ROWS = torch.tensor([[0.5, 1.9], [-0.3, 0.2], [2.0, 1.0]], dtype=torch.float64)


@pytest.fixture
def two_rows(monkeypatch):
    for module in (density, trajectories):
        monkeypatch.setattr(module, "rows_that_fit", lambda *_: 2)


def gradients(values, inputs):
    weights = torch.linspace(0.5, 2.0, values.numel(), dtype=values.dtype).reshape(values.shape)
    return torch.autograd.grad((values * weights).sum(), inputs, retain_graph=True)


def strengths():
    return torch.tensor(0.2, dtype=torch.float64, requires_grad=True)


def test_density_matrices_in_chunks(two_rows):
    gamma, shared, rows = (
        strengths(),
        SHARED.clone().requires_grad_(),
        ROWS.clone().requires_grad_(),
    )
    kraus = [*KRAUS, damping(gamma)]
    values = expvals(MIXED, shared, rows, kraus)
    whole = density._expvals(MIXED, shared, rows, kraus, None)
    torch.testing.assert_close(values, whole)
    inputs = (gamma, shared, rows)
    for one, other in zip(gradients(values, inputs), gradients(whole, inputs), strict=True):
        torch.testing.assert_close(one, other)


def test_trajectories_in_chunks_have_no_bias(two_rows):
    gamma, rows = strengths(), ROWS.clone().requires_grad_()
    kraus = [*KRAUS, damping(gamma)]
    exact = density._expvals(MIXED, SHARED, rows, kraus, None)
    wanted = gradients(exact, (gamma, rows))
    values, slopes, row_slopes = [], [], []
    for seed in range(150):
        estimate = sampled_expvals(MIXED, SHARED, rows, kraus, 5, generator=seeded(seed))
        assert estimate.each.shape == (3, 5, 3)
        values.append(estimate.values.detach())
        slope, row_slope = gradients(estimate.values, (gamma, rows))
        slopes.append(slope)
        row_slopes.append(row_slope)
    assert within(torch.stack(values), exact.detach())
    assert within(torch.stack(slopes), wanted[0])
    assert within(torch.stack(row_slopes), wanted[1])


def test_the_way_back_takes_the_branches_of_the_way_there(two_rows):
    theta = torch.ones(1, 1, dtype=torch.float64, requires_grad=True)
    run = [
        sampled_expvals(DAMPED, NONE, theta, [damping(strengths())], 6, generator=seeded(3)).values
        for _ in range(2)
    ]
    assert torch.equal(*run)
    assert torch.equal(*(torch.autograd.grad(one.sum(), theta)[0] for one in run))


def test_no_second_derivative_of_chunks():
    angle = torch.tensor(0.3, requires_grad=True)
    value = chunks.run_again_backwards(torch.sin, angle)
    (slope,) = torch.autograd.grad(value, angle, create_graph=True)
    assert slope.item() == pytest.approx(torch.cos(angle).item())
    with pytest.raises(RuntimeError):
        torch.autograd.grad(slope, angle)


def test_what_fits_runs_by_the_cache_and_keeps_second_derivatives(monkeypatch):
    whole = hessian_of(expvals)
    monkeypatch.setattr(density, "rows_in_cache", lambda *_: 2)
    torch.testing.assert_close(hessian_of(expvals), whole)
    monkeypatch.setattr(trajectories, "rows_in_cache", lambda *_: 2)
    monkeypatch.setattr(trajectories, "_LEAST_ROWS", 1)
    assert abs(hessian_of(sampled) - whole) < 0.06


def sampled(noisy, shared, rows, kraus):
    return sampled_expvals(noisy, shared, rows, kraus, 300, generator=seeded(1)).values


def hessian_of(run):
    """By the first sample's first parameter, whose exact value is that of density matrices."""

    def total(angle):
        rows = torch.cat([torch.stack([angle, ROWS[0, 1]])[None], ROWS[1:]])
        return run(MIXED, SHARED, rows, [*KRAUS, damping(strengths().detach())])[0].sum()

    return torch.autograd.functional.hessian(total, ROWS[0, 0])
