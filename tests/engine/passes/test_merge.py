"""Bringing equal rotations together."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings

from qaimagic.engine.circuit import Angle, Circuit, Flip, Rotation
from qaimagic.engine.passes.merge import merge
from tests.engine.random_circuits import cases
from tests.oracles import circuits as oracle

Z, X, ZZ, XX = ((0, "Z"),), ((0, "X"),), ((0, "Z"), (1, "Z")), ((0, "X"), (1, "X"))


def slot(index, scale=1.0):
    return Angle(((index, scale),))


def merged(*operations):
    return merge(Circuit(3, 2, 0, operations)).operations


@settings(max_examples=300, deadline=None)
@given(cases(max_wires=3, max_operations=20, max_word=2))
def test_keeps_the_unitary(case):
    circuit, shared, varied = case
    smaller = merge(circuit)
    assert len(smaller.operations) <= len(circuit.operations)
    assert smaller.words == circuit.words
    wanted = oracle.matrix(circuit, shared, varied[0])
    np.testing.assert_allclose(oracle.matrix(smaller, shared, varied[0]), wanted, atol=1e-10)


def test_sums_angles_past_what_commutes():
    found = merged(Rotation(ZZ, slot(0)), Rotation(XX, slot(1)), Rotation(ZZ, slot(0, 2.0)))
    assert found == (Rotation(ZZ, slot(0, 3.0)), Rotation(XX, slot(1)))


def test_keeps_apart_what_does_not_commute():
    gates = (Rotation(Z, slot(0)), Rotation(X, slot(1)), Rotation(Z, slot(0)))
    assert merged(*gates) == gates


def test_carries_words_through_flips():
    found = merged(Rotation(ZZ, slot(0)), Flip(1, 0), Flip(0), Rotation(((1, "Z"),), slot(1)))
    assert found == (Rotation(ZZ, slot(0).plus(slot(1))), Flip(1, 0), Flip(0))
    found = merged(Rotation(Z, slot(0)), Flip(0), Rotation(Z, slot(1)))
    assert found == (Rotation(Z, Angle(((0, 1.0), (1, -1.0)))), Flip(0))


def test_heeds_controls():
    on, off = ((1, 1),), ((1, 0),)
    gates = (Rotation(X, slot(0), on), Rotation(X, slot(0), off))
    assert merged(*gates) == gates
    found = merged(Rotation(X, slot(0), on), Flip(1), Rotation(X, slot(1), off))
    assert found == (Rotation(X, slot(0).plus(slot(1)), on), Flip(1))
    across = (Rotation(X, slot(0), on), Rotation(((1, "X"),), slot(1)), Rotation(X, slot(0), on))
    assert merged(*across) == across


@pytest.mark.parametrize("sign", [1, -1])
def test_drops_zeros_and_then_sees_past_them(sign):
    zero = Rotation(X, Angle((), 0.0))
    pair = (Rotation(X, slot(1)), Rotation(X, slot(1, -1.0)))
    quarter = Rotation(Z, Angle((), sign * math.pi / 2))
    found = merged(quarter, *pair, zero, quarter)
    assert found == (Rotation(Z, Angle((), sign * math.pi)),)
