"""Noise sampled by trajectories on `qaimagic.qubit`: within its own error bars of the truth."""

from __future__ import annotations

import warnings

import numpy as np
import pennylane as qml
import pytest
import torch
from pennylane import numpy as pnp

from qaimagic.bridge.plugin.noise import runs
from qaimagic.errors import QaimagicNote

pytestmark = pytest.mark.filterwarnings("ignore::qaimagic.errors.QaimagicNote")

SAMPLE = torch.tensor([0.4, -1.1, 2.3], dtype=torch.float64)
BATCH = torch.tensor(np.random.default_rng(3).normal(size=(4, 3)))


def gates(x, strength):
    qml.AngleEmbedding(x, wires=range(3))
    qml.CNOT([0, 1])
    qml.AmplitudeDamping(strength, 1)
    qml.CRY(x[..., 1], [1, 2])
    qml.DepolarizingChannel(0.1, 0)
    qml.PauliError("XZ", strength, [2, 1])
    qml.Toffoli([0, 1, 2])


def circuit(x, strength):
    gates(x, strength)
    return qml.expval(qml.Z(0) @ qml.X(1) + 0.3 * qml.Y(2)), qml.var(qml.Z(2)), qml.probs([2, 0])


def wide(x, strength):
    gates(x, strength)
    return qml.probs(), qml.expval(qml.Projector([1, 0, 1], range(3))), qml.expval(qml.Z(0))


def reference(function):
    return qml.QNode(function, qml.device("default.mixed", wires=3))


def sampled(function, n_trajectories=4000, seed=7, **options):
    device = qml.device("qaimagic.qubit", wires=3, seed=seed, n_trajectories=n_trajectories)
    return qml.QNode(function, device, **options)


def agree(answers, expected, errors):
    for one, other, error in zip(answers, expected, errors, strict=True):
        assert one.shape == other.shape == error.shape
        off = (torch.as_tensor(one) - torch.as_tensor(other)).abs()
        assert (off <= 4.5 * torch.as_tensor(error) + 1e-6).all()
        assert off.max() < 0.2


@pytest.mark.parametrize("data", [SAMPLE, BATCH], ids=["sample", "batch"])
@pytest.mark.parametrize("function", [circuit, wide])
def test_answers_are_within_their_error_bars(function, data):
    node = sampled(function)
    answers = node(data, 0.2)
    [errors] = node.device.standard_errors
    agree(answers, reference(function)(data, 0.2), errors)
    assert all(error.max() > 1e-4 for error in errors)


@pytest.mark.parametrize("strength", [0.2, 0.0])
@pytest.mark.parametrize("function", [circuit, wide])
def test_gradients_have_no_bias(function, strength):
    """Also that by a strength of zero, where no trajectory would take the branch."""
    slopes = []
    for seed in (None, *range(60)):
        node = reference(function) if seed is None else sampled(function, 60, seed)
        x = SAMPLE.clone().requires_grad_()
        p = torch.tensor(strength, dtype=torch.float64, requires_grad=True)
        total = sum((torch.arange(1, a.numel() + 1) * a.reshape(-1)).sum() for a in node(x, p))
        slopes.append(torch.cat([part.reshape(-1) for part in torch.autograd.grad(total, (x, p))]))
    found = torch.stack(slopes[1:])
    error = found.std(dim=0) / len(found) ** 0.5
    assert ((found.mean(dim=0) - slopes[0]).abs() < 4 * error).all()
    assert (error < 0.35).all()


def test_variances_have_no_bias():
    exact = reference(circuit)(SAMPLE, 0.2)[1]
    found = torch.stack([sampled(circuit, 4, seed)(SAMPLE, 0.2)[1] for seed in range(200)])
    error = found.std() / 200**0.5
    assert abs(found.mean() - exact) < 4 * error


def test_the_seed_decides():
    first, again, other = (sampled(circuit, 50, seed)(BATCH, 0.2)[0] for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_numpy_and_autograd():
    answers = sampled(circuit)(SAMPLE.numpy(), 0.2)
    assert isinstance(answers[0], np.ndarray | float)
    x = pnp.array(SAMPLE.numpy(), requires_grad=True)
    slope = qml.grad(lambda x: sampled(circuit)(x, 0.2)[0])(x)
    exact = qml.grad(lambda x: reference(circuit)(x, 0.2)[0])(x)
    assert np.allclose(slope, exact, atol=0.1)


def test_shift_rules_of_gates():
    x = SAMPLE.clone().requires_grad_()
    sampled(circuit, diff_method="parameter-shift")(x, 0.2)[0].backward()
    exact = SAMPLE.clone().requires_grad_()
    reference(circuit)(exact, 0.2)[0].backward()
    assert (x.grad - exact.grad).abs().max() < 0.15


@pytest.mark.parametrize("method", ["parameter-shift", "finite-diff"])
def test_differences_of_random_numbers_are_refused(method):
    strength = torch.tensor(0.2, dtype=torch.float64, requires_grad=True)
    with pytest.raises(qml.exceptions.DeviceError, match="it would be noise"):
        sampled(circuit, diff_method=method)(SAMPLE, strength)


@pytest.mark.parametrize("data", [SAMPLE, BATCH], ids=["sample", "batch"])
def test_shots_from_trajectories(data):
    exact = reference(circuit)(data, 0.2)
    drawn = qml.set_shots(sampled(circuit, 1), 6000)(data, 0.2)
    for one, other in zip(drawn, exact, strict=True):
        assert np.shape(one) == other.shape
        assert np.allclose(one, other, atol=0.08)
    again = qml.set_shots(sampled(circuit, 1), 6000)(data, 0.2)
    assert all(np.array_equal(one, other) for one, other in zip(drawn, again, strict=True))


def test_counts_samples_and_several_shots():
    def bell():
        qml.H(0)
        qml.CNOT([0, 1])
        qml.BitFlip(0.2, 1)
        return qml.counts(wires=[0, 1]), qml.sample(wires=[1, 0]), qml.expval(qml.X(0) @ qml.X(1))

    counts, samples, value = qml.set_shots(sampled(bell, 1), 4000)()
    assert sum(counts.values()) == 4000
    assert abs((counts["01"] + counts["10"]) / 4000 - 0.2) < 0.03
    assert samples.shape == (4000, 2)
    assert abs(np.mean(samples[:, 0] != samples[:, 1]) - 0.2) < 0.03
    assert abs(value - 1.0) < 0.01
    several = qml.set_shots(sampled(bell, 1), (100, 200))()
    assert [copy[1].shape for copy in several] == [(100, 2), (200, 2)]


def test_beyond_ten_wires_and_said_once(monkeypatch):
    monkeypatch.setattr(runs, "_said", set())
    n_wires = 12
    device = qml.device("qaimagic.qubit", wires=n_wires, seed=4)

    @qml.qnode(device)
    def damped(theta, strength):
        for wire in range(n_wires):
            qml.RY(theta, wire)
            qml.AmplitudeDamping(strength, wire)
        return [qml.expval(qml.Z(wire)) for wire in range(n_wires)]

    theta = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    strength = torch.tensor(0.3, dtype=torch.float64, requires_grad=True)
    with pytest.warns(QaimagicNote, match="12 wires is sampled: 256 trajectories"):
        values = torch.stack(list(damped(theta, strength)))
    errors = torch.stack(list(device.standard_errors[0]))
    exact = 0.3 + 0.7 * np.cos(1.0)
    assert ((values - exact).abs() < 4 * errors).all()
    slopes = torch.autograd.grad(values.mean(), (theta, strength))
    assert abs(slopes[0].item() + 0.7 * np.sin(1.0)) < 0.1
    assert abs(slopes[1].item() - (1 - np.cos(1.0))) < 0.2
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        damped(theta, strength)


def test_exact_answers_have_no_standard_errors():
    device = qml.device("qaimagic.qubit", wires=3)
    qml.QNode(circuit, device)(SAMPLE, 0.2)
    assert device.standard_errors is None


def test_what_is_no_average_is_refused_beyond_ten_wires():
    @qml.qnode(qml.device("qaimagic.qubit", wires=12))
    def entropy():
        for wire in range(12):
            qml.BitFlip(0.1, wire)
        return qml.purity([0])

    with pytest.raises(qml.exceptions.DeviceError, match="not an average over sampled states"):
        entropy()


def test_number_of_trajectories_is_checked():
    with pytest.raises(ValueError, match="`n_trajectories` must be at least 1"):
        qml.device("qaimagic.qubit", wires=1, n_trajectories=0)
