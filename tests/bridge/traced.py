"""Traces bodies, and runs them one sample after the other on `default.qubit`."""

from __future__ import annotations

import pennylane as qml
import torch
from torch import Tensor

from qaimagic.bridge.body import record
from qaimagic.bridge.tracing import trace

BATCH, FEATURES = 5, 4

WIRES = range(3)


def arguments(dtype=torch.float64):
    torch.manual_seed(4)
    theta = torch.rand(2, 3, 3, dtype=dtype, requires_grad=True)
    return torch.rand(BATCH, FEATURES, dtype=dtype, requires_grad=True), theta


def traced(body, inputs=None, theta=None, **options):
    default_inputs, default_theta = arguments()
    return trace(
        lambda given: record(body, given),
        {"inputs": default_inputs if inputs is None else inputs},
        {"theta": default_theta if theta is None else theta},
        wires=WIRES,
        **options,
    )


def answers_of(program, inputs, theta):
    answers = program.run({"inputs": inputs}, {"theta": theta})
    if isinstance(answers, Tensor):
        return answers
    return torch.cat([answer.reshape(len(inputs), -1) for answer in answers], dim=-1)


def one_by_one(body, inputs, theta):
    node = qml.QNode(body, qml.device("default.qubit"))
    rows = [node(sample, theta) for sample in inputs]
    rows = [row if isinstance(row, list | tuple) else [row] for row in rows]
    return torch.stack([torch.cat([torch.as_tensor(v).reshape(-1) for v in row]) for row in rows])


def gradients(values, leaves):
    scale = torch.arange(1.0, values.numel() + 1).reshape(values.shape)
    if values.is_complex():
        values = torch.view_as_real(values).sum(-1)
    found = torch.autograd.grad((values * scale).sum(), leaves, allow_unused=True)
    return [torch.zeros_like(x) if g is None else g for g, x in zip(found, leaves, strict=True)]
