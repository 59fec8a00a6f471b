"""What functions, classes and objects hold, read by a function: pairs of a reader and a change."""

from __future__ import annotations

import builtins
import collections
import enum
import functools
import math
from dataclasses import dataclass, field

import networkx as nx
import pennylane as qml
import torch

FRESH = 5.0


def of_a_function():
    def helper():
        return None

    helper.scale = 1.0
    return lambda: helper.scale, lambda: setattr(helper, "scale", FRESH)


def of_a_function_that_is_handed_on():
    def helper():
        return None

    def read(function):
        return function.scale

    helper.scale = [1.0]
    return lambda: read(helper)[0], lambda: helper.scale.__setitem__(0, FRESH)


def of_a_function_by_a_name_made_up():
    def helper():
        return None

    helper.scale = 1.0
    return lambda: getattr(helper, "sca" + "le"), lambda: setattr(helper, "scale", FRESH)


def of_a_function_all_at_once():
    def helper():
        return None

    helper.scale = 1.0
    return lambda: helper.scale, lambda: setattr(helper, "__dict__", {"scale": FRESH})


def a_keyword_default_in_place():
    def helper(*, scale=1.0):
        return scale

    return lambda: helper(), lambda: helper.__kwdefaults__.update(scale=FRESH)


def of_a_parent():
    class Parent:
        base = 1.0

    class Child(Parent):
        pass

    return lambda: Child.base, lambda: setattr(Child, "base", FRESH)


def of_a_parent_between():
    class Parent:
        def base(self):
            return 1.0

    class Middle(Parent):
        pass

    class Child(Middle):
        pass

    return lambda: Child().base(), lambda: setattr(Middle, "base", lambda _: FRESH)


def other_parents():
    class One:
        base = 1.0

    class Other:
        base = FRESH

    class Child(One):
        pass

    return lambda: Child.base, lambda: setattr(Child, "__bases__", (Other,))


def made_up_by_a_metaclass():
    class Meta(type):
        value = 1.0

        def __getattr__(cls, name):
            return Meta.value

    class Made(metaclass=Meta):
        pass

    return lambda: Made.anything, lambda: setattr(Meta, "value", FRESH)


def missing_in_a_class():
    class Empty:
        pass

    return lambda: getattr(Empty, "scale", 1.0), lambda: setattr(Empty, "scale", FRESH)


def a_property_put_over_an_attribute():
    class Holder:
        pass

    holder = Holder()
    holder.scale = 1.0
    return lambda: holder.scale, lambda: setattr(Holder, "scale", property(lambda _: FRESH))


def another_class_of_an_object():
    class Holder:
        pass

    class Other:
        scale = property(lambda _: FRESH)

    holder = Holder()
    holder.scale = 1.0
    return lambda: holder.scale, lambda: setattr(holder, "__class__", Other)


def of_a_member():
    class Axis(enum.Enum):
        X = 1

    Axis.X.scale = 1.0
    return lambda: Axis.X.scale, lambda: setattr(Axis.X, "scale", FRESH)


def of_a_named_tuple():
    class Pair(collections.namedtuple("Pair", "one")):
        scale = 1.0

    pair = Pair(0)
    return lambda: pair.scale, lambda: setattr(Pair, "scale", FRESH)


def of_a_kind_of_list():
    class Numbers(list):
        scale = 1.0

        def __getitem__(self, index):
            return self.scale

    numbers = Numbers([0.0])
    return lambda: numbers[0], lambda: setattr(Numbers, "scale", FRESH)


def of_a_frozen_dataclass():
    @dataclass(frozen=True)
    class Gate:
        angle: float

        def __post_init__(self):
            object.__setattr__(self, "extra", [1.0])

    gates = [Gate(0.0)]
    return lambda: gates[0].extra[0], lambda: gates[0].extra.__setitem__(0, FRESH)


def a_default_factory():
    held = [1.0]

    @dataclass
    class Gate:
        angle: float = field(default_factory=lambda: held[0])

    return lambda: Gate().angle, lambda: held.__setitem__(0, FRESH)


def keywords_of_a_partial():
    partial = functools.partial(lambda scale=1.0: scale)
    return lambda: partial(), lambda: partial.keywords.update(scale=FRESH)


def of_a_partial():
    partial = functools.partial(abs, 1)
    partial.scale = 1.0
    return lambda: partial.scale, lambda: setattr(partial, "scale", FRESH)


def within_a_librarys_wrapper():
    held = [1.0]
    gate = qml.adjoint(lambda: qml.RX(held[0], 1))
    return lambda: gate().parameters[0], lambda: held.__setitem__(0, FRESH)


def under_a_librarys_name():
    held = [1.0]

    @functools.wraps(torch.sin)
    def sine():
        return held[0]

    return lambda: sine(), lambda: held.__setitem__(0, FRESH)


def put_into_a_library():
    math.added_by_a_test = 1.0
    return lambda: math.added_by_a_test, lambda: setattr(math, "added_by_a_test", FRESH)


def put_into_builtins():
    builtins.added_by_a_test = lambda: 1.0
    change = functools.partial(setattr, builtins, "added_by_a_test", lambda: FRESH)
    return lambda: added_by_a_test(), change  # noqa: F821


def of_a_tensor():
    tensor = torch.ones(2)
    tensor.scale = 1.0
    return lambda: tensor.scale, lambda: setattr(tensor, "scale", FRESH)


def of_a_graph():
    graph = nx.Graph([(0, 1)], scale=1.0)
    return lambda: graph.graph["scale"], lambda: graph.graph.update(scale=FRESH)


def of_a_graph_object():
    graph = nx.Graph([(0, 1)])
    graph.scale = 1.0
    return lambda: graph.scale, lambda: setattr(graph, "scale", FRESH)


def in_a_slice():
    ends = [1.0]
    part = slice(0, ends)
    return lambda: part.stop[0], lambda: ends.__setitem__(0, FRESH)


CASES = [
    of_a_function,
    of_a_function_that_is_handed_on,
    of_a_function_by_a_name_made_up,
    of_a_function_all_at_once,
    a_keyword_default_in_place,
    of_a_parent,
    of_a_parent_between,
    other_parents,
    made_up_by_a_metaclass,
    missing_in_a_class,
    a_property_put_over_an_attribute,
    another_class_of_an_object,
    of_a_member,
    of_a_named_tuple,
    of_a_kind_of_list,
    of_a_frozen_dataclass,
    a_default_factory,
    keywords_of_a_partial,
    of_a_partial,
    within_a_librarys_wrapper,
    under_a_librarys_name,
    put_into_a_library,
    put_into_builtins,
    of_a_tensor,
    of_a_graph,
    of_a_graph_object,
    in_a_slice,
]
