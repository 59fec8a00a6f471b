"""The quantum GAN: the gradients of the game, samples against dense circuits, training, twins."""

import copy
import math

import numpy as np
import pytest
import torch
from torch import nn

import qaimagic
from qaimagic.distributions import mmd

CENTRE = torch.tensor([1.0, -0.5])


def cloud(n, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return CENTRE + 0.3 * torch.randn(n, 2, generator=generator)


def small(seed=0, **options):
    torch.manual_seed(seed)
    return qaimagic.QuantumGAN(2, **({"n_wires": 2, "layers": 2} | options))


def dense_averages(angles, theta):
    """Return the averages of Z after the circuit, by matrices."""
    layers, n, _ = theta.shape
    state = np.zeros(2**n, complex)
    state[0] = 1

    def on_wire(gate, wire):
        return np.kron(np.kron(np.eye(2**wire), gate), np.eye(2 ** (n - wire - 1)))

    def ry(a):
        c, s = math.cos(a / 2), math.sin(a / 2)
        return np.array([[c, -s], [s, c]])

    def rz(a):
        return np.diag([np.exp(-0.5j * a), np.exp(0.5j * a)])

    for layer in range(layers):
        for i in range(n):
            phi, turn, omega = theta[layer, i]
            state = on_wire(rz(omega) @ ry(turn) @ rz(phi) @ ry(angles[i]), i) @ state
        for i in range(n):
            flipped = np.empty_like(state)
            for number in range(2**n):
                bits = [(number >> (n - 1 - k)) & 1 for k in range(n)]
                bits[(i + 1) % n] ^= bits[i]
                flipped[sum(bit << (n - 1 - k) for k, bit in enumerate(bits))] = state[number]
            state = flipped
    chances = np.abs(state) ** 2
    signs = [1 - 2 * ((np.arange(2**n) >> (n - 1 - k)) & 1) for k in range(n)]
    return [float(chances @ sign) for sign in signs]


def test_samples_are_the_circuits_averages_scaled():
    gan = small(n_wires=3).double()
    with torch.no_grad():
        gan.scale.copy_(torch.tensor([1.5, 0.5]))
        gan.shift.copy_(torch.tensor([0.25, -1.0]))
    latent = gan.latent(4)
    theta = gan.generator.theta.detach().numpy()
    averages = [dense_averages(row, theta)[:2] for row in latent.tolist()]
    expected = np.array([0.25, -1.0]) + np.array([1.5, 0.5]) * np.array(averages)
    assert gan(latent).detach().numpy() == pytest.approx(expected, abs=1e-10)


def test_the_gradient_is_that_of_two_players_with_an_optimizer_each():
    gan = small().double()
    X = cloud(6).double()
    torch.manual_seed(3)
    gan.training_loss(X).backward()
    found = {name: weight.grad.clone() for name, weight in gan.named_parameters()}

    other = copy.deepcopy(gan)
    other.zero_grad()
    torch.manual_seed(3)
    latent = math.pi * (2 * torch.rand(6, 2, dtype=torch.float64) - 1)
    entropy = nn.functional.binary_cross_entropy_with_logits
    made = other(latent)
    points = X.clone().requires_grad_(True)
    real, fake = other.discriminator(points), other.discriminator(made.detach())
    slopes = torch.autograd.grad(real.sum(), points, create_graph=True)[0]
    (
        entropy(real, torch.ones_like(real))
        + entropy(fake, torch.zeros_like(fake))
        + 0.05 * slopes.square().sum(1).mean()
    ).backward()
    own = {name: weight.grad.clone() for name, weight in other.discriminator.named_parameters()}
    other.zero_grad()
    judged = other.discriminator(other(latent))
    entropy(judged, torch.ones_like(judged)).backward()
    for name, weight in other.named_parameters():
        player = name.removeprefix("discriminator.")
        expected = own[player] if name.startswith("discriminator.") else weight.grad
        torch.testing.assert_close(found[name], expected)
        assert expected.abs().max() > 0


def test_one_optimizer_moves_both_players_as_two_do():
    one = small(1)
    two = copy.deepcopy(one)
    both = torch.optim.SGD(one.parameters(), lr=0.1)
    players = [
        torch.optim.SGD(two.discriminator.parameters(), lr=0.1),
        torch.optim.SGD([*two.generator.parameters(), two.scale, two.shift], lr=0.1),
    ]
    for step in range(3):
        X = cloud(8, step)
        torch.manual_seed(step)
        both.zero_grad()
        one.training_loss(X).backward()
        both.step()
        torch.manual_seed(step)
        for player in players:
            player.zero_grad()
        for loss in two.losses(X):
            loss.backward()
        for player in players:
            player.step()
    for name, weight in one.named_parameters():
        torch.testing.assert_close(weight, two.get_parameter(name))


def test_players_gradients_stay_their_own():
    gan = small()
    losses = gan.losses(cloud(5))
    losses.generator.backward()
    assert all(weight.grad is None for weight in gan.discriminator.parameters())
    gan.zero_grad()
    gan.losses(cloud(5)).discriminator.backward()
    assert gan.generator.theta.grad is None
    assert gan.scale.grad is None


def test_who_cannot_tell_has_known_losses():
    gan = small()
    with torch.no_grad():
        for weight in gan.discriminator.parameters():
            weight.zero_()
    with torch.no_grad():
        losses = gan.losses(cloud(5))
    assert float(losses.discriminator) == pytest.approx(2 * math.log(2))
    assert float(losses.generator) == pytest.approx(math.log(2))


def test_the_generator_passes_gradcheck():
    gan = small().double()
    latent = gan.latent(3)

    def samples(theta, scale):
        given = {"generator.theta": theta, "scale": scale}
        return torch.func.functional_call(gan, given, (latent,))

    theta = gan.generator.theta.detach().requires_grad_(True)
    assert torch.autograd.gradcheck(samples, (theta, gan.scale.detach().requires_grad_(True)))


def test_what_is_shown_is_the_discrepancy_of_the_batch():
    gan = small()
    X = cloud(40)
    torch.manual_seed(5)
    shown = float(gan.training_loss(X).detach())
    torch.manual_seed(5)
    made = gan.sample(40)
    assert shown == pytest.approx(mmd(X.numpy(), made.numpy()), abs=1e-6)
    torch.manual_seed(5)
    with torch.no_grad():
        looked = gan.training_loss((X,))
    assert not looked.requires_grad
    assert float(looked) == pytest.approx(shown, abs=1e-6)


def test_train_brings_samples_to_the_data_and_repeats_by_seed():
    X = cloud(200)
    states = []
    for _ in range(2):
        gan = small(0)
        torch.manual_seed(1)
        before = mmd(gan.sample(500), X)
        run = qaimagic.train(gan, X, epochs=12, lr=0.02, live=False)
        states.append(gan.state_dict())
    assert run.loss == "QuantumGAN.training_loss"
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])
    after = mmd(gan.sample(500), cloud(500, 1))
    assert before > 0.1
    assert after < before / 3


def test_frozen_weights_are_not_drawn_anew():
    judge = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh(), torch.nn.Linear(3, 1))
    judge[0].requires_grad_(False)
    gan = qaimagic.QuantumGAN(2, layers=1, discriminator=judge)
    frozen, free = judge[0].weight.clone(), judge[2].weight.clone()
    twin = gan.twin()
    gan.reset_parameters()
    for each in (gan.discriminator, twin.discriminator):
        assert torch.equal(each[0].weight, frozen)
        assert not torch.equal(each[2].weight, free)


def test_the_twin_is_as_large_and_plays_the_same_game():
    gan = qaimagic.QuantumGAN(2, n_wires=4, layers=4)
    twin = gan.twin()

    def count(module):
        return sum(weight.numel() for weight in module.parameters())

    assert abs(count(twin.generator) - count(gan.generator)) <= 4
    assert count(twin.discriminator) == count(gan.discriminator)
    assert not torch.equal(twin.discriminator[0].weight, gan.discriminator[0].weight)
    assert twin.sample(7).shape == (7, 2)
    assert not [
        name for name, part in twin.named_modules() if isinstance(part, type(gan.generator))
    ]
    run = qaimagic.train(gan, cloud(64), val=0, epochs=1, baseline=twin, live=False)
    assert run.history.epochs[-1].baseline_train_loss is not None
    assert gan.double().twin().sample(2).dtype == torch.float64


def test_weights_are_saved_and_drawn_anew():
    gan, other = small(0), small(1)
    other.load_state_dict(gan.state_dict())
    latent = gan.latent(3)
    torch.testing.assert_close(other(latent), gan(latent))
    torch.manual_seed(2)
    other.reset_parameters()
    assert not torch.equal(other.generator.theta, gan.generator.theta)
    assert not torch.equal(other.discriminator[0].weight, gan.discriminator[0].weight)
    assert other.scale.tolist() == [2.0, 2.0]


def test_looking_costs_the_device_nothing():
    gan = small(shots=50)
    picture = gan.glimpse(cloud(30))
    assert picture.text.startswith("samples: 200 points about (")
    assert "data: 30 points" in picture.text
    assert gan.generator.circuits == 0
    gan.sample(2)
    assert gan.generator.circuits > 0
    single = qaimagic.QuantumGAN(1, n_wires=1, layers=1)
    assert "share below" in single.glimpse(torch.zeros(3, 1)).svg


def test_a_discriminator_of_ones_own():
    class Flat(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.ones(2))

        def forward(self, X):
            return X @ self.weight

    gan = small(discriminator=Flat())
    gan.training_loss(cloud(4)).backward()
    assert gan.discriminator.weight.grad is not None


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"n_features": 0}, ValueError, "`n_features` must be at least 1"),
        ({"n_features": 2.0}, TypeError, "`n_features` must be a whole number"),
        ({"n_wires": 1}, ValueError, "`n_wires` must be at least 2, one for each feature"),
        ({"layers": 0}, ValueError, "`layers` must be at least 1"),
        ({"shots": 0}, ValueError, "`shots`"),
        ({"device": "qaimagic.qubits"}, qaimagic.errors.DeviceError, "qaimagic.qubit"),
        ({"discriminator": lambda X: X}, TypeError, "be a torch module, but it is a function"),
        ({"discriminator": nn.Linear(3, 1)}, ValueError, "shape \\(m, 1\\), but it fails"),
        ({"discriminator": nn.Linear(2, 2)}, ValueError, "two points give \\(2, 2\\)"),
        (
            {"discriminator": nn.Sequential(nn.Linear(2, 1), nn.Sigmoid())},
            ValueError,
            "it ends with a sigmoid. Leave it out",
        ),
    ],
)
def test_bad_arguments(options, error, words):
    with pytest.raises(error, match=words):
        qaimagic.QuantumGAN(**({"n_features": 2} | options))


@pytest.mark.parametrize(
    ("X", "error", "words"),
    [
        ("text", TypeError, "must be an array of numbers"),
        (torch.zeros(3, 3), ValueError, "shape \\(n_samples, 2\\)"),
        (torch.zeros(2), ValueError, "shape \\(n_samples, 2\\)"),
        (torch.zeros(0, 2), ValueError, "at least one sample"),
        (torch.tensor([[0.0, math.nan]]), ValueError, "be finite"),
        (torch.zeros(3, 2, dtype=torch.complex64), TypeError, "be real"),
    ],
)
def test_bad_data(X, error, words):
    with pytest.raises(error, match=words):
        small().training_loss(X)
    with pytest.raises(error, match=words):
        small().losses(X)


def test_bad_counts():
    with pytest.raises(ValueError, match="`n` must be at least 1"):
        small().sample(0)


def test_a_single_feature_is_told_alone():
    torch.manual_seed(0)
    told = qaimagic.QuantumGAN(1, layers=1).glimpse([[3.0], [5.0]]).text
    assert told.endswith("data: 2 numbers about 4 ± 1")
    assert "(" not in told


def test_numbers_that_are_none_are_not_told():
    gan = qaimagic.QuantumGAN(1, layers=1)
    torch.nn.init.constant_(gan.shift, math.nan)
    assert gan.glimpse([[3.0], [5.0]]).text == "samples: no numbers; data: 2 numbers about 4 ± 1"
