"""Sampled noise: unbiased values and gradients, honest error bars, all by fixed seeds."""

from __future__ import annotations

import pytest
import torch

from qaimagic.engine.circuit import Angle, Circuit, Flip, Rotation
from qaimagic.engine.noise import (
    Channel,
    NoisyCircuit,
    density_matrix,
    expvals,
    sampled_expvals,
    sampled_states,
)
from tests.engine.noise.random_noise import kraus_matrices
from tests.engine.noise.test_density import NONE, Z0, damping, slot

DAMPED = NoisyCircuit(
    Circuit(1, 0, 1, (Rotation(((0, "Y"),), slot(0)),), (Z0,)), (Channel((0,), 1),)
)
MIXED = NoisyCircuit(
    Circuit(
        3,
        2,
        2,
        (
            Rotation(((0, "Y"),), slot(2)),
            Rotation(((1, "X"),), slot(3)),
            Flip(2, 0),
            Rotation(((1, "Z"), (2, "Y")), slot(0)),
            Rotation(((0, "X"),), slot(1), ((1, 1),)),
            Rotation(((2, "X"),), Angle((), 0.4)),
        ),
        (Z0, ((1, "Y"), (2, "Z")), ((0, "X"), (1, "X"), (2, "Y"))),
    ),
    (Channel((1,), 0), Channel((2, 0), 3), Channel((1,), 3), Channel((0,), 6)),
)
KRAUS = [kraus_matrices(2, 2, 5), kraus_matrices(3, 4, 6), kraus_matrices(2, 2, 7)]
SHARED = torch.tensor([0.8, -1.3], dtype=torch.float64)
VARIED = torch.tensor([[0.5, 1.9]], dtype=torch.float64)


def within(samples, exact, sigmas=4.0):
    """Whether the mean of the samples, along the first dimension, is the exact value."""
    error = samples.std(dim=0) / len(samples) ** 0.5
    return bool(((samples.mean(dim=0) - exact).abs() < sigmas * error + 1e-9).all())


def seeded(seed):
    return torch.Generator().manual_seed(seed)


def test_gradient_counts_how_likely_a_branch_is():
    """Following the trajectory alone gives -0.633, a wrong number; see the module's docstring."""
    theta = torch.ones(400, 1, dtype=torch.float64, requires_grad=True)
    gamma = torch.tensor(0.3, dtype=torch.float64)
    values, *_ = sampled_expvals(DAMPED, NONE, theta, [damping(gamma)], 100, generator=seeded(1))
    (slopes,) = torch.autograd.grad(values.sum(), theta)
    exact = -0.7 * torch.sin(theta.detach()[0])
    assert within(slopes, exact)
    assert not within(slopes, torch.tensor(-0.633))


def test_gradient_of_the_noise_itself():
    theta = torch.ones(1, 1, dtype=torch.float64)
    gamma = torch.full((400,), 0.3, dtype=torch.float64, requires_grad=True)
    kraus = torch.stack([damping(one) for one in gamma])
    values, *_ = sampled_expvals(
        DAMPED, NONE, theta.expand(400, 1), [kraus], 100, generator=seeded(2)
    )
    (slopes,) = torch.autograd.grad(values.sum(), gamma)
    assert within(slopes[:, None], 1 - torch.cos(theta[0]))


def test_agrees_with_the_density_matrix_and_its_gradients():
    gamma = torch.tensor(0.2, dtype=torch.float64)
    kraus, n_runs = [*KRAUS, damping(gamma)], 300
    shared, varied = SHARED, VARIED.clone().requires_grad_()
    exact = expvals(MIXED, shared, varied, kraus)[0]
    rows = VARIED.repeat(n_runs, 1).requires_grad_()
    sampled, *_ = sampled_expvals(MIXED, shared, rows, kraus, 50, generator=seeded(3))
    assert within(sampled.detach(), exact.detach())
    for word in range(3):
        (slope,) = torch.autograd.grad(exact[word], varied, retain_graph=True)
        (slopes,) = torch.autograd.grad(sampled[:, word].sum(), rows, retain_graph=True)
        assert within(slopes, slope[0])


def test_gradient_of_shared_parameters_and_starts():
    gamma = torch.tensor(0.2, dtype=torch.float64)
    kraus = [*KRAUS, damping(gamma)]
    start = torch.zeros(8, dtype=torch.complex128)
    start[[1, 6]] = torch.tensor([0.6, 0.8j], dtype=torch.complex128)
    inputs = SHARED.clone().requires_grad_(), start.requires_grad_()
    shared, psi = inputs
    wanted = torch.autograd.grad(expvals(MIXED, shared, VARIED, kraus, psi).sum(), inputs)
    found = []
    for seed in range(60):
        sampled, *_ = sampled_expvals(
            MIXED, shared, VARIED, kraus, 100, generator=seeded(seed), start=psi
        )
        found.append(torch.autograd.grad(sampled.sum(), inputs))
    assert within(torch.stack([one for one, _ in found]), wanted[0])
    slopes = torch.stack([torch.view_as_real(one) for _, one in found])
    assert within(slopes, torch.view_as_real(wanted[1]))


def test_error_bars_cover_the_truth():
    gamma = torch.tensor(0.2, dtype=torch.float64)
    kraus = [*KRAUS, damping(gamma)]
    exact = expvals(MIXED, SHARED, VARIED, kraus)
    values, errors, _ = sampled_expvals(
        MIXED, SHARED, VARIED.repeat(1000, 1), kraus, 40, generator=seeded(4)
    )
    off = (values - exact) / errors
    assert off.mean(dim=0).abs().max() < 0.2
    assert ((off.std(dim=0) > 0.9) & (off.std(dim=0) < 1.15)).all()


def test_the_same_seed_gives_the_same_numbers():
    kraus = [*KRAUS, damping(torch.tensor(0.2, dtype=torch.float64))]
    first, again, other = (
        sampled_expvals(MIXED, SHARED, VARIED, kraus, 20, generator=seeded(seed)).values
        for seed in (5, 5, 6)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_float32_and_one_trajectory():
    estimate = sampled_expvals(
        DAMPED, NONE.float(), torch.ones(2, 1), [damping(torch.tensor(0.3))], 1
    )
    assert estimate.values.dtype == torch.float32
    assert estimate.values.shape == (2, 1)
    assert estimate.errors.isnan().all()


def test_fourteen_wires_run():
    n_wires = 14
    gates = tuple(Rotation(((wire, "Y"),), slot(0)) for wire in range(n_wires))
    channels = tuple(Channel((wire,), n_wires) for wire in range(n_wires))
    noisy = NoisyCircuit(Circuit(n_wires, 1, 0, gates, (Z0,)), channels)
    shared, gamma = torch.tensor([1.0], requires_grad=True), torch.tensor(0.3)
    values, errors, _ = sampled_expvals(
        noisy, shared, torch.zeros(1, 0), [damping(gamma)] * n_wires, 64, generator=seeded(7)
    )
    exact = 0.3 + 0.7 * torch.cos(shared.detach())
    assert (values[0] - exact).abs() < 4 * errors[0]
    values.backward()
    assert shared.grad.isfinite()


def test_no_trajectory_is_refused():
    with pytest.raises(ValueError, match="`n_trajectories` must be at least 1"):
        sampled_expvals(DAMPED, NONE, torch.ones(1, 1), [], 0)


def test_derivative_by_a_strength_that_is_zero():
    """No trajectory would lose its photon; the derivative is that of losing it all the same."""
    gamma = torch.full((400,), 1e-16, dtype=torch.float64, requires_grad=True)
    kraus = torch.stack([damping(one) for one in gamma])
    theta = torch.ones(400, 1, dtype=torch.float64)
    values, *_ = sampled_expvals(DAMPED, NONE, theta, [kraus], 100, generator=seeded(8))
    (slopes,) = torch.autograd.grad(values.sum(), gamma)
    assert within(values.detach(), torch.cos(theta[0]))
    assert within(slopes[:, None], 1 - torch.cos(theta[0]))


def test_other_values_than_words():
    gamma = torch.tensor(0.2, dtype=torch.float64)
    kraus = [*KRAUS, damping(gamma)]

    def chances(states):
        return states.abs().square()

    values, errors, each = sampled_expvals(
        MIXED, SHARED, VARIED, kraus, 400, generator=seeded(9), measure=chances
    )
    exact = density_matrix(MIXED, SHARED, VARIED, kraus).diagonal(dim1=1, dim2=2).real
    assert ((values - exact).abs() < 4 * errors + 1e-9).all()
    assert each.shape == (1, 400, 8)


def test_sampled_states_average_to_the_density_matrix():
    gamma = torch.tensor(0.2, dtype=torch.float64)
    kraus = [*KRAUS, damping(gamma)]
    drawn = list(sampled_states(MIXED, SHARED, VARIED, kraus, 2000, generator=seeded(10)))
    states = torch.cat([rows for _, rows in drawn])
    assert {sample for sample, _ in drawn} == {0}
    assert len(states) == 2000
    mean = states.T @ states.conj() / 2000
    exact = density_matrix(MIXED, SHARED, VARIED, kraus)[0]
    assert (mean - exact).abs().max() < 0.05
