"""Whatever a function reads from outside, a change of it must be noticed."""

from __future__ import annotations

import math
import types

import numpy as np
import pennylane as qml
import pytest

from qaimagic.bridge.guards import Guards

number = 2.0

settings = types.SimpleNamespace(depth=2, inner=types.SimpleNamespace(scale=0.5))


def helper(value):
    return value * number


def other_helper(value):
    return value


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
