"""One trace serves training, `torch.func` and weights that are put in the place of others."""

from __future__ import annotations

import pennylane as qml
import pytest
import torch
from torch import nn
from torch.nn.utils import parametrize

from qaimagic import quantum
from tests.layers.traced import assert_right, traces


def scaled(inputs, theta: 2):
    qml.RX(2 * inputs[0], wires=0)
    qml.RY(theta[0] * inputs[1], wires=1)
    qml.CNOT([0, 1])
    qml.RZ(theta[1], wires=1)
    return qml.expval(qml.Z(0)), qml.expval(qml.X(1))


@pytest.fixture
def layer():
    torch.manual_seed(0)
    return quantum(scaled).double()


@pytest.fixture
def inputs():
    return torch.rand(5, 2, dtype=torch.float64)


def test_registered_parameters_reach_the_program(layer, inputs):
    other = layer.new().double()
    called = torch.func.functional_call(layer, dict(other.named_parameters()), (inputs,))
    torch.testing.assert_close(called, other(inputs))

    state = {"theta": nn.Parameter(other.theta.detach() / 2)}
    layer.load_state_dict(state, assign=True)
    assert layer.theta is state["theta"]
    assert_right(layer, inputs)

    class Doubled(nn.Module):
        def forward(self, value):
            return 2 * value

    parametrize.register_parametrization(layer, "theta", Doubled())
    torch.testing.assert_close(layer(inputs), other(inputs))
    assert_right(layer, inputs)
    assert traces(layer) == 1


@pytest.mark.parametrize("is_warm", [True, False])
def test_transforms_of_torch_func(layer, inputs, is_warm):
    def function(theta, inputs):
        return torch.func.functional_call(layer, {"theta": theta}, (inputs,))

    if is_warm:
        layer(inputs)
    thetas = torch.rand(3, 2, dtype=torch.float64)
    mapped = torch.func.vmap(function, in_dims=(0, None))(thetas, inputs)
    torch.testing.assert_close(mapped, torch.stack([function(t, inputs) for t in thetas]))
    gradient = torch.func.grad(lambda theta: function(theta, inputs).sum())(thetas[0])
    theta = thetas[0].clone().requires_grad_()
    [expected] = torch.autograd.grad(function(theta, inputs).sum(), [theta])
    torch.testing.assert_close(gradient, expected)
    assert traces(layer) == 1


def test_derivatives_of_torch_func(layer, inputs):
    def function(theta, inputs):
        return torch.func.functional_call(layer, {"theta": theta}, (inputs,))

    theta = layer.theta.detach()
    by_rows = torch.func.jacrev(function)(theta, inputs)
    torch.testing.assert_close(by_rows, torch.func.jacfwd(function)(theta, inputs))
    of_each = torch.func.vmap(torch.func.jacrev(function), in_dims=(None, 0))(theta, inputs)
    torch.testing.assert_close(by_rows, of_each)
    second = torch.func.hessian(lambda theta: function(theta, inputs).sum())(theta)
    expected = torch.autograd.functional.hessian(lambda t: function(t, inputs).sum(), theta)
    torch.testing.assert_close(second, expected)


@pytest.mark.parametrize("context", [torch.no_grad, torch.inference_mode])
def test_a_trace_made_without_gradients_serves_training(layer, inputs, context):
    with context():
        before = layer(inputs)
    answers = layer(inputs)
    torch.testing.assert_close(answers, before)
    answers.sum().backward()
    assert layer.theta.grad.abs().sum() > 0
    assert traces(layer) == 1


def test_second_derivatives(layer, inputs):
    def function(inputs, theta):
        return torch.func.functional_call(layer, {"theta": theta}, (inputs,))

    assert torch.autograd.gradgradcheck(function, (inputs.requires_grad_(), layer.theta))
