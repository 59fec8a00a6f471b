"""Quantum Boltzmann machines against dense exponentials, closed forms and the classical machine."""

from __future__ import annotations

import itertools
import math
import pickle
from functools import reduce

import networkx as nx
import numpy as np
import pytest
import torch
from scipy.linalg import expm

from qaimagic import QuantumBoltzmannMachine, compare, train
from qaimagic.distributions import chi_square, kl_divergence
from qaimagic.errors import DeviceError
from qaimagic.layers.quantum_boltzmann.clamped import clamped_free_energy
from qaimagic.layers.quantum_boltzmann.thermal import log_weights

GRAPHS = {
    "restricted": (3, 2, None),
    "visible units alone": (4, 0, nx.complete_graph(4)),
    "one unit in the middle": (1, 3, nx.star_graph(3)),
    "all to all": (3, 2, nx.complete_graph(5)),
}
X_MATRIX = np.array([[0.0, 1.0], [1.0, 0.0]])
ONE = np.diag([0.0, 1.0])
PATH_INTEGRAL = "anneal:path-integral"


def make(kind: str, scale: float = 1.0, **options) -> QuantumBoltzmannMachine:
    n_visible, n_hidden, graph = GRAPHS[kind]
    machine = QuantumBoltzmannMachine(n_visible, n_hidden, graph=graph, **options).double()
    torch.manual_seed(3)
    with torch.no_grad():
        for parameter in (machine.weight, machine.visible_bias, machine.hidden_bias):
            parameter.normal_(0, scale)
    return machine


def on(matrix: np.ndarray, n: int, *where: int) -> np.ndarray:
    """The product of one matrix on some of n bits, the first bit leading."""
    return reduce(np.kron, [matrix if i in where else np.eye(2) for i in range(n)])


def hamiltonian(machine: QuantumBoltzmannMachine) -> np.ndarray:
    n = len(machine.units)
    bias = torch.cat([machine.visible_bias, machine.hidden_bias]).tolist()
    H = -sum(bias[i] * on(ONE, n, i) for i in range(n))
    for pair, weight in zip(machine.units.edges, machine.weight.reshape(-1).tolist(), strict=True):
        H = H - weight * on(ONE, n, *pair)
    return H - machine.transverse_field.item() * sum(on(X_MATRIX, n, i) for i in range(n))


def visible_weights(machine: QuantumBoltzmannMachine) -> np.ndarray:
    """The trace of each projector with the exponential."""
    n, n_visible = len(machine.units), machine.units.n_visible
    state = expm(-hamiltonian(machine))
    projectors = (
        np.kron(np.diag(row), np.eye(2 ** (n - n_visible))) for row in np.eye(2**n_visible)
    )
    return np.array([np.trace(projector @ state) for projector in projectors])


def strings(n: int) -> torch.Tensor:
    return torch.tensor(list(itertools.product((0.0, 1.0), repeat=n)), dtype=torch.float64)


@pytest.mark.parametrize("kind", GRAPHS)
@pytest.mark.parametrize("field", [0.0, 0.3, 2.0])
def test_probabilities_are_traces_with_the_dense_exponential(kind, field):
    machine = make(kind, transverse_field=field)
    weights = visible_weights(machine)
    expected = weights / weights.sum()
    assert machine.probabilities().numpy() == pytest.approx(expected, rel=1e-10)
    X = strings(machine.units.n_visible)
    assert machine(X).detach().numpy() == pytest.approx(-np.log(weights))
    found = machine.log_likelihood(X[1:])
    assert found.value == pytest.approx(np.log(expected[1:]).mean())
    assert found.standard_error == 0
    assert kl_divergence(X, machine.probabilities()) == pytest.approx(
        -X.shape[1] * math.log(2) - machine.log_likelihood(X).value
    )


def test_a_unit_without_couplings_is_a_spin_in_a_tilted_field():
    machine = make("visible units alone", transverse_field=0.7)
    torch.nn.init.zeros_(machine.weight)
    half = machine.visible_bias.detach().numpy() / 2
    size = np.hypot(half, machine.transverse_field.item())
    ones = 0.5 * (1 + half / size * np.tanh(size))
    marginals = machine.probabilities().numpy() @ strings(4).numpy()
    assert marginals == pytest.approx(ones, rel=1e-12)


@pytest.mark.parametrize("kind", GRAPHS)
def test_without_a_field_it_is_the_classical_machine(kind):
    machine = make(kind, transverse_field=0.0)
    twin = machine.twin().double()
    twin.load_state_dict(machine.state_dict(), strict=False)
    assert machine.probabilities().numpy() == pytest.approx(twin.probabilities().numpy(), rel=1e-12)
    X = strings(machine.units.n_visible)[1:]
    assert machine(X).detach().numpy() == pytest.approx(twin(X).detach().numpy(), rel=1e-12)
    losses = [one.training_loss(X) for one in (machine, twin)]
    assert losses[0].item() == pytest.approx(losses[1].item(), rel=1e-12)
    for loss in losses:
        loss.backward()
    for name, parameter in twin.named_parameters():
        assert machine.get_parameter(name).grad.numpy() == pytest.approx(
            parameter.grad.numpy(), rel=1e-10, abs=1e-14
        )
    assert machine.transverse_field.grad == 0


def test_the_twin_has_all_parameters_but_the_field():
    for kind in GRAPHS:
        machine = make(kind)
        counts = [sum(p.numel() for p in one.parameters()) for one in (machine, machine.twin())]
        assert counts[0] == counts[1] + 1
        assert machine.twin().units == machine.units
    assert machine.twin().device == "anneal:exact"
    assert QuantumBoltzmannMachine(20, 5, device=PATH_INTEGRAL).twin().device == "anneal:gibbs"


@pytest.mark.parametrize("kind", GRAPHS)
def test_torchs_own_check_of_the_gradient(kind):
    machine = make(kind, transverse_field=0.8)
    X = torch.randint(2, (3, machine.units.n_visible)).double()
    names = [name for name, parameter in machine.named_parameters() if parameter.numel()]

    def loss(*values):
        given = dict(zip(names, values, strict=True))
        return torch.func.functional_call(machine, given, (X,)).sum()

    assert torch.autograd.gradcheck(loss, [machine.get_parameter(name) for name in names])


@pytest.mark.parametrize("energies", [torch.zeros(8), torch.tensor([0.0, 1, 1, 0, 1, 0, 0, 1])])
def test_gradients_where_levels_are_degenerate(energies):
    """Zero energies have levels of Γ times -3, -1, -1, -1 and so on."""
    field = torch.tensor(0.6, dtype=torch.float64, requires_grad=True)
    energies = energies.double().requires_grad_()
    assert torch.autograd.gradcheck(log_weights, (energies, field))
    assert torch.autograd.gradcheck(log_weights, (energies.detach().repeat(2, 1).requires_grad_(),
                                                  field))  # fmt: skip


def test_weights_and_gradients_of_cold_states_keep_their_digits():
    """Against an exponential of a matrix without negative entries, where nothing cancels."""
    energies = torch.tensor([0.0, 8, 12, 30, 14, 25, 38, 45], dtype=torch.float64)
    field = torch.tensor(0.5, dtype=torch.float64)
    flips = sum(on(X_MATRIX, 3, i) for i in range(3))

    def dense(values: np.ndarray) -> np.ndarray:
        half = expm(0.5 * (np.diag(45 - values) + 0.5 * flips))
        return np.log((half**2).sum(axis=1)) - 45

    expected = dense(energies.numpy())
    assert np.ptp(expected) > 15
    assert log_weights(energies, field).numpy() == pytest.approx(expected, rel=1e-9)
    slopes = torch.autograd.functional.jacobian(lambda each: log_weights(each, field), energies)
    step = 1e-5
    for i, unit in enumerate(np.eye(8)):
        numeric = dense(energies.numpy() + step * unit) - dense(energies.numpy() - step * unit)
        assert slopes[:, i].numpy() == pytest.approx(numeric / (2 * step), abs=1e-7)


def test_the_sign_of_the_field_says_nothing():
    machine = make("restricted", transverse_field=0.8)
    before = machine.probabilities()
    machine.transverse_field.data.neg_()
    assert machine.probabilities().numpy() == pytest.approx(before.numpy(), rel=1e-12)


def test_what_is_not_finite_stays_so_without_a_crash():
    machine = make("restricted")
    machine.visible_bias.data[0] = float("nan")
    loss = machine.training_loss(torch.zeros(2, 3))
    loss.backward()
    assert loss.isnan()
    assert machine.weight.grad.isnan().any()


@pytest.mark.parametrize("kind", GRAPHS)
@pytest.mark.parametrize("field", [0.0, 0.9])
def test_held_bits_make_a_bound_that_is_tight_without_a_field(kind, field):
    machine = make(kind, transverse_field=field)
    n_visible, n = machine.units.n_visible, len(machine.units)
    X = strings(n_visible)
    blocks = hamiltonian(machine).reshape(2**n_visible, 2 ** (n - n_visible), 2**n_visible, -1)
    expected = [-np.log(np.trace(expm(-blocks[i, :, i]))) for i in range(2**n_visible)]
    strength = machine.transverse_field.detach()
    found = clamped_free_energy(machine.field(), machine.units, strength, X).detach().numpy()
    assert found == pytest.approx(expected)
    above = found - machine(X).detach().numpy()
    if field:
        assert (above > 0.01).all()
    else:
        assert above == pytest.approx(0, abs=1e-12)


def test_the_bound_has_a_gradient_where_there_is_no_field_at_all():
    machine = QuantumBoltzmannMachine(2, 1, device=PATH_INTEGRAL, transverse_field=0.0, chains=5)
    machine.training_loss(torch.zeros(2, 2)).backward()
    assert all(p.grad.isfinite().all() for p in machine.parameters() if p.requires_grad)


@pytest.mark.parametrize("kind", GRAPHS)
def test_sampled_gradients_are_those_of_the_bound_on_average(kind):
    machine = make(kind, 0.5, device=PATH_INTEGRAL, chains=4000, sweeps=40)
    X = torch.randint(2, (20, machine.units.n_visible)).double()
    loss = machine.training_loss(X)
    assert loss.item() == pytest.approx(-machine.log_likelihood(X).value)
    loss.backward()
    exact = make(kind, 0.5)
    strength = exact.transverse_field.detach()
    held = clamped_free_energy(exact.field(), exact.units, strength, X)
    free = exact(strings(exact.units.n_visible))
    (held.mean() + torch.logsumexp(-free, 0)).backward()
    assert machine.transverse_field.grad is None
    for one, other in zip(machine.parameters(), exact.parameters(), strict=True):
        if one.requires_grad and one.numel():
            assert (one.grad - other.grad).abs().max() < 5 * 0.5 / math.sqrt(4000)


@pytest.mark.parametrize("device", ["anneal:exact", PATH_INTEGRAL])
def test_samples_have_the_machines_probabilities_and_no_others(device):
    machine = make("restricted", transverse_field=1.5, device=device, sweeps=60)
    found = machine.sample(4000)
    assert chi_square(found, machine.probabilities()).p_value > 1e-3
    machine.transverse_field.data.zero_()
    assert chi_square(found, machine.probabilities()).p_value < 1e-6
    assert machine.sample(3, hidden=True).shape == (3, 5)


@pytest.mark.parametrize("device", ["anneal:exact", PATH_INTEGRAL])
def test_data_are_learnt(device):
    X = torch.tensor([[0.0, 0, 1, 1], [1, 1, 0, 0], [1, 1, 1, 1], [1, 1, 1, 1]])
    torch.manual_seed(0)
    machine = QuantumBoltzmannMachine(
        4, graph=nx.complete_graph(4), device=device, transverse_field=0.5, chains=200, sweeps=20
    )
    before = kl_divergence(X, machine.probabilities())
    run = train(machine, X, val=0, lr=0.2, batch_size=4, steps=40, live=False)
    after = kl_divergence(X, machine.probabilities())
    assert run.loss == "QuantumBoltzmannMachine.training_loss"
    assert before > 1.5
    assert after < (0.2 if machine.is_exact else 0.5)
    assert (machine.transverse_field.item() != 0.5) == machine.is_exact


def test_a_field_that_is_held_stays():
    machine = make("visible units alone", transverse_field=0.5)
    machine.transverse_field.requires_grad_(False)
    train(machine, strings(4)[:3], val=0, steps=3, live=False)
    assert machine.transverse_field.item() == 0.5
    assert machine.weight.abs().sum() > 0


def test_a_machine_starts_anew_for_each_seed_beside_its_twin():
    machine = QuantumBoltzmannMachine(2, 1)
    X = torch.tensor([[0.0, 0.0], [1.0, 1.0]])
    machine.transverse_field.data.fill_(9.0)
    machine.reset_parameters()
    assert machine.transverse_field.item() == 1.0
    result = compare(
        {"quantum": machine, "classical": machine.twin()}, X, val=0, steps=3, seeds=2, live=False
    )
    assert "quantum" in repr(result)


def test_more_units_than_can_be_worked_out_are_trained_by_samples_alone():
    torch.manual_seed(0)
    machine = QuantumBoltzmannMachine(10, 4, device=PATH_INTEGRAL, chains=20, sweeps=5)
    X = torch.randint(2, (6, 10)).float()
    machine.training_loss(X).backward()
    assert machine.weight.grad.abs().sum() > 0
    assert machine.sample(2).shape == (2, 10)
    for question in (machine.probabilities, lambda: machine.log_likelihood(X)):
        with pytest.raises(ValueError, match=r"at most 12 units, but this one has 14\. `sample`"):
            question()


def test_a_look_asks_no_device():
    machine = make("restricted", device=PATH_INTEGRAL, chains=10, sweeps=5)
    state = torch.get_rng_state()
    with torch.no_grad():
        machine.training_loss(torch.zeros(2, 3))
    assert machine.glimpse(torch.zeros(2, 3)).text == "data: 000 000"
    assert torch.equal(torch.get_rng_state(), state)
    machine.training_loss(torch.zeros(2, 3))
    assert "samples: " in machine.glimpse(torch.zeros(2, 3)).text
    assert "samples: " in make("restricted").glimpse(torch.zeros(2, 3)).text


def test_a_machine_travels():
    machine = make("all to all", transverse_field=0.4)
    copy = pickle.loads(pickle.dumps(machine))
    assert torch.equal(copy.probabilities(), machine.probabilities())
    sampled = make("all to all", device=PATH_INTEGRAL)
    sampled.load_state_dict(machine.state_dict())
    assert torch.equal(sampled.probabilities(), machine.probabilities())
    assert "3 visible, 2 hidden, on anneal:exact" in repr(copy)


REFUSED = {
    "no hidden": (lambda: QuantumBoltzmannMachine(3), "be at least 1 without a graph"),
    "negative": (
        lambda: QuantumBoltzmannMachine(3, 2, transverse_field=-1), "must be at least 0, but"
    ),
    "not finite": (
        lambda: QuantumBoltzmannMachine(3, 2, transverse_field=float("nan")), "must be finite"
    ),
    "chains": (lambda: QuantumBoltzmannMachine(3, 2, chains=0), "`chains` must be at least 1"),
    "gibbs": (
        lambda: QuantumBoltzmannMachine(3, 2, device="anneal:gibbs"),
        r"`anneal:gibbs` samples classical energies.*`anneal:exact` or `anneal:path-integral`",
    ),
    "unknown": (
        lambda: QuantumBoltzmannMachine(3, 2, device="anneal:exac"), "Did you mean `anneal:exact`"
    ),
    "a sampler": (
        lambda: QuantumBoltzmannMachine(3, 2, device=object()), "`device` must be `anneal:exact`"
    ),
    "large": (
        lambda: QuantumBoltzmannMachine(6, 5),
        r"at most 10 units, but this one has 11\. `anneal:path-integral` takes as many",
    ),
    "deep": (
        lambda: QuantumBoltzmannMachine(1, 9, graph=nx.path_graph(10), device=PATH_INTEGRAL),
        "must couple at most 8 hidden units with one another, but there are 9",
    ),
    "grey": (
        lambda: QuantumBoltzmannMachine(3, 2).training_loss(torch.full((1, 3), 0.5)), "holds 0.5"
    ),
    "nan": (
        lambda: QuantumBoltzmannMachine(1, 1).log_likelihood([[float("nan")]]), "it holds nan"
    ),
    "none": (lambda: QuantumBoltzmannMachine(3, 2).sample(0), "`n` must be at least 1"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_refused(case):
    wrong, message = REFUSED[case]
    with pytest.raises((ValueError, TypeError, DeviceError), match=message):
        wrong()
