"""Leaving out what known bits make trivial."""

from __future__ import annotations

import dataclasses

import numpy as np
from hypothesis import given, settings

from qaimagic.engine.circuit import Angle, Circuit, Flip, Rotation
from qaimagic.engine.passes.start import start
from tests.engine.random_circuits import cases
from tests.oracles import circuits as oracle

SOME = Angle((), 0.3)
ASKED = (((0, "Z"),),)


def started(*operations, words=ASKED):
    return start(Circuit(3, 0, 0, operations, words)).operations


@settings(max_examples=200, deadline=None)
@given(cases(max_wires=4, max_operations=12))
def test_keeps_the_state_and_the_expectation_values(case):
    circuit, shared, varied = case
    wanted = oracle.expvals(circuit, shared, varied)
    found = oracle.expvals(start(circuit), shared, varied)
    np.testing.assert_allclose(found, wanted, atol=1e-10)
    asked = dataclasses.replace(circuit, words=())
    wanted = oracle.states(asked, shared, varied)
    np.testing.assert_allclose(oracle.states(start(asked), shared, varied), wanted, atol=1e-10)


def test_phases_of_fresh_wires_are_global():
    phase = Rotation(((0, "Z"), (1, "Z")), SOME)
    assert started(phase) == ()
    assert started(phase, words=()) == (Rotation((), SOME),)
    assert started(Flip(0), phase, words=()) == (Flip(0), Rotation((), SOME.scaled(-1)))


def test_controls_on_known_bits_are_decided():
    turn = Rotation(((1, "Y"),), SOME, ((0, 1),))
    assert started(turn, Flip(1, 0)) == ()
    assert started(Flip(0), turn, Flip(2, 0)) == (
        Flip(0),
        Rotation(((1, "Y"),), SOME),
        Flip(2),
    )


def test_words_shrink_to_the_wires_in_doubt():
    mixed, phase = Rotation(((0, "X"), (1, "Z")), SOME), Rotation(((0, "Z"), (1, "Z")), SOME)
    assert started(mixed, phase) == (Rotation(((0, "X"),), SOME), Rotation(((0, "Z"),), SOME))
    spread = (Rotation(((0, "Y"),), SOME), Flip(1, 0), Rotation(((1, "Z"),), SOME))
    assert started(*spread) == spread
