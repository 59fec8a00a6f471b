"""Circuits of real amplitudes: found where they are, and run on half the numbers."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qaimagic.engine import eager, jit, run
from qaimagic.engine.circuit import Angle, Circuit, Flip, Rotation
from qaimagic.engine.passes.real_amplitudes import real_amplitudes
from qaimagic.engine.program import is_real
from qaimagic.engine.schedule import schedule
from tests.engine.random_circuits import circuits, parameters
from tests.engine.test_schedule import run_schedule
from tests.oracles import dense, rotations

FREE = Angle(((0, 1.0),))


def turned(word, angle=FREE):
    return Rotation(word, angle)


def phase(*wires, angle):
    return Rotation(tuple((wire, "Z") for wire in wires), Angle((), angle))


def cz(one, other):
    quarter = math.pi / 2
    first, second = sorted((one, other))
    parts = ((first,), quarter), ((second,), quarter), ((first, second), -quarter)
    return tuple(phase(*wires, angle=angle) for wires, angle in parts)


def ansatz(n_wires, depth):
    """RY of data and of weights on each wire and a ring of CZ, again and again."""
    data = n_wires * depth
    operations = []
    for slot in range(data):
        operations.append(turned(((slot % n_wires, "Y"),), Angle(((slot, 1.0),))))
        operations.append(turned(((slot % n_wires, "Y"),), Angle(((data + slot % n_wires, 1.0),))))
        if slot % n_wires == n_wires - 1 > 0:
            for wire in range(n_wires):
                operations += cz(wire, (wire + 1) % n_wires)
    ends = ((0, "X"), (n_wires - 1, "X"))
    words = (*(((wire, "Z"),) for wire in range(n_wires)), ends, ((0, "Y"),))
    return Circuit(n_wires, data, n_wires, tuple(operations), words)


def found(*operations, words=(((0, "X"),), ((1, "X"),), ((2, "X"),))):
    turns = tuple(turned(((wire, "Y"),)) for wire in range(3))
    return is_real(Circuit(3, 1, 0, (*turns, *operations, *turns), words), from_zeros=True)


def test_finds_turns_flips_and_signs():
    assert found()
    assert found(Flip(1, 0), Flip(2))
    assert found(*cz(0, 1), *cz(1, 2), phase(0, angle=-math.pi))
    assert found(turned(((0, "Z"), (1, "Y"))), turned(((0, "X"), (1, "Y"), (2, "X"))))


@pytest.mark.parametrize(
    "operation",
    [
        turned(((0, "X"),)),
        turned(((0, "Z"),)),
        turned(((0, "Y"), (2, "Y"))),
        phase(0, angle=math.pi / 2),
        phase(0, 1, angle=math.pi / 2),
        phase(1, angle=math.pi / 4),
        phase(1, angle=3.14),
    ],
)
def test_leaves_other_circuits_alone(operation):
    assert not found(operation)
    assert not found(*cz(0, 1), operation)


def test_a_half_that_nobody_sees_is_no_hindrance():
    turns = [turned(((wire, "Y"),)) for wire in range(3)]
    seen, _, both = cz(1, 2)
    half = Circuit(3, 1, 0, (*turns, seen, both), (((0, "Z"),), ((1, "X"),)))
    assert is_real(half, from_zeros=True)
    assert not is_real(dataclasses.replace(half, words=(((2, "X"),),)), from_zeros=True)


def test_parts_of_a_sign_may_lie_in_different_layers():
    brick = Circuit(
        4,
        1,
        0,
        tuple(
            operation
            for pairs in [((0, 1), (2, 3)), ((1, 2),)] * 3
            for pair in pairs
            for operation in (*(turned(((wire, "Y"),)) for wire in pair), *cz(*pair))
        ),
        (((0, "Z"), (1, "Z")), ((1, "X"), (2, "X"))),
    )
    assert is_real(brick, from_zeros=True)
    agree(brick, *parameters(brick, 3))


@st.composite
def real_circuits(draw):
    """Rotations about words with one Y, flips, Z and CZ, controlled ones too; any words."""
    circuit = draw(circuits(letters="Y", max_word=1, max_wires=6, max_operations=14))
    wires = st.integers(0, circuit.n_wires - 1)
    operations = []
    for operation in circuit.operations:
        operations.append(operation)
        one, other = draw(wires), draw(wires)
        operations += (phase(one, angle=math.pi),) if one == other else cz(one, other)
    return dataclasses.replace(circuit, operations=tuple(operations))


@settings(max_examples=150, deadline=None)
@given(real_circuits())
def test_amplitudes_are_real_and_words_keep_their_values(circuit):
    scheduled = real_amplitudes(schedule(circuit))
    assume(scheduled.is_real)
    shared, varied = parameters(circuit, 1)
    slots = [*shared.tolist(), *varied[0].tolist()]
    state = run_schedule(scheduled, circuit.n_wires, slots)
    np.testing.assert_allclose(state.imag, 0, atol=1e-12)
    wanted = run_schedule(schedule(circuit), circuit.n_wires, slots)
    for word in circuit.words:
        matrix = dense.on({w: rotations.PAULIS[letter] for w, letter in word}, circuit.n_wires)
        np.testing.assert_allclose(
            dense.expval(state, matrix), dense.expval(wanted, matrix), atol=1e-12
        )


@pytest.mark.skipif(not jit.available(), reason="kernels cannot be compiled here")
@settings(max_examples=150, deadline=None)
@given(real_circuits(), st.sampled_from([1, 2, 5, 9, 17, 35]))
def test_values_and_gradients_are_those_of_plain_torch(circuit, batch):
    agree(circuit, *parameters(circuit, batch))


@pytest.mark.skipif(not jit.available(), reason="kernels cannot be compiled here")
@pytest.mark.parametrize(
    ("n_wires", "batch"), [(2, 1), (2, 40), (3, 2), (4, 1), (5, 3), (9, 1), (9, 33), (12, 2)]
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_layout_agrees(n_wires, batch, dtype):
    circuit = ansatz(n_wires, 3)
    assert is_real(circuit, from_zeros=True)
    agree(circuit, *(tensor.to(dtype) for tensor in parameters(circuit, batch)))


@pytest.mark.skipif(not jit.available(), reason="kernels cannot be compiled here")
def test_signs_of_many_wires_are_worked_out_on_the_way():
    circuit = ansatz(17, 2)
    zeros = torch.zeros(2**17, dtype=torch.complex128)
    zeros[0] = 1
    agree(circuit, *parameters(circuit, 2), other=lambda *given: run.expvals(*given, zeros))


def agree(circuit, shared, varied, other=eager.expvals):
    tolerance = 1e-4 if shared.dtype == torch.float32 else 1e-11
    shared.requires_grad_()
    varied.requires_grad_()
    answers = [function(circuit, shared, varied) for function in (run.expvals, other)]
    torch.testing.assert_close(*answers, atol=tolerance, rtol=tolerance)
    direction = torch.linspace(-1, 1, answers[0].numel(), dtype=shared.dtype)
    sums = [answer.flatten() @ direction for answer in answers]
    if all(total.requires_grad for total in sums):
        gradients = [
            torch.autograd.grad(total, (shared, varied), materialize_grads=True) for total in sums
        ]
        for one, wanted in zip(*gradients, strict=True):
            torch.testing.assert_close(one, wanted, atol=tolerance, rtol=tolerance)
