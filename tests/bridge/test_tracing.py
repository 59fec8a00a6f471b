"""A traced program must answer as the body does for each sample alone."""

from __future__ import annotations

import pennylane as qml
import pytest
import torch

from qaimagic.bridge.body import record
from qaimagic.bridge.tracing import NotTraceableError, trace
from tests.bridge.bodies import (
    BODIES,
    amplitudes,
    arithmetic,
    coefficients,
    templates,
    whole_tensors,
)
from tests.bridge.traced import (
    BATCH,
    FEATURES,
    WIRES,
    answers_of,
    arguments,
    gradients,
    one_by_one,
    traced,
)


@pytest.mark.parametrize("body", BODIES)
def test_a_program_answers_as_its_body_does(body):
    _, theta = arguments()
    program = traced(body)
    torch.manual_seed(11)
    inputs = (torch.rand(7, FEATURES, dtype=torch.float64) * 2 - 1).requires_grad_()
    theta = (theta.detach() + torch.rand_like(theta)).requires_grad_()
    expected, answers = one_by_one(body, inputs, theta), answers_of(program, inputs, theta)
    torch.testing.assert_close(answers, expected, check_dtype=False)
    if expected.requires_grad:
        pairs = zip(
            gradients(answers, [inputs, theta]), gradients(expected, [inputs, theta]), strict=True
        )
        for mine, theirs in pairs:
            torch.testing.assert_close(mine, theirs)


@pytest.mark.parametrize("body", [templates, whole_tensors, amplitudes, coefficients])
def test_single_precision_and_a_batch_of_one(body):
    inputs, theta = (tensor.detach().float() for tensor in arguments())
    program = traced(body, inputs, theta)
    answers = answers_of(program, inputs[:1] + 0.1, theta)
    assert answers.dtype == torch.float32
    expected = one_by_one(body, inputs[:1] + 0.1, theta)
    torch.testing.assert_close(answers, expected, check_dtype=False, atol=1e-5, rtol=1e-5)


def test_a_tensor_from_outside_is_current_and_trained():
    outside = torch.tensor([0.5, 2.0], dtype=torch.float64, requires_grad=True)

    def body(inputs, theta):
        qml.RX(inputs[0] * outside[1] + outside[0], wires=0)
        return qml.expval(qml.Z(0))

    program = traced(body)
    inputs, theta = arguments()
    with torch.no_grad():
        outside.mul_(3)
    answers = answers_of(program, inputs, theta)
    torch.testing.assert_close(answers[:, 0], torch.cos(inputs[:, 0] * 6 + 1.5))
    [gradient] = torch.autograd.grad(answers.sum(), [outside])
    expected = -torch.sin(inputs[:, 0] * 6 + 1.5)
    torch.testing.assert_close(gradient[1], (expected * inputs[:, 0]).sum())


def test_amplitudes_are_still_checked():
    def body(inputs, theta):
        qml.StatePrep(inputs, wires=range(2), validate_norm=True)
        return qml.expval(qml.Z(0))

    inputs, _ = arguments()
    unit = torch.nn.functional.normalize(inputs.detach(), dim=1)
    program = traced(body, unit)
    assert answers_of(program, unit, arguments()[1]).shape == (BATCH, 1)
    with pytest.raises(NotTraceableError, match="ends differently"):
        answers_of(program, 2 * unit, arguments()[1])
    with pytest.raises(NotTraceableError):
        traced(body, inputs)


def test_second_derivatives():
    program = traced(arithmetic)
    inputs, theta = arguments()

    def function(inputs, theta):
        return answers_of(program, inputs, theta)

    assert torch.autograd.gradgradcheck(function, (inputs[:2], theta))


def test_vmap_over_weights_and_grad():
    program = traced(whole_tensors)
    inputs, theta = arguments()
    thetas = torch.stack([theta, 2 * theta, -theta]).detach()
    mapped = torch.func.vmap(lambda theta: answers_of(program, inputs, theta))(thetas)
    alone = torch.stack([answers_of(program, inputs, theta) for theta in thetas])
    torch.testing.assert_close(mapped, alone)
    gradient = torch.func.grad(lambda theta: answers_of(program, inputs, theta).sum())(thetas[0])
    [expected] = torch.autograd.grad(answers_of(program, inputs, theta).sum(), [theta])
    torch.testing.assert_close(gradient, expected)


def test_tracing_within_a_transform():
    inputs, theta = arguments()

    def answers(theta):
        program = trace(
            lambda given: record(templates, given),
            {"inputs": inputs},
            {"theta": theta},
            wires=WIRES,
        )
        return answers_of(program, inputs, theta)

    thetas = torch.stack([theta, 2 * theta]).detach()
    alone = torch.stack([one_by_one(templates, inputs, theta) for theta in thetas])
    torch.testing.assert_close(torch.func.vmap(answers)(thetas), alone, check_dtype=False)


def test_equal_bodies_share_one_circuit_which_plans_are_found_by_at_once():
    def again(inputs, theta):
        return templates(inputs, theta)

    assert traced(again).circuit is traced(templates).circuit
