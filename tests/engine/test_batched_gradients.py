"""Gradients that torch.autograd batches: vectorized Jacobians and ``is_grads_batched``."""

from __future__ import annotations

import dataclasses

import pytest
import torch
from torch.autograd.functional import hessian, jacobian

from qaimagic.engine import run
from qaimagic.engine.circuit import Angle, Circuit, Flip, Rotation
from tests.engine.random_circuits import parameters

CIRCUIT = Circuit(
    2,
    2,
    1,
    (
        Rotation(((0, "X"),), Angle(((0, 1.0),))),
        Rotation(((1, "Y"),), Angle(((2, 1.0),))),
        Flip(1, 0),
        Rotation(((0, "Z"), (1, "X")), Angle(((1, 2.0),))),
    ),
    (((0, "Z"),), ((0, "Y"), (1, "X"))),
)


def real_parts(shared, varied):
    return torch.view_as_real(run.state(dataclasses.replace(CIRCUIT, words=()), shared, varied))


@pytest.mark.parametrize(
    "function", [lambda *given: run.expvals(CIRCUIT, *given), real_parts], ids=["words", "state"]
)
def test_a_vectorized_jacobian_is_the_jacobian(function):
    given = parameters(CIRCUIT, 3)
    pairs = zip(jacobian(function, given), jacobian(function, given, vectorize=True), strict=True)
    for wanted, found in pairs:
        torch.testing.assert_close(found, wanted)


def test_a_vectorized_hessian_is_the_hessian():
    shared, varied = parameters(CIRCUIT, 3)

    def total(weights):
        return run.expvals(CIRCUIT, weights, varied).square().sum()

    torch.testing.assert_close(hessian(total, shared, vectorize=True), hessian(total, shared))


def test_batched_changes_of_one_graph():
    shared, varied = parameters(CIRCUIT, 3)
    answer = run.expvals(CIRCUIT, shared.requires_grad_(), varied)
    changes = torch.eye(answer.numel(), dtype=answer.dtype).reshape(-1, *answer.shape)
    [many] = torch.autograd.grad(answer, shared, changes, is_grads_batched=True, retain_graph=True)
    each = [torch.autograd.grad(answer, shared, one, retain_graph=True)[0] for one in changes]
    torch.testing.assert_close(many, torch.stack(each))
