"""The diffusion model: marginals and denoisers in closed form, training, twins."""

import math

import numpy as np
import pytest
import torch

import qaimagic
from qaimagic.distributions import mmd
from qaimagic.subroutines.generative.diffusion.mixture import MixtureDenoiser
from qaimagic.subroutines.generative.diffusion.process import Diffusion, signal

MEANS = torch.tensor([[0.9, 0.9], [-0.9, -0.9]])
DEVIATION = 0.3


def blobs(n, seed=0):
    generator = torch.Generator().manual_seed(seed)
    which = torch.randint(2, (n,), generator=generator)
    return MEANS[which] + DEVIATION * torch.randn(n, 2, generator=generator)


def small(seed=0, **options):
    torch.manual_seed(seed)
    given = {"steps": 10, "n_wires": 2, "layers": 2} | options
    return qaimagic.QuantumDiffusion(2, **given)


@pytest.mark.parametrize("steps", [1, 2, 10, 50])
def test_signal_falls_from_one_to_nothing(steps):
    kept = signal(steps)
    assert len(kept) == steps + 1
    assert kept[0] == 1
    assert (kept.diff() < 0).all()
    assert (1 - kept[1:] / kept[:-1]).max() <= 0.999 + 1e-12
    assert 0 < kept[-1] < 2e-3


def test_single_steps_make_the_marginals():
    r"""Chain :math:`x_t = \sqrt{1 - \beta_t} x_{t-1} + \sqrt{\beta_t} \varepsilon`, by moments."""
    model = small().double()
    mean, variance = 3.0, 0.0
    for t in range(1, 11):
        beta = 1 - float(model.signal[t] / model.signal[t - 1])
        mean, variance = math.sqrt(1 - beta) * mean, (1 - beta) * variance + beta
        ends = torch.tensor([[0.0], [1.0]], dtype=torch.float64)
        there = model.diffuse(torch.full((2, 1), 3.0).double(), torch.tensor([t, t]), ends)
        assert float(there[0]) == pytest.approx(mean, abs=1e-6)
        assert float(there[1] - there[0]) ** 2 == pytest.approx(variance, abs=1e-6)


def test_a_standard_normal_needs_no_denoiser():
    """Its best denoiser answers 0, with the mean of the signal as its loss."""
    model = small()
    exact = model.exact([[0.0, 0.0]], 1.0)
    assert exact.denoiser(torch.randn(5, 2), torch.full((5, 1), 0.3)).abs().max() < 1e-6
    torch.manual_seed(0)
    X = torch.randn(40000, 2)
    assert float(exact.training_loss(X)) == pytest.approx(float(model.signal[1:].mean()), abs=0.01)


def test_the_loss_of_a_gaussian_is_the_closed_form():
    r"""The loss of :math:`N(\mu, \sigma^2)` is the mean of
    :math:`\bar\alpha \sigma^2 / (\bar\alpha \sigma^2 + 1 - \bar\alpha)`."""
    model = small()
    exact = model.exact([[2.0, -1.0]], 0.5)
    torch.manual_seed(0)
    X = torch.tensor([2.0, -1.0]) + 0.5 * torch.randn(60000, 2)
    kept = model.signal[1:]
    expected = float((0.25 * kept / (0.25 * kept + 1 - kept)).mean())
    assert float(exact.training_loss(X)) == pytest.approx(expected, abs=0.01)


def test_the_exact_denoiser_is_an_average_over_the_posterior():
    means = np.array([[1.0], [-0.5], [0.3]])
    deviations, weights = np.array([0.4, 0.2, 0.7]), np.array([1.0, 2.0, 1.0])
    share, x = 0.35, 0.8
    grid = np.linspace(-6, 6, 40001)
    prior = sum(
        w / s * np.exp(-0.5 * (grid - m) ** 2 / s**2)
        for w, m, s in zip(weights, means[:, 0], deviations, strict=True)
    )
    noise = (x - math.sqrt(share) * grid) / math.sqrt(1 - share)
    posterior = prior * np.exp(-0.5 * noise**2)
    expected = (posterior * noise).sum() / posterior.sum()
    denoiser = MixtureDenoiser(means, deviations, weights).double()
    v = denoiser(torch.tensor([[x]]).double(), torch.tensor([[share]]).double())
    found = math.sqrt(1 - share) * x + math.sqrt(share) * float(v)
    assert found == pytest.approx(expected, abs=1e-6)


def test_samples_of_the_exact_denoiser_follow_the_mixture():
    torch.manual_seed(0)
    exact = qaimagic.QuantumDiffusion(2, steps=50).exact(MEANS, DEVIATION, [3.0, 1.0])
    X = exact.sample(4000)
    first = X.sum(dim=1) > 0
    assert float(first.double().mean()) == pytest.approx(0.75, abs=0.04)
    assert X[first].mean(dim=0).numpy() == pytest.approx([0.9, 0.9], abs=0.04)
    assert X[first].std(dim=0).numpy() == pytest.approx([0.3, 0.3], abs=0.04)


def test_nobody_is_better_than_the_exact_denoiser():
    model = small()
    X = blobs(20000)
    torch.manual_seed(1)
    floor = float(model.exact(MEANS, DEVIATION).training_loss(X))
    torch.manual_seed(1)
    gaussian = float(model.exact([[0.0, 0.0]], 1.0).training_loss(X))
    assert floor < gaussian - 0.1
    torch.manual_seed(1)
    with torch.no_grad():
        assert float(model.training_loss(X[:500])) > floor


def test_the_loss_is_the_error_of_the_noise():
    model = small()
    X = blobs(9)
    torch.manual_seed(4)
    loss = float(model.training_loss((X,)).detach())
    torch.manual_seed(4)
    t, noise = torch.randint(1, 11, (9,)), torch.randn(9, 2)
    share = model.signal[t][:, None]
    there = share.sqrt() * X + (1 - share).sqrt() * noise
    assert loss == pytest.approx(
        float((model(there, t) - noise).square().mean().detach()), rel=1e-5
    )


def test_the_denoiser_passes_gradcheck():
    model = small().double()
    X, share = blobs(2).double(), torch.tensor([[0.3], [0.8]]).double()

    def answers(theta, into, points):
        given = {"body.theta": theta, "into.weight": into}
        return torch.func.functional_call(model.denoiser, given, (points, share))

    denoiser = model.denoiser
    weights = (denoiser.body.theta, denoiser.into.weight, X)
    inputs = tuple(weight.detach().requires_grad_(True) for weight in weights)
    assert torch.autograd.gradcheck(answers, inputs)


def test_a_run_repeats_by_its_seed():
    states = []
    for _ in range(2):
        model = small()
        qaimagic.train(model, blobs(100), epochs=1, live=False)
        states.append(model.state_dict())
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])


def test_training_beats_what_a_gaussian_knows():
    model = small(n_wires=3)
    qaimagic.train(model, blobs(300), epochs=10, lr=0.04, live=False)
    losses = []
    for each in (model, model.exact([[0.0, 0.0]], 1.0)):
        torch.manual_seed(2)
        with torch.no_grad():
            losses.append(float(each.training_loss(blobs(4000, 1))))
    assert losses[0] < 0.9 * losses[1]
    normal = mmd(torch.randn(1000, 2), blobs(1000, 1))
    assert mmd(model.sample(1000), blobs(1000, 1)) < 0.5 * normal


@pytest.mark.parametrize(("d", "n_wires", "layers"), [(2, 4, 3), (1, 2, 1), (5, 6, 4)])
def test_the_twin_is_as_large(d, n_wires, layers):
    model = qaimagic.QuantumDiffusion(d, n_wires=n_wires, layers=layers, steps=7)
    twin = model.twin()
    sizes = [sum(w.numel() for w in each.parameters()) for each in (model, twin)]
    assert sizes[0] == (d + 2) * n_wires + (n_wires + 1) * d + 3 * n_wires * layers
    assert abs(sizes[1] - sizes[0]) <= d + 1
    assert twin.steps == 7
    assert type(twin) is Diffusion
    assert twin.sample(3).shape == (3, d)
    assert math.isfinite(float(twin.training_loss(torch.zeros(4, d)).detach()))


def test_weights_are_saved_and_drawn_anew():
    model, other = small(0), small(1)
    other.load_state_dict(model.state_dict())
    X, t = blobs(3), torch.tensor([1, 5, 10])
    torch.testing.assert_close(other(X, t), model(X, t))
    other.reset_parameters()
    for name, weight in other.named_parameters():
        assert not torch.equal(weight, model.get_parameter(name))


def test_shots_are_drawn_and_looking_costs_none():
    model = small(shots=20, steps=2)
    assert "samples: 200 points" in model.glimpse(blobs(5)).text
    assert model.denoiser.body.circuits == 0
    assert model.sample(3).shape == (3, 2)
    assert model.denoiser.body.circuits == 6
    model.training_loss(blobs(2)).backward()
    assert torch.isfinite(model.denoiser.body.theta.grad).all()


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"n_features": 0}, ValueError, "`n_features` must be at least 1"),
        ({"steps": 0}, ValueError, "`steps` must be at least 1"),
        ({"steps": 2.5}, TypeError, "`steps` must be a whole number"),
        ({"n_wires": 0}, ValueError, "`n_wires` must be at least 1"),
        ({"layers": 0}, ValueError, "`layers` must be at least 1"),
        ({"device": "default.qubits"}, qaimagic.errors.DeviceError, "default.qubit"),
    ],
)
def test_bad_arguments(options, error, words):
    with pytest.raises(error, match=words):
        qaimagic.QuantumDiffusion(**({"n_features": 2} | options))


def test_bad_data_and_counts():
    model = small()
    with pytest.raises(ValueError, match="shape \\(n_samples, 2\\)"):
        model.training_loss(torch.zeros(3, 1))
    with pytest.raises(ValueError, match="be finite"):
        model.training_loss(torch.tensor([[0.0, math.inf]]))
    with pytest.raises(ValueError, match="`n` must be at least 1"):
        model.sample(0)


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        (([0.0, 1.0], 1.0), ValueError, "`means` must have shape"),
        (([[0.0]], 0.0), ValueError, "`deviations` must be positive"),
        (([[0.0], [1.0]], [1.0, 1.0, 1.0]), ValueError, "be one number or 2"),
        (([[0.0], [1.0]], 1.0, [1.0, -1.0]), ValueError, "`weights` must be positive"),
        (("text", 1.0), TypeError, "`means` must be an array of numbers"),
        (([[math.nan]], 1.0), ValueError, "`means` must be finite"),
    ],
)
def test_bad_mixtures(given, error, words):
    with pytest.raises(error, match=words):
        qaimagic.QuantumDiffusion(1).exact(*given)


def test_a_mixture_of_another_width_is_refused():
    with pytest.raises(ValueError, match="`means` must have 1 column, one a feature, but it has 2"):
        qaimagic.QuantumDiffusion(1, steps=5).exact([[0.0, 1.0]], 1.0)
