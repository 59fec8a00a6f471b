"""A value that a function reads from outside may change while its name stays."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import networkx as nx
import numpy as np
import pennylane as qml
import pytest
import torch
from torch import nn

from qaimagic.bridge.guards import Guards

number = 2.0


def helper(value):
    return value * number


def changes():
    array, tensor = np.arange(3.0), torch.arange(3)
    matrix, mapping, numbers = torch.eye(2), {"a": 1}, [1, [2, 3]]
    hermitian = np.eye(2)
    observable = qml.Hermitian(hermitian, wires=0)
    return {
        "array": (array, lambda: array.__setitem__(0, 1.0)),
        "tensor of integers": (tensor, lambda: tensor.add_(1)),
        "matrix": (matrix, lambda: matrix.mul_(2)),
        "matrix, unseen by its version": (matrix, lambda: matrix.data.mul_(2)),
        "dictionary": (mapping, lambda: mapping.update(a=2)),
        "new key": (mapping, lambda: mapping.update(b=2)),
        "list": (numbers, lambda: numbers.append(1)),
        "inner list": (numbers, lambda: numbers[1].append(1)),
        "observable": (observable, lambda: hermitian.__setitem__((0, 0), 2.0)),
        "partial": (functools.partial(helper, numbers), lambda: numbers.append(1)),
    }


@pytest.mark.parametrize(
    ("then", "now"),
    [
        (0.0, -0.0),
        (1, True),
        (complex(0.0, 0.0), complex(0.0, -0.0)),
        (np.float64(0.0), np.float64(-0.0)),
        ((0.0, 1), (-0.0, 1)),
        (range(0, 3, 2), range(0, 4, 2)),
        (qml.wires.Wires([1]), qml.wires.Wires([True])),
    ],
)
def test_equal_but_not_the_same(then, now):
    held = [then]
    guards = Guards.of(lambda: held)
    assert guards.still_hold()
    held[0] = now
    assert then == now
    assert not guards.still_hold()


@pytest.mark.parametrize(
    "change",
    [
        lambda matrix: matrix.neg_(),
        lambda matrix: matrix.requires_grad_(True),
        lambda matrix: setattr(matrix, "data", matrix.t().contiguous().t()),
        lambda matrix: setattr(matrix, "grad", torch.ones(2, 2)),
    ],
)
def test_a_constant_tensor(change):
    matrix = torch.zeros(2, 2)
    guards = Guards.of(lambda: matrix)
    assert guards.still_hold()
    change(matrix)
    assert not guards.still_hold()


@pytest.mark.parametrize("what", changes())
def test_a_change_in_place(what):
    closed_over, change = changes()[what]

    def reads(inputs):
        return closed_over

    guards = Guards.of(reads)
    assert guards.still_hold()
    change()
    assert not guards.still_hold()


def test_tensors_that_are_trained_stay_live():
    weight = nn.Parameter(torch.rand(3, 3))
    scale = torch.tensor(2.0)
    hamiltonian = qml.Hamiltonian([weight[0, 0], 1.0], [qml.Z(0), qml.X(0)])

    def reads(inputs):
        return weight, scale, hamiltonian

    guards = Guards.of(reads)
    assert [tensor is weight for tensor in guards.tensors] == [True, False, False]
    assert guards.tensors[1] is scale
    with torch.no_grad():
        weight.add_(1)
        scale.add_(1)
    assert guards.still_hold()
    weight.requires_grad_(False)
    assert not guards.still_hold()


@dataclass(frozen=True)
class Gate:
    wires: tuple[int, ...]
    angles: list[float]

    @property
    def turned(self):
        return [helper(angle) for angle in self.angles]


def test_frozen_dataclasses_and_what_they_hold(monkeypatch):
    gates = (Gate((0, 1), [0.3]), Gate((2,), [0.5]))

    def reads(inputs):
        return [gate.turned for gate in gates]

    guards = Guards.of(reads)
    assert guards.still_hold()
    gates[1].angles[0] = 0.7
    assert not guards.still_hold()
    again = Guards.of(reads)
    monkeypatch.setitem(globals(), "number", 5.0)
    assert not again.still_hold()


@pytest.mark.parametrize(
    "change",
    [
        lambda graph: graph.add_edge(0, 2),
        lambda graph: graph.remove_edge(0, 1),
        lambda graph: graph[0][1].update(weight=2.0),
        lambda graph: graph.nodes[1].update(bias=0.1),
        lambda graph: graph.add_node(9),
    ],
)
def test_graphs(change):
    graph = nx.cycle_graph(4)

    def reads(inputs):
        return [(a, b) for a, b in graph.edges] + [graph.edges[0, 1].get("weight", 1)]

    guards = Guards.of(reads)
    assert guards.still_hold()
    reads(None)
    assert guards.still_hold()
    change(graph)
    assert not guards.still_hold()
