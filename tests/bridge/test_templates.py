"""PennyLane's templates, lowered, against default.qubit: states, and gradients of their weights."""

from __future__ import annotations

import warnings

import numpy as np
import pennylane as qml
import pytest
import torch
from pennylane.operation import StatePrepBase
from pennylane.tape import QuantumScript

from qaimagic.bridge.lowering import prepared
from tests.bridge.lowered import by_default_qubit, lowered
from tests.bridge.templates import BATCHED, FIXED, WEIGHTED


def tape_of(template, *arguments):
    with qml.queuing.AnnotatedQueue() as queue:
        template(*arguments)
    operations = QuantumScript.from_queue(queue).operations
    wires = qml.wires.Wires.all_wires([operation.wires for operation in operations])
    loads = any(isinstance(operation, StatePrepBase) for operation in operations)
    turns = [] if loads else [qml.RX(0.3 + 0.2 * i, wire) for i, wire in enumerate(wires)]
    tape = QuantumScript([*turns, *operations])
    return tape, qml.wires.Wires.all_wires([tape.wires, prepared(tape).wires])


@pytest.mark.parametrize("name", FIXED)
def test_a_template_gives_the_same_state(name):
    tape, wires = tape_of(FIXED[name])
    tape = tape.copy(measurements=[qml.state()])
    [[mine]] = lowered(tape, wires)
    [theirs] = by_default_qubit(tape, wires)
    torch.testing.assert_close(mine, theirs.to(mine), rtol=0, atol=1e-10)


@pytest.mark.parametrize("name", WEIGHTED)
def test_a_template_gives_the_same_state_and_gradients(name):
    shape, template = WEIGHTED[name]
    weights = torch.rand(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    weights = (4 * weights - 1.5).requires_grad_()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tape, wires = tape_of(template, weights)
        tape = tape.copy(measurements=[qml.state()])
        [[mine]] = lowered(tape, wires)
        [theirs] = by_default_qubit(tape, wires)
    theirs = theirs.to(mine)
    torch.testing.assert_close(mine, theirs, rtol=0, atol=1e-10)
    cotangent = torch.linspace(-1, 1, len(mine)) + 1j * torch.linspace(2, -1, len(mine))
    gradients = [
        torch.autograd.grad(state, weights, cotangent.to(state), retain_graph=True)
        for state in (mine, theirs)
    ]
    torch.testing.assert_close(*gradients, rtol=0, atol=1e-9)


def test_a_multiplexed_rotation_about_x_is_right_where_default_qubit_is_not():
    """PennyLane 0.45.1's own answer is wrong here for tensors (and right for arrays)."""
    angles = [0.3, 1.1, -0.4, 2.0]
    tape = QuantumScript(
        [qml.H(0), qml.H(1), qml.SelectPauliRot(torch.tensor(angles), [0, 1], 2, rot_axis="X")],
        [qml.probs(wires=[0, 1, 2])],
    )
    [[mine]] = lowered(tape, range(3))
    wanted = [p for a in angles for p in (np.cos(a / 2) ** 2 / 4, np.sin(a / 2) ** 2 / 4)]
    np.testing.assert_allclose(mine, wanted, atol=1e-7)


@pytest.mark.parametrize("name", BATCHED)
def test_a_broadcast_template_gives_the_states_of_its_samples(name):
    shape, template = BATCHED[name]
    generator = torch.Generator().manual_seed(1)
    data = torch.rand(2, *shape, dtype=torch.float64, generator=generator)
    tape, _ = tape_of(template, data)
    [mine] = lowered(tape.copy(measurements=[qml.state()]), range(3), len(data))
    for row, state in zip(data, mine, strict=True):
        alone = tape_of(template, row)[0].copy(measurements=[qml.state()])
        [theirs] = by_default_qubit(alone, range(3))
        torch.testing.assert_close(state, theirs.to(state))
