from __future__ import annotations

import math

import pennylane as qml
import pytest
import torch

from qaimagic import QNSPSA, SPSA, Rotosolve, compare, minimize, quantum
from qaimagic.training.optimizers.natural import Call
from tests.training.optimizers.circuits import chain, hybrid, rotations
from tests.training.problems import quiet, two_blobs

_PAIR = torch.tensor([0.4, 0.9])


@pytest.mark.parametrize("n", [2, 6])
@pytest.mark.parametrize("directions", [1, 3])
def test_spsa_takes_two_circuits_a_direction_whatever_the_number_of_weights(n, directions):
    layer = rotations(n)
    opt = SPSA(layer.parameters(), directions=directions)
    opt.step(lambda: layer().sum())
    assert layer.circuits == 2 * directions


def test_spsa_gradients_are_right_in_the_mean():
    torch.manual_seed(0)
    layer = rotations().double()
    opt = SPSA(layer.parameters(), perturbation=0.01)
    drawn = torch.stack([opt.estimate(lambda: layer().sum().detach())[1] for _ in range(400)])
    exact = -layer.theta.detach().sin()
    error = drawn.std(dim=0) / 20
    assert bool(((drawn.mean(dim=0) - exact).abs() < 4 * error).all())


def test_spsas_gains_are_spalls():
    theta = torch.zeros(1, requires_grad=True)
    opt = SPSA([theta], lr=0.5, perturbation=0.2)
    seen, before = [], []
    for _ in range(3):
        before.append(theta.item())

        def closure():
            seen.append(theta.item())
            return theta.sum()

        opt.step(closure)
    reach = [abs(seen[2 * k] - seen[2 * k + 1]) / 2 for k in range(3)]
    assert reach == pytest.approx([0.2 / k**0.101 for k in (1, 2, 3)], rel=1e-5)
    moves = [b - a for a, b in zip(before, [*before[1:], theta.item()], strict=True)]
    assert moves == pytest.approx([-0.5 * (21 / (20 + k)) ** 0.602 for k in (1, 2, 3)], rel=1e-5)


@pytest.mark.parametrize("opt", ["spsa", "qnspsa"])
def test_evaluations_find_the_known_minimum(opt):
    layer = rotations()
    run = minimize(lambda: layer().sum(), layer, opt=opt, steps=200, lr=0.15, live=False)
    assert layer().item() == pytest.approx(-3, abs=0.05)
    assert math.isfinite(run.history.grad_norms[-1])


def test_qnspsas_metric_is_the_exact_one_in_the_mean():
    torch.manual_seed(1)
    layer = chain().double()
    opt = QNSPSA(layer, perturbation=0.01)
    calls = [Call((), {})]
    with torch.no_grad():
        drawn = torch.stack([opt.metric(layer, calls) for _ in range(300)])
    exact = layer.metric_tensor(approx=None)
    error = drawn.std(dim=0) / 300**0.5
    assert bool(((drawn.mean(dim=0) - exact).abs() < 4.5 * error + 1e-4).all())


def test_qnspsa_takes_two_circuits_for_the_loss_and_four_for_the_metric():
    layer = rotations(5)
    opt = QNSPSA(layer)
    opt.step(lambda: layer().sum())
    assert layer.circuits == 2 + 4


def test_qnspsa_moves_classical_weights_too():
    model = hybrid()
    before = model[0].weight.detach().clone()
    quiet(model, two_blobs(), opt="QNSPSA", epochs=1)
    assert not torch.equal(model[0].weight, before)


def test_rotosolve_solves_one_angle_in_one_step():
    layer = rotations(1).double()
    opt = Rotosolve(layer.parameters())
    first = opt.step(lambda: layer().sum())
    assert first.item() == pytest.approx(math.cos(0.3))
    assert layer().item() == pytest.approx(-1, abs=1e-12)


def test_rotosolve_solves_each_angle_and_takes_two_circuits_for_each():
    layer = rotations(4)
    opt = Rotosolve(layer.parameters())
    opt.step(lambda: layer().sum())
    assert layer().item() == pytest.approx(-4, abs=1e-5)
    before = layer.circuits
    opt.step(lambda: layer().sum())
    assert layer.circuits - before == 2 * 4 + 1


def test_rotosolve_works_with_shots():
    layer = rotations(2, shots=1000, seed=0)
    opt = Rotosolve(layer.parameters())
    for _ in range(3):
        opt.step(lambda: layer().sum())
    assert layer().item() < -1.95


@quantum
def repeated(theta: 2 = _PAIR):
    qml.RY(theta[0], wires=0)
    qml.RX(theta[1], wires=0)
    qml.RX(theta[1], wires=0)
    return qml.expval(qml.Z(0))


@quantum
def controlled(theta: 2 = _PAIR):
    qml.RY(theta[0], wires=0)
    qml.RY(0.7, wires=1)
    qml.CRX(theta[1], wires=[0, 1])
    return qml.expval(qml.X(0))


@pytest.mark.parametrize(
    ("layer", "loss", "number"),
    [
        (repeated, lambda: repeated().sum(), 1),
        (controlled, lambda: controlled().sum(), 1),
        (repeated, lambda: repeated().square().sum(), 0),
    ],
    ids=["several gates", "controlled", "squared"],
)
def test_rotosolve_refuses_what_is_no_rotation_angle_before_anything_moves(layer, loss, number):
    before = layer.theta.detach().clone()
    with pytest.raises(ValueError, match=f"no sine of weight number {number} of 2"):
        minimize(loss, layer, opt="Rotosolve", steps=1, live=False)
    assert torch.equal(layer.theta, before)


def test_rotosolve_refuses_classical_weights():
    with pytest.raises(ValueError, match="no sine of weight"):
        quiet(hybrid(), two_blobs(), opt="rotosolve", epochs=1)


@pytest.mark.parametrize("opt", ["SPSA", "QNSPSA", "Rotosolve"])
@pytest.mark.parametrize("option", [{"clip": 1.0}, {"schedule": "StepLR"}])
def test_options_that_make_no_sense_are_refused(opt, option):
    [name] = option
    with pytest.raises(ValueError, match=f"`{name}` must be left out with {opt}"):
        quiet(hybrid(), two_blobs(), opt=opt, epochs=1, **option)


def test_a_rate_is_refused_where_there_is_none():
    layer = rotations()
    message = "`lr` must be left out with Rotosolve, but it is 0.1: it has no learning rate"
    with pytest.raises(ValueError, match=message):
        quiet(hybrid(), two_blobs(), opt="rotosolve", epochs=1, lr=0.1)
    with pytest.raises(ValueError, match=message):
        minimize(lambda: layer().sum(), layer, opt="Rotosolve", lr=0.1, live=False)
    with pytest.raises(ValueError, match=message):
        compare(layer.new, two_blobs(), opt="Rotosolve", lr=0.1, seeds=1, live=False)


def test_a_step_needs_a_closure():
    for opt in (SPSA, Rotosolve):
        with pytest.raises(TypeError, match="evaluates the loss itself"):
            opt([torch.zeros(1, requires_grad=True)]).step()


def test_a_name_nearly_right_is_suggested():
    with pytest.raises(ValueError, match="Did you mean `Rotosolve`"):
        quiet(hybrid(), two_blobs(), opt="rotosolv", epochs=1)


def test_several_groups_are_refused():
    first, second = (torch.zeros(2, requires_grad=True) for _ in range(2))
    with pytest.raises(ValueError, match="`params` must be one group, but there are several"):
        SPSA([{"params": [first], "lr": 0.1}, {"params": [second], "lr": 0.2}])
