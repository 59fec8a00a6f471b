"""Random bodies, traced on one batch and run on another, against PennyLane on mapped tapes."""

from __future__ import annotations

import pennylane as qml
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from qaimagic.bridge.body import record
from qaimagic.bridge.execution import as_samples, execute
from qaimagic.bridge.mapping import map_body
from qaimagic.bridge.tracing import trace

N_WIRES, FEATURES, WEIGHTS = 3, 4, 5
GATES = {
    qml.RX: (1, 1),
    qml.RY: (1, 1),
    qml.RZ: (1, 1),
    qml.PhaseShift: (1, 1),
    qml.Rot: (3, 1),
    qml.U3: (3, 1),
    qml.CRY: (1, 2),
    qml.IsingXX: (1, 2),
    qml.SingleExcitation: (1, 2),
    qml.CNOT: (0, 2),
    qml.H: (0, 1),
    qml.SWAP: (0, 2),
}
UNARY = [
    torch.sin,
    torch.tanh,
    torch.exp,
    torch.neg,
    torch.detach,
    lambda v: v**2,
    lambda v: 0.3 * v,
    lambda v: 1 - v,
    lambda v: v / 2,
    lambda v: v.reshape(1)[0],
    lambda v: torch.stack([v, v, 0 * v]).sum(),
    lambda v: torch.clamp(v, -1, 0.4),
    lambda v: torch.where(v > 0.3, v, 2 * v),
    lambda v: v.clone().double(),
]
BINARY = [
    torch.add,
    torch.sub,
    torch.mul,
    torch.atan2,
    torch.maximum,
    lambda a, b: torch.stack([a, b]).flip(0)[0],
    lambda a, b: torch.cat([a[None], b[None], a[None]])[[2, 1]].sum(),
    lambda a, b: torch.dot(torch.stack([a, b]), torch.stack([b, a])),
    lambda a, b: torch.softmax(torch.stack([a, b]), 0)[1],
    lambda a, b: a / (1 + b**2),
]
whole = st.sampled_from(
    [
        lambda x, _: x,
        lambda x, _: torch.tanh(x),
        lambda x, w: x * w[0] + 0.1,
        lambda x, w: x.roll(1) - w[:4],
        lambda x, _: x.reshape(2, 2).T.reshape(-1),
        lambda x, w: torch.outer(x[:2], w[1:3]).flatten(),
        lambda x, _: x - x.mean(),
        lambda x, _: x[[3, 1, 1, 0]],
    ]
)
leaves = st.one_of(
    st.tuples(st.just("input"), st.integers(0, FEATURES - 1)),
    st.tuples(st.just("weight"), st.integers(0, WEIGHTS - 1)),
    st.tuples(st.just("constant"), st.sampled_from([0.0, 0.7, -1.2])),
)
expressions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(UNARY), inner),
        st.tuples(st.sampled_from(BINARY), inner, inner),
    ),
    max_leaves=4,
)


@st.composite
def programs(draw):
    steps = []
    for _ in range(draw(st.integers(1, 8))):
        gate = draw(st.sampled_from(list(GATES)))
        n_angles, n_wires = GATES[gate]
        angles = [draw(expressions) for _ in range(n_angles)]
        steps.append((gate, angles, draw(st.permutations(range(N_WIRES)))[:n_wires]))
    return steps


measurements = st.sampled_from(
    [
        lambda *_: [qml.expval(qml.Z(0)), qml.expval(qml.X(1) @ qml.Y(2))],
        lambda x, _: [qml.probs(wires=[0, 2]), qml.var(qml.X(1)), qml.expval(x[1] * qml.Z(0))],
        lambda _, w: [qml.expval(w[0] * qml.Z(0) + torch.sin(w[1]) * qml.X(2))],
        lambda _, w: [qml.expval(qml.Hamiltonian([w[2], 0.5], [qml.Y(0), qml.Z(1) @ qml.X(0)]))],
        lambda *_: [qml.expval(qml.Hermitian([[1, 0.5j], [-0.5j, 0]], wires=1)), qml.probs()],
    ]
)


def value(expression, x, w):
    head, *rest = expression
    if head == "input":
        return x[rest[0]]
    if head == "weight":
        return w[rest[0]]
    if head == "constant":
        return torch.tensor(rest[0], dtype=torch.float64)
    return head(*(value(one, x, w) for one in rest))


@settings(max_examples=120, deadline=None)
@given(programs(), whole, measurements)
def test_a_traced_body_equals_pennylane(steps, prepare, measure):
    def body(inputs, theta):
        x = prepare(inputs, theta)
        qml.AngleEmbedding(x[:3], wires=range(N_WIRES), rotation="Y")
        for gate, angles, wires in steps:
            gate(*(value(angle, x, theta) for angle in angles), wires=list(wires))
        return measure(x, theta)

    torch.manual_seed(1)
    example = torch.rand(2, FEATURES, dtype=torch.float64), torch.rand(WEIGHTS, dtype=torch.float64)
    program = trace(
        lambda given: record(body, given),
        {"inputs": example[0]},
        {"theta": example[1]},
        wires=range(N_WIRES),
    )
    inputs = (2 * torch.rand(3, FEATURES, dtype=torch.float64) - 1).requires_grad_()
    theta = (2 * torch.rand(WEIGHTS, dtype=torch.float64) - 1).requires_grad_()
    answers = program.run({"inputs": inputs}, {"theta": theta})
    if not isinstance(answers, Tensor):
        answers = torch.cat([answer.reshape(3, -1) for answer in answers], dim=-1)
    mapped = map_body(body, {"inputs": inputs}, {"theta": theta})
    results = as_samples(execute(mapped.tapes, qml.device("default.qubit", wires=N_WIRES)), mapped)
    expected = torch.cat([result.reshape(3, -1) for result in results], dim=-1)
    torch.testing.assert_close(answers, expected, check_dtype=False)
    leaves = [inputs, theta]
    scale = torch.linspace(1, 2, expected.numel(), dtype=torch.float64).reshape(expected.shape)
    mine = torch.autograd.grad((answers * scale).sum(), leaves, allow_unused=True)
    theirs = torch.autograd.grad((expected * scale).sum(), leaves, allow_unused=True)
    for one, other, leaf in zip(mine, theirs, leaves, strict=True):
        zeros = torch.zeros_like(leaf)
        torch.testing.assert_close(zeros if one is None else one, zeros if other is None else other)


@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_zeros_that_stand_among_variables_keep_their_sign(zero):
    def body(inputs, theta):
        qml.RX(torch.atan2(inputs[0], inputs[1]), wires=0)
        qml.RX(torch.tanh(torch.atan2(torch.tensor(zero).double(), inputs[0])), wires=0)
        qml.RX(theta[0], wires=0)
        return [qml.expval(qml.Y(0))]

    data = torch.tensor([[-0.5, 0.2], [0.5, -0.3]], dtype=torch.float64)
    given = {"inputs": data}, {"theta": torch.tensor([0.3], dtype=torch.float64)}
    program = trace(lambda values: record(body, values), *given, wires=range(1))
    mapped = map_body(body, *given)
    [expected] = as_samples(execute(mapped.tapes, qml.device("default.qubit", wires=1)), mapped)
    torch.testing.assert_close(program.run(*given).flatten(), expected.flatten())
