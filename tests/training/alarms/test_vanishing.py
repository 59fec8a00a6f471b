"""Barren plateaus are noticed at the first weights, and nothing else is taken for one."""

from __future__ import annotations

from typing import Any

import pennylane as qml
import pytest
import torch
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import StandardScaler
from torch import nn

import qaimagic
from qaimagic.training.alarms.measured import Words, circuit_of, measured
from qaimagic.training.alarms.sightings import Sighting
from tests.training.alarms.circuits import (
    all_zero,
    first,
    hardware_efficient,
    ising,
    kinds,
    outcomes,
    parity,
)
from tests.training.problems import quiet


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("depth", [2, 10])
@pytest.mark.parametrize("cost", [parity, all_zero])
def test_a_global_cost_on_ten_wires(cost: Any, depth: int, seed: int) -> None:
    assert kinds(hardware_efficient(10, depth, cost, seed), steps=1) == ["vanishing_gradients"]


def test_twelve_wires_and_the_chance_of_one_outcome_among_many() -> None:
    assert kinds(hardware_efficient(12, 4, parity), steps=1) == ["vanishing_gradients"]
    layer = hardware_efficient(10, 4, outcomes)
    run = qaimagic.minimize(lambda: 1 - layer()[0], layer, steps=1, live=False)
    assert [alarm.kind for alarm in run.alarms] == ["vanishing_gradients"]


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(
    ("n", "depth", "cost"),
    [(4, 4, first), (4, 10, parity), (10, 2, first), (10, 4, ising), (12, 2, first)],
)
def test_few_wires_and_shallow_local_costs_are_no_plateau(
    n: int, depth: int, cost: Any, seed: int
) -> None:
    assert kinds(hardware_efficient(n, depth, cost, seed), steps=2) == []


def test_small_first_angles_lead_out_of_it() -> None:
    layer = hardware_efficient(10, 4, parity)
    nn.init.normal_(layer.theta, std=0.05)
    assert kinds(layer, steps=2) == []


def test_a_trained_model_is_no_plateau_although_its_gradients_are_smaller() -> None:
    layer = hardware_efficient(10, 1, parity)
    nn.init.normal_(layer.theta, std=0.1)
    with torch.no_grad():
        layer.theta[0, 0, 0] = 2.5
    quiet(layer, steps=60, lr=0.1)
    run = quiet(layer, steps=2, lr=0.01)
    of_a_random_circuit = (20 / 2**11) ** 0.5
    assert run.history.losses[0] < -0.99
    assert run.history.grad_norms[0] < of_a_random_circuit / 2
    assert run.alarms == []


def _classifier(n: int, depth: int) -> nn.Module:
    def encoder(inputs, theta):
        qml.AngleEmbedding(inputs, wires=range(n))
        qml.StronglyEntanglingLayers(theta, wires=range(n))
        return [qml.expval(qml.Z(i)) for i in range(4)]

    torch.manual_seed(0)
    encoder = qaimagic.quantum(weight_shapes={"theta": (depth, n, 3)})(encoder)
    return nn.Sequential(nn.Linear(30, n), encoder, nn.Linear(4, 2))


def test_batches_of_data_and_a_loss_behind_the_layer() -> None:
    X, y = load_breast_cancer(return_X_y=True)
    data = StandardScaler().fit_transform(X)[:64], y[:64]
    assert kinds(_classifier(10, 4), data, steps=1) == ["vanishing_gradients"]


def test_the_quickstart_is_silent() -> None:
    X, y = load_breast_cancer(return_X_y=True)
    data = StandardScaler().fit_transform(X), y
    assert kinds(_classifier(4, 2), data, epochs=3, lr=0.02, baseline="auto") == []


def test_weights_that_a_layer_is_given_as_data_count() -> None:
    @qaimagic.quantum
    def circuit(theta):
        qml.StronglyEntanglingLayers(theta.reshape(5, 10, 3), wires=range(10))
        return qml.expval(qml.Z(0))

    theta = 6.28 * torch.rand(150, generator=torch.Generator().manual_seed(0))
    run = qaimagic.minimize(lambda: circuit(theta).sum(), theta, steps=1, live=False)
    assert [alarm.kind for alarm in run.alarms] == ["vanishing_gradients"]


def test_gradients_that_are_rounding_errors_say_nothing() -> None:
    layer = hardware_efficient(10, 1, parity)
    nn.init.constant_(layer.theta, torch.pi / 2)
    assert kinds(layer, steps=1) == []


def test_the_law_is_that_of_deep_circuits() -> None:
    ratios = []
    for seed in range(6):
        layer = hardware_efficient(6, 20, ising, seed)
        answers = measured(circuit_of(layer))
        assert answers is not None
        sighting = Sighting(layer, answers)
        layer().sum().backward()
        sighting.end_step()
        sighting.remove()
        variance = layer.theta.grad[5:-5].square().mean().item() / sighting.spread
        ratios.append(2 * (2**6 + 1) * variance)
    assert sum(ratios) / len(ratios) == pytest.approx(1.0, abs=0.25)


def test_spreads_are_those_of_the_spectrum() -> None:
    observables = [
        qml.dot([0.7, -1.1, 2.0], [qml.Z(0), qml.X(0) @ qml.Y(1), qml.I(0)]),
        qml.Hermitian(torch.tensor([[1.0, 2.0], [2.0, -3.0]]).numpy(), wires=1),
    ]
    tape = qml.tape.QuantumScript([], [qml.expval(one) for one in observables])
    answers = measured(tape)
    assert isinstance(answers, Words)
    slopes = torch.tensor([[0.3, -1.7], [1.0, 0.0]], dtype=torch.float64)
    matrices = [torch.from_numpy(qml.matrix(one, wire_order=[0, 1])) for one in observables]
    for row, spread in zip(slopes, answers.spread(slopes), strict=True):
        values = torch.linalg.eigvalsh(sum(g * m for g, m in zip(row, matrices, strict=True)))
        assert spread == pytest.approx(values.var(correction=0).item())
    means = [values.diagonal().real.mean().item() for values in matrices]
    given = torch.tensor([means], dtype=torch.float64) + torch.tensor([[0.1, 0.2]])
    assert answers.away(slopes[:1], given) == pytest.approx((0.3 * 0.1 - 1.7 * 0.2) ** 2)


def test_what_is_measured_otherwise_is_not_judged() -> None:
    for measurements in (
        [qml.var(qml.Z(0))],
        [qml.expval(qml.Z(0)), qml.probs(wires=[0])],
        [qml.expval(torch.tensor(2.0, requires_grad=True) * qml.Z(0))],
    ):
        assert measured(qml.tape.QuantumScript([qml.RX(0.3, 0)], measurements)) is None
