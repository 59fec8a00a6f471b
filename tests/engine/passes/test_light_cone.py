"""Leaving out what no word sees."""

from __future__ import annotations

import dataclasses

import numpy as np
from hypothesis import given, settings

from qaimagic.engine.circuit import Angle, Circuit, Flip, Rotation
from qaimagic.engine.passes.light_cone import light_cone
from tests.engine.random_circuits import cases, starts
from tests.oracles import circuits as oracle

Z0, Z2 = ((0, "Z"),), ((2, "Z"),)
SOME = Angle((), 0.3)


def kept(operations, words, n_wires=3):
    circuit = Circuit(n_wires, 0, 0, tuple(operations), words)
    return [circuit.operations.index(one) for one in light_cone(circuit).operations]


@settings(max_examples=150, deadline=None)
@given(cases(max_wires=4, max_operations=16))
def test_keeps_the_expectation_values_from_any_start(case):
    circuit, shared, varied = case
    start = starts(circuit).numpy()
    for given_words in [circuit.words, circuit.words[:1]]:
        measured = dataclasses.replace(circuit, words=given_words)
        wanted = oracle.expvals(measured, shared, varied, start)
        found = oracle.expvals(light_cone(measured), shared, varied, start)
        np.testing.assert_allclose(found, wanted, atol=1e-10)


def test_leaves_a_state_alone():
    circuit = Circuit(1, 0, 0, (Rotation(Z0, SOME),))
    assert light_cone(circuit) is circuit


def test_drops_what_lies_beside_the_cone():
    beside = Rotation(((1, "Y"),), SOME)
    within = Rotation(((0, "Y"),), SOME)
    assert kept([beside, within, Flip(2, 1)], (Z0,)) == [1]
    assert kept([beside, within, Flip(2, 1)], (Z0, Z2)) == [0, 1, 2]
    assert kept([beside, within], ((),)) == []


def test_drops_gates_along_the_measured_letter():
    phases = [
        Rotation(((0, "Y"),), SOME),
        Rotation(((0, "Z"), (1, "Z")), SOME),
        Rotation((), SOME, ((0, 1), (1, 0))),
        Flip(1, 0),
    ]
    assert kept(phases, (Z0,)) == [0]
    assert kept(phases, (((0, "X"),),)) == [0, 1, 2, 3]


def test_cone_grows_through_cnots_both_ways():
    first, second = Rotation(((0, "X"),), SOME), Rotation(((1, "X"),), SOME)
    assert kept([first, second, Flip(1, 0)], (((1, "Z"),),)) == [0, 1, 2]
    flipped = [Rotation(((1, "Z"),), SOME), Rotation(((0, "Z"),), SOME), Flip(1, 0)]
    assert kept(flipped, (((0, "X"),),)) == [0, 1, 2]
    assert kept([first, second, Flip(1, 0)], (Z0,)) == [0]
