"""What cannot be noticed when it changes is refused."""

from __future__ import annotations

import random
import time
import types
from random import gauss

import networkx as nx
import numpy as np
import pytest
import torch
from torch import nn

from qaimagic.bridge.guards import Guards, NotGuardableError

number = 2.0

generator = np.random.default_rng(0)

settings = types.SimpleNamespace(depth=2)


def helper(value):
    return value * number


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
