"""Boltzmann machines against dense enumeration: energies, gradients, likelihoods, samples."""

from __future__ import annotations

import math
import pickle

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import torch

from qaimagic import BoltzmannMachine, train
from qaimagic.distributions import empirical, kl_divergence
from qaimagic.errors import DeviceError
from qaimagic.layers.boltzmann.partition import log_partition, sampled_log_partition
from tests.layers.machines import GRAPHS, PATTERNS, dense, make, visible_probabilities


@pytest.mark.parametrize("kind", GRAPHS)
def test_likelihoods_are_those_of_enumeration(kind):
    machine = make(kind)
    patterns, probabilities = visible_probabilities(machine)
    X = torch.tensor(patterns)
    found = machine.log_likelihood(X)
    assert found.value == pytest.approx(np.log(probabilities).mean())
    assert found.standard_error == 0
    log_z = log_partition(machine.field(), machine.units)
    assert (-machine(X) - log_z).exp().detach().numpy() == pytest.approx(probabilities)


@pytest.mark.parametrize("kind", GRAPHS)
def test_probabilities_are_those_of_enumeration(kind):
    machine = make(kind)
    found = machine.probabilities()
    # `np.unique` sorts patterns with the first bit leading.
    assert found.numpy() == pytest.approx(visible_probabilities(machine)[1], rel=1e-12)
    assert machine.float().probabilities().dtype == torch.float64
    assert machine.probabilities().numpy() == pytest.approx(found.numpy(), abs=1e-6)


def test_probabilities_stand_beside_data():
    machine = make("restricted")
    X = torch.randint(2, (50, 3))
    divergence = kl_divergence(X, machine.probabilities())
    p = empirical(X)
    entropy = -np.sum(p[p > 0] * np.log(p[p > 0]))
    assert divergence == pytest.approx(-machine.log_likelihood(X).value - entropy)


def test_large_machines_say_what_works_instead_of_probabilities():
    with pytest.raises(ValueError, match=r"at most 20 units.* has 21 and 0\. `sample` takes"):
        BoltzmannMachine(21, 1).probabilities()
    with pytest.raises(ValueError, match="has 1 and 13"):
        BoltzmannMachine(1, 26, graph=nx.complete_bipartite_graph(14, 13), chains=2).probabilities()
    assert BoltzmannMachine(15, 3).probabilities().sum() == pytest.approx(1.0)


@pytest.mark.parametrize("kind", GRAPHS)
def test_the_exact_gradient_is_positive_minus_negative_phase(kind):
    machine = make(kind, device="anneal:exact")
    X = torch.randint(2, (7, machine.units.n_visible)).double()
    machine.training_loss(X).backward()
    states, probabilities = dense(machine)
    n = machine.units.n_visible
    pair = np.array([states[:, u] * states[:, v] for u, v in machine.units.edges])
    expected = np.zeros(len(pair))
    for row in X.numpy():
        clamped = probabilities * (states[:, :n] == row).all(axis=1)
        expected -= pair @ clamped / clamped.sum() / len(X)
    expected += pair @ probabilities
    assert machine.weight.grad.reshape(-1).numpy() == pytest.approx(expected)
    bias = probabilities @ states[:, :n] - X.numpy().mean(axis=0)
    assert machine.visible_bias.grad.numpy() == pytest.approx(bias)


@pytest.mark.parametrize("kind", GRAPHS)
@pytest.mark.parametrize("device", ["anneal:gibbs", "anneal:simulated"])
def test_sampled_gradients_are_the_exact_one_on_average(kind, device):
    exact = make(kind, device="anneal:exact")
    sampled = make(kind, device=device, chains=4000, sweeps=60)
    for parameter in (*exact.parameters(), *sampled.parameters()):
        parameter.data *= 0.5
    X = torch.randint(2, (2000, exact.units.n_visible)).double()
    losses = [machine.training_loss(X) for machine in (exact, sampled)]
    # The value is the likelihood, whoever draws the samples.
    assert losses[1].item() == pytest.approx(losses[0].item())
    for loss in losses:
        loss.backward()
    for one, other in zip(exact.parameters(), sampled.parameters(), strict=True):
        if one.numel():
            # The standard error of a mean of 4000 bits is at most 0.008; both phases have one.
            assert (one.grad - other.grad).abs().max() < 5 * math.sqrt(1 / 4000 + 1 / 2000) / 2


def test_torchs_own_check_of_the_exact_gradient():
    machine = make("two hidden layers", device="anneal:exact")
    X = torch.randint(2, (3, 3)).double()

    def loss(weight, bias):
        values = {"weight": weight, "visible_bias": bias}
        return torch.func.functional_call(machine, values, (X,)).sum()

    assert torch.autograd.gradcheck(loss, (machine.weight, machine.visible_bias))


@pytest.mark.parametrize("kind", GRAPHS)
@pytest.mark.parametrize(
    "device", ["anneal:gibbs", "anneal:exact", "anneal:simulated", "anneal:quantum-mcmc"]
)
def test_samples_have_the_machines_probabilities(kind, device):
    machine = make(kind, device=device)
    for parameter in machine.parameters():
        parameter.data *= 0.5
    patterns, probabilities = visible_probabilities(machine)
    found = machine.sample(4000, sweeps=100).numpy()
    counts = np.array([(found == pattern).all(axis=1).sum() for pattern in patterns])
    assert counts.sum() == 4000
    error = np.sqrt(probabilities * (1 - probabilities) / 4000)
    assert (np.abs(counts / 4000 - probabilities) / error).max() < 5


def test_annealed_importance_sampling_agrees_with_enumeration():
    torch.manual_seed(0)
    machine = BoltzmannMachine(12, 8).double()
    machine.weight.data.normal_(0, 0.5)
    field = machine.field()
    found = sampled_log_partition(field, machine.units, runs=300, temperatures=300)
    exact = log_partition(field, machine.units).item()
    assert 0 < found.standard_error < 0.1
    assert abs(found.value - exact) < 4 * found.standard_error
    general = make("all to all").field()
    units = make("all to all").units
    found = sampled_log_partition(general, units, runs=300, temperatures=300)
    assert abs(found.value - log_partition(general, units).item()) < 4 * found.standard_error


def test_a_large_machine_has_an_estimate_with_its_error():
    torch.manual_seed(0)
    machine = BoltzmannMachine(25, 22, chains=20)
    X = machine.sample(10, sweeps=5)
    found = machine.log_likelihood(X, runs=50, temperatures=50)
    assert found.standard_error > 0
    # Weights are small: nearly independent fair bits.
    assert found.value == pytest.approx(-25 * math.log(2), abs=2)
    assert "±" in repr(found)
    assert float(found) == found.value
    assert machine.training_loss(X).item() == pytest.approx(25 * math.log(2), abs=2)


@pytest.mark.parametrize("device", ["anneal:exact", "anneal:gibbs", "anneal:simulated"])
def test_bars_and_stripes_are_learnt(device):
    X = PATTERNS
    torch.manual_seed(0)
    machine = BoltzmannMachine(4, 4, device=device)
    options = {"val": 0, "lr": 0.05, "batch_size": 6, "live": False, "steps": 300}
    before = machine.log_likelihood(X).value
    run = train(machine, X, schedule="CosineAnnealingLR", **options)
    assert run.loss == "BoltzmannMachine.training_loss"
    assert before < -2.7
    assert -2.15 < machine.log_likelihood(X).value < -math.log(6)


def test_a_machine_with_visible_units_alone_is_learnt():
    torch.manual_seed(0)
    machine = BoltzmannMachine(3, graph=nx.path_graph(3), device="anneal:exact")
    X = torch.tensor([[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]])
    train(machine, X, val=0, lr=0.3, batch_size=2, steps=200, live=False)
    assert machine.log_likelihood(X).value == pytest.approx(-math.log(2), abs=0.05)


def test_a_run_goes_on_as_though_it_had_never_stopped(capsys):
    X = PATTERNS
    machines = []
    for parts in ([10], [4, 6]):
        torch.manual_seed(0)
        machine = BoltzmannMachine(4, 2, chains=20)
        for steps in parts:
            train(machine, X, val=0, batch_size=6, steps=steps, live=False)
        machines.append(machine)
    for one, other in zip(*(m.state_dict().values() for m in machines), strict=True):
        assert torch.equal(one, other)


def test_looking_moves_no_chain():
    machine = BoltzmannMachine(3, 2).eval()
    before = machine.chains.clone()
    machine.training_loss(torch.zeros(2, 3)).backward()
    with torch.no_grad():
        assert not machine.training_loss(torch.zeros(2, 3)).requires_grad
    assert torch.equal(machine.chains, before)
    machine.train().training_loss(torch.zeros(2, 3))
    assert not torch.equal(machine.chains, before)


def test_reconstructions_are_probabilities_and_mend_a_pattern():
    X = PATTERNS
    torch.manual_seed(0)
    machine = BoltzmannMachine(4, 4, device="anneal:exact")
    train(machine, X, val=0, lr=0.1, batch_size=6, steps=300, live=False)
    again = torch.stack([machine.reconstruct(X) for _ in range(20)]).mean(0)
    assert again.shape == X.shape
    assert ((again >= 0) & (again <= 1)).all()
    assert (again - X).abs().mean() < 0.2


def test_a_machine_travels():
    machine = make("restricted", device="anneal:simulated")
    copy = pickle.loads(pickle.dumps(machine))
    X = torch.zeros(2, 3)
    assert torch.equal(copy(X), machine(X))
    machine.load_state_dict(copy.state_dict())
    assert "3 visible, 2 hidden, on anneal:simulated" in repr(copy)


REFUSED = {
    "no hidden": (lambda: BoltzmannMachine(3), "be at least 1 without a graph"),
    "no visible": (lambda: BoltzmannMachine(0, 2), "`n_visible` must be at least 1"),
    "nodes": (lambda: BoltzmannMachine(3, 1, graph=nx.path_graph(3)), r"have 3 \+ 1 nodes"),
    "edges": (lambda: BoltzmannMachine(3, graph=nx.empty_graph(3)), "must have edges"),
    "loop": (lambda: BoltzmannMachine(2, graph=nx.Graph([(0, 0), (0, 1)])), "have no loops"),
    "no graph": (lambda: BoltzmannMachine(3, graph=[(0, 1)]), "be a networkx graph"),
    "chains": (lambda: BoltzmannMachine(3, 2, chains=0), "`chains` must be at least 1"),
    "unknown": (lambda: BoltzmannMachine(3, 2, device="anneal:gibs"), "Did you mean `anneal:gib"),
    "tabu": (lambda: BoltzmannMachine(3, 2, device="anneal:tabu"), "follow no temperature"),
    "descent": (lambda: BoltzmannMachine(3, 2, device="anneal:descent"), "follow no temperature"),
    "relaxation": (
        lambda: BoltzmannMachine(3, 2, device="anneal:goemans-williamson"),
        "follow no temperature",
    ),
    "large": (
        lambda: BoltzmannMachine(20, 17, device="anneal:exact"), "at most 16 units, but .* 17"
    ),
    "width": (lambda: BoltzmannMachine(3, 2)(torch.zeros(2, 4)), r"shape \(n_samples, 3\)"),
    "empty": (lambda: BoltzmannMachine(3, 2)(torch.zeros(0, 3)), "at least one sample"),
    "grey": (
        lambda: BoltzmannMachine(3, 2).training_loss(torch.full((1, 3), 0.5)), "it holds 0.5"
    ),
    "nan": (lambda: BoltzmannMachine(1, 1)([[float("nan")]]), "it holds nan"),
    "text": (lambda: BoltzmannMachine(3, 2)("data"), "`X` must be an array of numbers"),
    "samples": (
        lambda: BoltzmannMachine(3, 2).effective_temperature(torch.zeros(2, 3)),
        r"`samples` must have shape \(n_samples, 5\)",
    ),
    "deep": (
        lambda: BoltzmannMachine(
            1, 26, graph=nx.complete_bipartite_graph(14, 13), chains=2
        ).log_likelihood([[0]]),
        "at most 12 hidden units coupled with other hidden ones",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_refused(case):
    wrong, message = REFUSED[case]
    with pytest.raises((ValueError, TypeError, DeviceError), match=message):
        wrong()


def test_data_are_taken_as_tables_and_lists_too():
    X = PATTERNS
    machine = BoltzmannMachine(4, 2, device="anneal:exact")
    expected = machine.log_likelihood(X).value
    for data in (X.tolist(), pd.DataFrame(X.numpy()), X.bool()):
        assert machine.log_likelihood(data).value == pytest.approx(expected)
        assert -machine.training_loss(data).item() == pytest.approx(expected, rel=1e-5)
    with pytest.raises(TypeError, match=r"`X` must be real, but its dtype is torch\.complex"):
        machine.training_loss(X + 0j)
    with pytest.raises(ValueError, match="with at least one sample, but its shape is"):
        machine.training_loss([])
