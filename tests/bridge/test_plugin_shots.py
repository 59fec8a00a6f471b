from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest
import torch

from qaimagic.bridge.plugin import words

_RNG = np.random.default_rng(5)
_BATCH = torch.tensor(_RNG.normal(size=(3, 3)))
_WEIGHTS = torch.tensor(_RNG.normal(size=(1, 3, 3)))


def circuit(x, weights):
    qml.AngleEmbedding(x, wires=range(3))
    qml.StronglyEntanglingLayers(weights, wires=range(3))
    qml.CRY(x[..., 0], [0, 1])
    qml.ctrl(qml.PhaseShift, [0, 1])(weights[0, 0, 0], 2)
    qml.SingleExcitation(x[..., 1], [1, 2])
    qml.IsingXY(weights[0, 1, 1], [0, 2])
    qml.adjoint(qml.CRot)(x[..., 0], 0.3 * x[..., 2], weights[0, 1, 2], [2, 0])
    observable = qml.Hamiltonian([0.5, 0.2], [qml.X(0), qml.Y(2) @ qml.Z(1)])
    return qml.expval(qml.Z(0) @ qml.X(1)), qml.probs(wires=[2, 1]), qml.expval(observable)


def slopes(x, method, shots=None, seed=1):
    device = qml.device("qaimagic.qubit", wires=3, seed=seed)
    node = qml.set_shots(qml.QNode(circuit, device, diff_method=method), shots)
    x, weights = x.clone().requires_grad_(), _WEIGHTS.clone().requires_grad_()
    total = 0
    for answer in node(x, weights):
        total = (
            total + (answer * torch.linspace(0.2, 1, answer.numel()).reshape(answer.shape)).sum()
        )
    total.backward()
    return x.grad, weights.grad


@pytest.mark.parametrize("x", [_BATCH, _BATCH[0]], ids=["batch", "sample"])
def test_the_shift_rule_is_exact_without_shots(x):
    for shifted, exact in zip(slopes(x, "parameter-shift"), slopes(x, "backprop"), strict=True):
        torch.testing.assert_close(shifted, exact)


@pytest.mark.parametrize("method", ["best", "parameter-shift"])
def test_gradients_with_shots_scatter_about_the_exact_ones(method):
    exact = torch.cat([part.reshape(-1) for part in slopes(_BATCH, "backprop")])
    runs = [slopes(_BATCH, method, shots=500, seed=seed) for seed in range(40)]
    drawn = torch.stack([torch.cat([part.reshape(-1) for part in run]) for run in runs])
    error = drawn.std(dim=0) / len(runs) ** 0.5
    assert (error > 0).any()
    deviations = (drawn.mean(dim=0) - exact)[error > 0] / error[error > 0]
    assert deviations.abs().max() < 5
    torch.testing.assert_close(drawn.mean(dim=0)[error == 0], exact[error == 0])


def wide(x, weights):
    """A circuit whose probabilities are of more wires than are read off words."""
    qml.AngleEmbedding(x, wires=range(5))
    qml.StronglyEntanglingLayers(weights, wires=range(5))
    qml.CRY(x[..., 0], [0, 1])
    return qml.probs(wires=[4, 2, 1, 0]), qml.probs()


def wide_slopes(x, method, shots=None, seed=1):
    device = qml.device("qaimagic.qubit", wires=5, seed=seed)
    node = qml.set_shots(qml.QNode(wide, device, diff_method=method), shots)
    weights = torch.tensor(np.random.default_rng(2).normal(size=(1, 5, 3)), requires_grad=True)
    x = x.clone().requires_grad_()
    four, five = node(x, weights)
    (four[..., 3] + 2 * four[..., 5] - five[..., 7]).sum().backward()
    return torch.cat([x.grad.reshape(-1), weights.grad.reshape(-1)])


_WIDE = torch.tensor(_RNG.normal(size=(2, 5)))


@pytest.mark.parametrize("x", [_WIDE, _WIDE[0]], ids=["batch", "sample"])
def test_probabilities_of_many_wires_are_shifted_by_the_device(x, monkeypatch):
    monkeypatch.setattr("qaimagic.bridge.plugin.device.vjp", None)
    exact = wide_slopes(x, "backprop")
    torch.testing.assert_close(wide_slopes(x, "parameter-shift"), exact)
    drawn = torch.stack([wide_slopes(x, "best", shots=100, seed=seed) for seed in range(60)])
    error = drawn.std(dim=0) / len(drawn) ** 0.5
    assert ((drawn.mean(dim=0) - exact).abs() <= 4.5 * error + 1e-12).all()
    assert (error > 0).sum() > 0.8 * len(error)


def test_the_seed_alone_decides_the_shots():
    first = slopes(_BATCH, "best", shots=100, seed=3)
    torch.manual_seed(1)
    np.random.seed(1)
    again = slopes(_BATCH, "best", shots=100, seed=3)
    other = slopes(_BATCH, "best", shots=100, seed=4)
    assert all(map(torch.equal, first, again))
    assert not torch.equal(first[0], other[0])


def test_all_shifted_circuits_run_together(monkeypatch):
    seen = []

    def watched(circuit, shared, varied, start=None):
        seen.append(len(varied))
        return run(circuit, shared, varied, start)

    run = words.state
    monkeypatch.setattr(words, "state", watched)

    def plain(x):
        qml.AngleEmbedding(x, wires=range(3))
        qml.CRX(x[..., 0], [0, 1])
        return [qml.expval(qml.Z(wire)) for wire in range(3)]

    node = qml.QNode(plain, qml.device("qaimagic.qubit", wires=3))
    x = _BATCH.clone().requires_grad_()
    torch.stack(qml.set_shots(node, 10)(x)).sum().backward()
    assert seen == [len(_BATCH) * (3 * 2 + 4)]


def test_it_counts_the_circuits_that_pennylane_counts():
    def plain(x):
        qml.RX(x[0], 0)
        qml.CRY(x[1], [0, 1])
        return qml.expval(qml.Z(1)), qml.expval(qml.X(0))

    counted = []
    for name in ("default.qubit", "qaimagic.qubit"):
        device = qml.device(name, wires=2)
        node = qml.set_shots(qml.QNode(plain, device, diff_method="parameter-shift"), 10)
        x = torch.tensor([0.3, 0.4], requires_grad=True)
        with qml.Tracker(device) as tracker:
            sum(node(x)).backward()
        counted.append((tracker.totals["executions"], tracker.totals["shots"]))
    assert counted[0] == counted[1]


def test_what_the_device_cannot_shift_pennylane_shifts():
    def variance(x):
        qml.RX(x, 0)
        return qml.var(qml.Z(0))

    node = qml.QNode(variance, qml.device("qaimagic.qubit"), diff_method="parameter-shift")
    x = torch.tensor(0.4, dtype=torch.float64, requires_grad=True)
    node(x).backward()
    assert float(x.grad) == pytest.approx(np.sin(0.8))


def test_second_derivatives_by_the_shift_rule():
    def cosine(x):
        qml.RX(x, 0)
        return qml.expval(qml.Z(0))

    device = qml.device("qaimagic.qubit")
    node = qml.QNode(cosine, device, diff_method="parameter-shift", max_diff=2)
    x = torch.tensor(0.4, dtype=torch.float64)
    assert float(torch.autograd.functional.hessian(node, x)) == pytest.approx(-np.cos(0.4))


def test_shot_vectors_samples_and_counts_have_pennylanes_shapes():
    def all_kinds(x):
        qml.RX(x, "a")
        qml.CNOT(["a", "b"])
        return qml.expval(qml.Z("b")), qml.sample(wires=["b"]), qml.counts(), qml.probs(wires="a")

    node = qml.QNode(all_kinds, qml.device("qaimagic.qubit", seed=2))
    value, samples, counts, chances = qml.set_shots(node, 50)(0.7)
    assert samples.shape == (50, 1)
    assert sum(counts.values()) == 50
    assert set(counts) <= {"00", "11"}
    assert samples.mean() * 50 == counts.get("11", 0)
    assert samples.mean() == pytest.approx(chances[1])
    assert value == pytest.approx(np.cos(0.7), abs=0.6)
    few, many = qml.set_shots(node, [10, 5000])(0.7)
    assert len(few[1]) == 10
    assert many[0] == pytest.approx(np.cos(0.7), abs=0.06)


def test_shadows_and_measurements_shot_by_shot():
    def shadow():
        qml.Hadamard(0)
        return qml.shadow_expval(qml.X(0))

    device = qml.device("qaimagic.qubit", wires=2, seed=1)
    assert qml.set_shots(qml.QNode(shadow, device), 3000)() == pytest.approx(1.0, abs=0.1)

    def midway():
        qml.Hadamard(0)
        outcome = qml.measure(0)
        qml.cond(outcome, qml.X)(1)
        return qml.expval(qml.Z(0) @ qml.Z(1))

    assert qml.set_shots(qml.QNode(midway, device), 20)() == 1.0


def test_words_that_agree_share_their_shots():
    z0, z1, x0, zz = ((0, "Z"),), ((1, "Z"),), ((0, "X"),), ((0, "Z"), (1, "Z"))
    assert words.groups_of([z0, x0, z1, zz, ()]) == [[0, 2, 3, 4], [1]]
