"""Attributes that a function reads of functions, classes and objects may change too."""

from __future__ import annotations

import builtins
import collections
import math
import types

import numpy as np
import pytest
import torch

from qaimagic.bridge.guards import Guards, NotGuardableError
from tests.bridge.owners import CASES, FRESH


@pytest.fixture(autouse=True)
def _nothing_stays_behind():
    yield
    for module in (math, builtins):
        vars(module).pop("added_by_a_test", None)


@pytest.mark.parametrize("case", CASES)
def test_a_change_is_noticed(case):
    read, change = case()
    before = read()
    guards = Guards.of(read)
    assert guards.still_hold()
    change()
    assert read() == FRESH != before
    assert not guards.still_hold()


def reads_a_docstring():
    return float(Guards.__doc__ or 0)


def modes():
    return torch.is_anomaly_enabled(), np.get_printoptions()


def module_handed_on():
    return getattr(np, "ran" + "dom")


made_up = collections.defaultdict(lambda: 1.0)


def makes_up_items():
    return made_up["a"]


class Number(float):
    pass


number = Number(0)


def reads_a_kind_of_number():
    return number


class Failing:
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise KeyError(name)


failing = Failing()


def reads_what_fails():
    return failing.anything


@pytest.mark.parametrize(
    "read",
    [
        reads_a_docstring,
        modes,
        module_handed_on,
        makes_up_items,
        reads_a_kind_of_number,
        reads_what_fails,
    ],
)
def test_what_cannot_be_noticed_is_refused(read):
    with pytest.raises(NotGuardableError):
        Guards.of(read)


def test_a_change_that_raises_is_a_change():
    holder = types.SimpleNamespace(inner=Failing())
    holder.inner.scale = 1.0
    guards = Guards.of(lambda: holder.inner.scale)
    del holder.inner.scale
    assert not guards.still_hold()
