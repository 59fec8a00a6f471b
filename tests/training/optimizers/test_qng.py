from __future__ import annotations

import pennylane as qml
import pytest
import torch

from qaimagic import QNG, minimize, quantum
from tests.training.optimizers.circuits import chain, closure_of, hybrid, rotations
from tests.training.problems import quiet, two_blobs


def test_a_step_is_the_gradient_divided_by_the_exact_metric():
    layer = chain()
    before = layer.theta.detach().clone()
    [gradient] = torch.autograd.grad(layer().sum(), layer.theta)
    metric = layer.metric_tensor()
    opt = QNG(layer, lr=0.1, damping=0.01)
    opt.step(closure_of(opt, layer))
    direction = torch.linalg.solve(metric + 0.01 * torch.eye(6), gradient.flatten())
    torch.testing.assert_close(layer.theta.detach(), before - 0.1 * direction.reshape(2, 3))


def steps_until(energy, opt, close, most=300):
    for step in range(most):
        if opt.step(closure_of(opt, energy)).item() < close:
            return step
    return most


def test_it_needs_fewer_steps_than_gradient_descent_to_the_same_energy():
    natural, plain = chain(), chain()
    fast = steps_until(natural, QNG(natural, lr=0.05), -3.3)
    slow = steps_until(plain, torch.optim.SGD(plain.parameters(), lr=0.05), -3.3)
    assert 0 < fast < slow / 2 < 150


def test_the_rest_of_a_model_goes_by_the_classical_optimizer_alone():
    model, other = hybrid(), hybrid()
    X, y = two_blobs()
    opt = QNG(model, lr=0.02, classical="SGD")
    loss = torch.nn.functional.cross_entropy

    def closure():
        opt.zero_grad()
        value = loss(model(X), y)
        value.backward()
        return value

    opt.step(closure)
    loss(other(X), y).backward()
    for name, weight in other.named_parameters():
        if "theta" not in name:
            torch.testing.assert_close(model.get_parameter(name), weight - 0.02 * weight.grad)
    metric = other[1].metric_tensor(other[0](X))
    natural = torch.linalg.solve(metric + 0.01 * torch.eye(6), other[1].theta.grad.flatten())
    expected = other[1].theta - 0.02 * natural.reshape(1, 2, 3)
    torch.testing.assert_close(model[1].theta, expected, atol=1e-5, rtol=1e-4)


def test_a_factor_of_the_observable_follows_its_plain_gradient():
    @quantum
    def energy(theta: (), factor: () = 2.0):
        qml.RY(theta, wires=0)
        return qml.expval(factor * qml.Z(0))

    slope = energy.theta.detach().cos()
    opt = QNG(energy, lr=0.1)
    opt.step(closure_of(opt, energy))
    torch.testing.assert_close(energy.factor.detach(), 2.0 - 0.1 * slope)


@pytest.mark.parametrize("opt", ["qng", "QNG"])
def test_it_trains_by_name_with_a_schedule_and_a_clip(opt):
    model = hybrid()
    run = quiet(model, two_blobs(), opt=opt, epochs=3, lr=0.05, schedule="StepLR", clip=5.0)
    train = [epoch.train_loss for epoch in run.history.epochs]
    assert train[-1] < train[0]


def test_it_minimises_by_name_to_the_known_minimum():
    layer = rotations()
    run = minimize(lambda: layer().sum(), layer, opt="qng", steps=60, lr=0.1, live=False)
    assert run.history.losses[-1] == pytest.approx(-3, abs=1e-3)


def test_a_baseline_learns_by_adam():
    run = quiet(hybrid(), two_blobs(), opt="QNG", epochs=1, baseline="auto")
    assert run.baseline is not None


def test_models_and_calls_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="hold a quantum layer with weights for QNG"):
        quiet(torch.nn.Linear(2, 2), two_blobs(), opt="qng")
    with pytest.raises(TypeError, match="calls `backward`"):
        QNG(hybrid()).step()
    with pytest.raises(ValueError, match="it is LBFGS"):
        QNG(hybrid(), classical="LBFGS")
    with pytest.raises(ValueError, match="`damping` must be above 0"):
        QNG(hybrid(), damping=0)
