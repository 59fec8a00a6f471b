"""Random circuits over PennyLane's gates, lowered, against default.qubit: states and gradients."""

from __future__ import annotations

import numpy as np
import pennylane as qml
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pennylane.tape import QuantumScript

from tests.bridge.gates import FIXED, TURNS
from tests.bridge.lowered import by_default_qubit, lowered

N_WIRES, N_WEIGHTS, BATCH_SIZE = 4, 3, 2
WIRES = range(N_WIRES)

sources = st.tuples(
    st.sampled_from(["weight", "input", "product", "sine", "constant"]), st.integers(0, 5)
)
orders = st.permutations(WIRES)
gates = st.one_of(
    st.tuples(st.sampled_from(FIXED).map(lambda gate: (*gate, 0)), orders, st.just([])),
    st.tuples(st.sampled_from(TURNS), orders, st.lists(sources, min_size=3, max_size=3)),
    st.tuples(st.just((qml.PauliRot, 3, 1)), orders, st.lists(sources, min_size=1, max_size=1)),
)
forms = st.sampled_from(["itself", "itself", "adjoint", "controlled", "squared", "both"])
programs = st.lists(st.tuples(gates, forms), min_size=1, max_size=8)
OBSERVABLES = (
    qml.Z(0),
    qml.X(1) @ qml.Y(2),
    0.3 * qml.Z(3) + 0.7 * qml.X(0) @ qml.Z(1) - 0.2 * qml.I(0),
    qml.Hermitian(np.array([[1, 1 - 2j], [1 + 2j, -0.5]]), 2),
)


def value_of(source, inputs, weights):
    kind, index = source
    x, w = inputs[..., index % inputs.shape[-1]], weights[index % N_WEIGHTS]
    return {
        "weight": w,
        "input": x,
        "product": x * w,
        "sine": torch.sin(w),
        "constant": torch.tensor(0.3 * index - 0.8, dtype=torch.float64),
    }[kind]


def operations(program, inputs, weights):
    yield from (qml.RY(0.4 + 0.3 * wire, wire) for wire in WIRES)
    for ((gate, n_wires, n_angles), order, values), form in program:
        wires = order[:n_wires]
        angles = [value_of(source, inputs, weights) for source in values[:n_angles]]
        if gate is qml.PauliRot:
            operation = gate(*angles, "XYZ", wires=wires)
        else:
            operation = gate(*angles, wires=wires)
        if form in ("controlled", "both") and n_wires < N_WIRES:
            operation = qml.ctrl(operation, order[n_wires], control_values=[form == "both"])
        if form in ("adjoint", "both"):
            operation = qml.adjoint(operation)
        yield operation**2 if form == "squared" else operation


def leaves():
    generator = torch.Generator().manual_seed(3)
    inputs = torch.rand(BATCH_SIZE, 2, dtype=torch.float64, generator=generator)
    weights = torch.rand(N_WEIGHTS, dtype=torch.float64, generator=generator)
    return (4 * inputs - 2).requires_grad_(), (4 * weights - 2).requires_grad_()


@settings(max_examples=80, deadline=None)
@given(programs)
def test_states_agree_in_their_phase_too(program):
    inputs, weights = (leaf.detach() for leaf in leaves())
    tape = QuantumScript(list(operations(program, inputs, weights)), [qml.state()])
    [mine] = lowered(tape, WIRES, BATCH_SIZE)
    for row, state in zip(inputs, mine, strict=True):
        alone = QuantumScript(list(operations(program, row, weights)), [qml.state()])
        [theirs] = by_default_qubit(alone, WIRES)
        torch.testing.assert_close(state, theirs.to(state), rtol=0, atol=1e-10)


@settings(max_examples=60, deadline=None)
@given(programs)
def test_expectation_values_and_gradients_agree(program):
    inputs, weights = leaves()
    measurements = [qml.expval(observable) for observable in OBSERVABLES]
    tape = QuantumScript(list(operations(program, inputs, weights)), measurements)
    mine = torch.stack(lowered(tape, WIRES, BATCH_SIZE), dim=-1).expand(BATCH_SIZE, -1)
    rows = [QuantumScript(list(operations(program, row, weights)), measurements) for row in inputs]
    theirs = torch.stack([torch.stack(by_default_qubit(row, WIRES)) for row in rows])
    torch.testing.assert_close(mine, theirs, rtol=0, atol=1e-10)
    cotangent = torch.linspace(-1, 1, mine.numel(), dtype=torch.float64).reshape(mine.shape)
    if mine.requires_grad or theirs.requires_grad:
        one, other = (
            torch.autograd.grad(
                values,
                [inputs, weights],
                cotangent,
                allow_unused=True,
                materialize_grads=True,
            )
            for values in (mine, theirs)
        )
        torch.testing.assert_close(one, other, rtol=0, atol=1e-9)
