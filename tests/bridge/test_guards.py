"""Whatever a function reads from outside, a change of it must be noticed."""

from __future__ import annotations

import functools
import math
import random
import time
import types
from dataclasses import dataclass
from random import gauss

import networkx as nx
import numpy as np
import pennylane as qml
import pytest
import torch
from torch import nn

from qaimagic.bridge.guards import Guards, NotGuardableError

number = 2.0
names = ["a", "b"]
settings = types.SimpleNamespace(depth=2, inner=types.SimpleNamespace(scale=0.5))
generator = np.random.default_rng(0)


def helper(value):
    return value * number


def other_helper(value):
    return value


used_helper = helper


def body(inputs):
    def within(value):
        return [helper(v) for v in value]

    return within(inputs)


@pytest.fixture
def world(monkeypatch):
    return lambda name, value: monkeypatch.setitem(globals(), name, value)


def test_nothing_changed():
    guards = Guards.of(body)
    assert guards.still_hold()
    assert not guards.tensors


def test_a_global_that_a_helper_reads(world):
    guards = Guards.of(body)
    world("number", 3.0)
    assert not guards.still_hold()
    world("number", 1.0 + 1.0)
    assert guards.still_hold()
    world("number", 2)
    assert not guards.still_hold()


def test_another_function_under_the_same_name(world):
    guards = Guards.of(body)
    world("helper", other_helper)
    assert not guards.still_hold()


def test_a_builtin_that_is_hidden_by_a_global(monkeypatch):
    def reads_abs(inputs):
        return abs(inputs)

    guards = Guards.of(reads_abs)
    assert guards.still_hold()
    monkeypatch.setitem(globals(), "abs", helper)
    assert not guards.still_hold()


def test_new_code_for_an_old_function():
    def one(inputs):
        return inputs

    def other(inputs):
        return -inputs

    guards = Guards.of(one)
    one.__code__ = other.__code__
    assert not guards.still_hold()


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


@pytest.mark.parametrize("what", changes())
def test_a_change_in_place(what):
    closed_over, change = changes()[what]

    def reads(inputs):
        return closed_over

    guards = Guards.of(reads)
    assert guards.still_hold()
    change()
    assert not guards.still_hold()


def test_a_closure_that_is_bound_again():
    factor = 2

    def reads(inputs):
        return inputs * factor

    guards = Guards.of(reads)
    assert guards.still_hold()
    factor = 3
    assert not guards.still_hold()
    factor = 2
    assert guards.still_hold()


def test_attributes_of_objects_and_modules(world):
    module = types.ModuleType("mine")
    module.scale = 2

    class Ansatz:
        def __init__(self):
            self.depth = 3

    ansatz = Ansatz()

    def reads(inputs):
        return settings.depth, settings.inner.scale, module.scale, ansatz.depth

    guards = Guards.of(reads)
    for owner, name in (
        (settings, "depth"),
        (settings.inner, "scale"),
        (module, "scale"),
        (ansatz, "depth"),
    ):
        assert guards.still_hold()
        old = getattr(owner, name)
        setattr(owner, name, old + 1)
        assert not guards.still_hold()
        setattr(owner, name, old)
    world("settings", types.SimpleNamespace(depth=2, inner=settings.inner))
    assert not guards.still_hold()


def test_defaults_of_a_helper():
    sizes = [1]

    def with_default(value, given=sizes):
        return value, given

    def reads(inputs):
        return with_default(inputs)

    guards = Guards.of(reads)
    sizes.append(2)
    assert not guards.still_hold()
    guards = Guards.of(reads)
    with_default.__defaults__ = (4,)
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


def test_classes_of_ones_own():
    class Gate:
        angle = 0.5

        @staticmethod
        def apply(value):
            return helper(value)

    def reads(inputs):
        return Gate.apply(inputs)

    guards = Guards.of(reads)
    assert guards.still_hold()
    Gate.angle = 0.7
    assert not guards.still_hold()


def uses_pennylane(inputs):
    qml.RX(math.pi * inputs[0], wires=0)
    qml.StronglyEntanglingLayers(np.ones((1, 2, 3)), wires=range(2))
    return [qml.expval(qml.Z(wire)) for wire in range(2)]


def test_libraries_are_taken_as_they_are():
    assert Guards.of(uses_pennylane).still_hold()


@dataclass(frozen=True)
class Gate:
    wires: tuple[int, ...]
    angles: list[float]

    @property
    def turned(self):
        return [helper(angle) for angle in self.angles]


def test_frozen_dataclasses_and_what_they_hold(world):
    gates = (Gate((0, 1), [0.3]), Gate((2,), [0.5]))

    def reads(inputs):
        return [gate.turned for gate in gates]

    guards = Guards.of(reads)
    assert guards.still_hold()
    gates[1].angles[0] = 0.7
    assert not guards.still_hold()
    again = Guards.of(reads)
    world("number", 5.0)
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


class Stateful:
    def draw(self):
        return 1


stateful, module_with_weights = Stateful(), nn.Linear(2, 2)
iterator = iter([1, 2])


def draws(inputs):
    return random.random()


def draws_gauss(inputs):
    return gauss(0, 1)


def draws_numpy(inputs):
    return np.random.normal()


def makes_generator(inputs):
    return np.random.default_rng()


def draws_from_generator(inputs):
    return generator.normal()


def tells_the_time(inputs):
    return time.time()


def imports_within(inputs):
    import random as r

    return r.random()


def calls_method(inputs):
    return stateful.draw()


def hands_object_on(inputs):
    return helper(stateful)


def calls_module(inputs):
    return module_with_weights(inputs)


def advances(inputs):
    return next(iterator)


def prints(inputs):
    print(inputs)


def changes_global(inputs):
    global number
    number = 4


def changes_attribute(inputs):
    settings.depth += 1


graph_of_objects = nx.Graph([(0, 1, {"weight": [1.0]})])


def reads_graph_of_objects(inputs):
    return list(graph_of_objects.edges)


def evaluates(inputs):
    return eval("number")


def asks_for_gradients(inputs):
    return torch.is_grad_enabled()


REFUSED = [
    draws,
    draws_gauss,
    draws_numpy,
    makes_generator,
    draws_from_generator,
    tells_the_time,
    imports_within,
    calls_method,
    hands_object_on,
    calls_module,
    advances,
    prints,
    changes_global,
    changes_attribute,
    evaluates,
    reads_graph_of_objects,
    asks_for_gradients,
]


@pytest.mark.parametrize("function", REFUSED)
def test_what_cannot_be_noticed_is_refused(function):
    def reads(inputs):
        return function(inputs)

    with pytest.raises(NotGuardableError):
        Guards.of(reads)
