"""Quantum attention against states that are simulated here."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from functools import reduce

import numpy as np
import pytest
import torch
from torch import nn

from qaimagic import QuantumAttention, devices, train
from qaimagic.errors import DeviceError
from qaimagic.layers.attention.overlaps import pairs_of
from tests.layers.attentions import make, tokens

ID, X, Y, Z = (
    np.array(rows, dtype=complex)
    for rows in ([[1, 0], [0, 1]], [[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]])
)


def turn(pauli: np.ndarray, angle: float) -> np.ndarray:
    return np.cos(angle / 2) * ID - 1j * np.sin(angle / 2) * pauli


def simulated(angles: np.ndarray, theta: np.ndarray, *, is_entangled: bool = True) -> np.ndarray:
    """The state of one token, by Kronecker products."""
    n = len(angles)
    data = reduce(np.kron, [turn(X, angle) for angle in angles])
    state = np.eye(2**n)[0].astype(complex)
    ring = {1: [], 2: [(0, 1)]}.get(n, [(w, (w + 1) % n) for w in range(n)])
    for weights in theta:
        free = reduce(np.kron, [turn(Z, z) @ turn(Y, y) for y, z in weights])
        state = free @ data @ state
        for pair in ring if is_entangled else []:
            both = reduce(np.kron, [np.diag([0, 1]) if w in pair else ID for w in range(n)])
            state = state - 2 * both @ state
    return data @ state


def by_hand(attention: QuantumAttention, query, key, value, *, is_entangled=True):
    """The answer and each head's weights of one sequence in numpy."""
    weights = {name: w.detach().numpy() for name, w in attention.state_dict().items()}

    def projected(name, rows):
        flat = rows.numpy() @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]
        return flat.reshape(len(rows), attention.num_heads, -1).swapaxes(0, 1)

    root = np.sqrt(attention.n_wires)
    theta = weights["overlap.theta"]
    states = [
        np.array(
            [[simulated(a / root, theta, is_entangled=is_entangled) for a in rows] for rows in head]
        )
        for head in (projected("q_proj", query), projected("k_proj", key))
    ]
    overlaps = np.abs(np.einsum("hld,hsd->hls", states[0].conj(), states[1])) ** 2
    raised = np.exp(weights["scale"][:, None, None] * overlaps)
    chances = raised / raised.sum(-1, keepdims=True)
    mixed = np.einsum("hls,hsd->lhd", chances, projected("v_proj", value)).reshape(len(query), -1)
    return mixed @ weights["out_proj.weight"].T + weights["out_proj.bias"], chances, overlaps


@pytest.mark.parametrize(("n_wires", "layers"), [(1, 1), (2, 1), (3, 2), (4, 1)])
@pytest.mark.parametrize("is_entangled", [True, False])
def test_exact_attention_is_the_formula(n_wires, layers, is_entangled):
    attention = make(n_wires=n_wires, layers=layers)
    if not is_entangled:
        attention = attention.without_entanglers().double()
    with torch.no_grad():
        attention.scale.copy_(torch.tensor([3.0, 7.0]))
    query, key, value = tokens(4, 6), tokens(5, 6, seed=2), tokens(5, 6, seed=3)
    answer, chances, overlaps = by_hand(attention, query, key, value, is_entangled=is_entangled)
    received, weights = attention(query, key, value, average_attn_weights=False)
    np.testing.assert_allclose(received.detach(), answer, atol=1e-12)
    np.testing.assert_allclose(weights.detach(), chances, atol=1e-12)
    np.testing.assert_allclose(attention.overlaps(query, key).detach(), overlaps, atol=1e-12)
    scores = attention.scale.detach().numpy()[:, None, None] * overlaps
    np.testing.assert_allclose(attention.scores(query, key).detach(), scores, atol=1e-12)


def test_entanglement_changes_overlaps():
    attention = make()
    apart = attention.without_entanglers().double()
    apart.load_state_dict(attention.state_dict())
    x = tokens(4, 6)
    assert (attention.overlaps(x, x) - apart.overlaps(x, x)).abs().max() > 0.05


@pytest.mark.parametrize("is_entangled", [True, False])
def test_the_circuit_that_a_machine_runs_has_the_same_overlaps(is_entangled):
    attention = make() if is_entangled else make().without_entanglers().double()
    q, k = attention._angles(tokens(2, 4, 6), tokens(2, 5, 6, seed=2))
    expected = attention.overlap(*pairs_of(q, k))[..., 0]
    received = attention.overlaps(tokens(2, 4, 6), tokens(2, 5, 6, seed=2))
    torch.testing.assert_close(received, expected)


def test_gradients_are_those_of_differences():
    attention = make(4, 2, n_wires=2, layers=1)
    names = [name for name, _ in attention.named_parameters()]

    def answer(x, y, *weights):
        given = dict(zip(names, weights, strict=True))
        return torch.func.functional_call(attention, given, (x, y, y))

    weights = [w.detach().clone().requires_grad_() for w in attention.parameters()]
    rows = [tokens(1, 3, 4, seed=s).requires_grad_() for s in (1, 2)]
    assert torch.autograd.gradcheck(answer, (*rows, *weights), fast_mode=True)


def test_single_precision_is_near_double():
    attention, x = make(), tokens(2, 5, 6)
    exact, _ = attention(x, x, x)
    single, weights = attention.float()(*[x.float()] * 3)
    assert single.dtype == weights.dtype == torch.float32
    torch.testing.assert_close(single.double(), exact, atol=2e-6, rtol=0)


def test_half_precision_is_answered_in_kind():
    attention = make().to(torch.bfloat16)
    x = tokens(2, 5, 6).to(torch.bfloat16)
    answer, weights = attention(x, x, x)
    assert answer.dtype == weights.dtype == torch.bfloat16


def test_copies_pickles_and_state_dicts_answer_alike():
    attention, x = make(), tokens(2, 5, 6)
    answer, _ = attention(x, x, x)
    other = make(seed=5)
    assert not torch.equal(other(x, x, x)[0], answer)
    other.load_state_dict(attention.state_dict())
    for one in (copy.deepcopy(attention), pickle.loads(pickle.dumps(attention)), other):
        torch.testing.assert_close(one(x, x, x)[0], answer)


def test_an_empty_batch_has_an_empty_answer_and_gradients():
    attention, x = make(), tokens(0, 5, 6)
    answer, weights = attention(x, x, x, is_causal=True)
    assert answer.shape == (0, 5, 6)
    assert weights.shape == (0, 5, 5)
    answer.sum().backward()
    assert not any(w.grad.any() for w in attention.parameters() if w.grad is not None)


def test_no_queries_are_no_rows():
    answer, weights = make()(tokens(2, 0, 6), *[tokens(2, 5, 6)] * 2)
    assert answer.shape == (2, 0, 6)
    assert weights.shape == (2, 0, 5)


def test_the_twin_has_the_same_projections_and_lacks_the_circuit():
    attention = make(bias=False, dropout=0.1, kdim=4, vdim=5)
    twin = attention.twin()
    sizes = {name: w.shape for name, w in attention.named_parameters()}
    assert {name: w.shape for name, w in twin.named_parameters()} == {
        name: size for name, size in sizes.items() if name not in ("scale", "overlap.theta")
    }
    assert (twin.dropout, twin.batch_first) == (0.1, True)


def test_costs_are_pairs_and_shots():
    attention = make(6, 2, n_wires=3, layers=2)
    with torch.no_grad():
        attention.scale.fill_(4.0)
    costs = attention.costs(10, epsilon=0.1)
    assert (costs.circuits, costs.causal_circuits, costs.states) == (200, 110, 40)
    assert (costs.shots, costs.swap_shots, costs.swap_wires) == (400, 1600, 7)
    assert (costs.two_qubit_gates, costs.gradient_circuits) == (12, 200 * 2 * 42)
    assert "200 circuits of 3 wires" in costs.text
    assert costs.text == repr(costs)
    assert costs.to_frame()["runs"].tolist() == [80_000, 320_000, 40]


def test_the_promised_shots_keep_the_promise():
    attention, x = make(), tokens(5, 6)
    shots = attention.costs(5, epsilon=0.2).shots
    with devices.override(shots=shots):
        assert attention.standard_errors(x, x).max() <= 0.2


def test_a_model_with_attention_is_trained_with_exact_scores_and_with_shots():
    class Sees(nn.Module):
        def __init__(self):
            super().__init__()
            self.attention = QuantumAttention(2, n_wires=2, batch_first=True)

        def forward(self, x):
            return self.attention(x, x, x)[0][:, 0]

    x = tokens(40, 3, 2).float()
    torch.manual_seed(0)
    model = Sees()
    for shots in (None, 100):
        run = train(model, (x, x[:, 1]), epochs=3, lr=0.03, val=0, shots=shots, live=False)
        first, *_, last = (epoch.train_loss for epoch in run.history.epochs)
        assert last < first
    assert model.attention.overlap.circuits >= 2 * 3 * 40 * 9


def test_a_compiled_or_mapped_call_gives_the_same_numbers(recwarn):
    attention, x = make(), tokens(2, 5, 6)
    plain, _ = attention(x, x, x)
    compiled, _ = torch.compile(attention, backend="eager")(x, x, x)
    torch.testing.assert_close(compiled, plain)
    gradients = [
        torch.autograd.grad(answer.square().sum(), list(attention.parameters()))
        for answer in (compiled, plain)
    ]
    torch.testing.assert_close(*gradients)
    mapped = torch.func.vmap(lambda one: attention(one, one, one, is_causal=True)[0])(x)
    torch.testing.assert_close(mapped, attention(x, x, x, is_causal=True)[0])
    assert not recwarn.list


def test_beside_a_model_its_automatic_baseline_has_the_twin_with_its_first_weights():
    class Sees(nn.Module):
        def __init__(self):
            super().__init__()
            self.attention = QuantumAttention(2, n_wires=2, batch_first=True)

        def forward(self, x):
            return self.attention(x, x, x)[0][:, 0]

    torch.manual_seed(0)
    model = Sees()
    x = tokens(8, 3, 2).float()
    twin = model.attention.twin()
    twin.load_state_dict(model.attention.state_dict(), strict=False)
    expected = nn.functional.mse_loss(twin(x, x, x)[0][:, 0], x[:, 1])
    run = train(model, (x, x[:, 1]), baseline="auto", steps=1, val=0, live=False)
    assert run.history.steps[0].baseline_loss == pytest.approx(expected.item(), rel=1e-5)


def test_a_method_that_runs_circuits_is_heard():
    attention = make(4, 1, n_wires=1, layers=1)
    exact = copy.deepcopy(attention)
    runner = attention.overlap.runner
    runner.choice = dataclasses.replace(runner.choice, diff_method="parameter-shift")
    x = tokens(1, 2, 4)
    for one in (attention, exact):
        one.scores(x, x).square().sum().backward()
        weight = one.q_proj.weight
        assert weight.grad.abs().max() > 1e-3
    assert attention.overlap.circuits > exact.overlap.circuits == 4
    torch.testing.assert_close(weight.grad, attention.q_proj.weight.grad)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_wires": 0}, "`n_wires` must be at least 1, but it is 0"),
        ({"layers": 0}, "`layers` must be at least 1"),
        ({"num_heads": 4}, "`num_heads` must divide `embed_dim` 6, but it is 4"),
        ({"dropout": 1.5}, "`dropout` must be between 0 and 1, but it is 1.5"),
        ({"kdim": 0}, "`kdim` must be at least 1"),
    ],
)
def test_bad_sizes_are_named(options, message):
    with pytest.raises(ValueError, match=message.replace("`", ".")):
        make(**options)


def test_unknown_devices_and_bad_costs_are_named():
    with pytest.raises(DeviceError, match="nowhere"):
        make(device="nowhere")
    with pytest.raises(ValueError, match="`epsilon` must be above 0"):
        make().costs(5, epsilon=0)
    with pytest.raises(ValueError, match="`tokens` must be at least 1"):
        make().costs(0)
