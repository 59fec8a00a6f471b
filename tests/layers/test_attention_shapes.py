"""Attention is called, masked and shaped as torch's is; the twin gives torch's very numbers."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
import torch
from torch import nn

from qaimagic import QuantumAttention
from qaimagic.layers.attention.heads import Options
from qaimagic.layers.attention.twin import DotProductAttention

E, H, N, L, S = 8, 2, 3, 4, 5


def pair(**options) -> tuple[nn.MultiheadAttention, DotProductAttention]:
    """Torch's attention, and ours with its weights."""
    torch.manual_seed(0)
    theirs = nn.MultiheadAttention(E, H, **options)
    bias = options.get("bias", True)
    with torch.no_grad():
        for name, weight in theirs.named_parameters():
            if "bias" in name:
                weight.normal_()
    ours = DotProductAttention(E, H, E // H, Options(**options))
    if theirs.in_proj_weight is not None:
        parts = theirs.in_proj_weight.chunk(3)
    else:
        parts = (theirs.q_proj_weight, theirs.k_proj_weight, theirs.v_proj_weight)
    projections = (ours.q_proj, ours.k_proj, ours.v_proj)
    with torch.no_grad():
        for k, projection in enumerate(projections):
            projection.weight.copy_(parts[k])
            if bias:
                projection.bias.copy_(theirs.in_proj_bias.chunk(3)[k])
        ours.out_proj.load_state_dict(theirs.out_proj.state_dict())
    return theirs, ours


def rows(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(sum(shape)))


def inputs(kind: str, kdim: int = E, vdim: int = E) -> list[torch.Tensor]:
    sizes = {"query": (L, E), "key": (S, kdim), "value": (S, vdim)}
    if kind == "single":
        return [rows(*size) for size in sizes.values()]
    if kind == "batch first":
        return [rows(N, *size) for size in sizes.values()]
    return [rows(length, N, width) for length, width in sizes.values()]


KINDS = ("single", "batch first", "batch second")
MASKS = {
    "none": lambda _: {},
    "causal, bool": lambda _: {"attn_mask": torch.ones(L, S, dtype=torch.bool).triu(1)},
    "numbers": lambda _: {"attn_mask": rows(L, S)},
    "of each head": lambda kind: {"attn_mask": rows(H if kind == "single" else N * H, L, S) > 1},
    "padding, bool": lambda kind: {"key_padding_mask": padding(kind)},
    "padding, numbers": lambda kind: {
        "key_padding_mask": torch.zeros(padding(kind).shape).masked_fill(padding(kind), -torch.inf)
    },
    "both": lambda kind: {
        "attn_mask": torch.ones(L, S, dtype=torch.bool).triu(2),
        "key_padding_mask": padding(kind),
    },
    "causal, hinted": lambda _: {
        "attn_mask": torch.ones(L, S, dtype=torch.bool).triu(1),
        "is_causal": True,
    },
}


def padding(kind: str) -> torch.Tensor:
    mask = torch.arange(S)[None] >= torch.tensor([[5], [3], [4]])
    return mask[1] if kind == "single" else mask


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.filterwarnings("ignore:Support for mismatched:UserWarning")
def test_the_twin_answers_as_torch_does(kind, mask):
    theirs, ours = pair(batch_first=kind == "batch first")
    given, masks = inputs(kind), MASKS[mask](kind)
    for options in ({}, {"average_attn_weights": False}, {"need_weights": False}):
        expected, received = (one(*given, **masks, **options) for one in (theirs, ours))
        torch.testing.assert_close(received[0], expected[0])
        if "need_weights" in options:
            assert received[1] is None
        else:
            torch.testing.assert_close(received[1], expected[1])


def test_what_may_attend_to_nothing_does_and_learns_on():
    theirs, ours = pair(batch_first=True)
    mask = torch.zeros(L, S).masked_fill(torch.arange(L)[:, None] == 1, -torch.inf)
    given = inputs("batch first")
    expected, _ = theirs(*given, attn_mask=mask, need_weights=False)
    answer, weights = ours(*given, attn_mask=mask)
    torch.testing.assert_close(answer, expected)
    assert not weights[:, 1].any()
    assert weights[:, 0].all()
    answer.sum().backward()
    assert all(weight.grad.isfinite().all() for weight in ours.parameters())


@pytest.mark.parametrize(
    "options", [{"bias": False}, {"kdim": 3}, {"kdim": 3, "vdim": 6, "bias": False}]
)
def test_options_are_those_of_torch(options):
    theirs, ours = pair(**options)
    given = inputs("batch second", options.get("kdim", E), options.get("vdim", E))
    for received, expected in zip(ours(*given), theirs(*given), strict=True):
        torch.testing.assert_close(received, expected)


def test_dropout_drops_what_torch_drops():
    theirs, ours = pair(dropout=0.5, batch_first=True)
    answers = []
    for one in (theirs, ours):
        torch.manual_seed(3)
        answers.append(one(*inputs("batch first")))
    torch.testing.assert_close(answers[1], answers[0])
    assert (answers[1][1] == 0).any()


def test_the_call_has_the_signature_of_torchs():
    def arguments(cls):
        parameters = inspect.signature(cls.forward).parameters.values()
        return [(parameter.name, parameter.default) for parameter in parameters]

    assert arguments(QuantumAttention) == arguments(nn.MultiheadAttention)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.filterwarnings("ignore:Support for mismatched:UserWarning")
def test_quantum_attention_has_torchs_shapes_and_zeros(kind, mask):
    theirs, _ = pair(batch_first=kind == "batch first")
    ours = QuantumAttention(E, H, n_wires=2, batch_first=kind == "batch first")
    options = {**MASKS[mask](kind), "average_attn_weights": False}
    given = inputs(kind)
    (answer, weights), (shape, seen) = (one(*given, **options) for one in (ours, theirs))
    assert answer.shape == shape.shape
    assert weights.shape == seen.shape
    assert torch.equal(weights == 0, seen == 0)
    torch.testing.assert_close(weights.sum(-1), torch.ones(weights.shape[:-1]))
    answer.sum().backward()
    assert all(w.grad is not None and w.grad.isfinite().all() for w in ours.parameters())


@pytest.mark.parametrize("mask", [None, torch.ones(L, L, dtype=torch.bool).triu(1)])
def test_nothing_later_leaks_behind_a_causal_mask(mask):
    attention = QuantumAttention(E, H, n_wires=2, batch_first=True)
    x = rows(N, L, E)
    before, _ = attention(x, x, x, attn_mask=mask, is_causal=True)
    for place in range(1, L):
        changed = x.clone()
        changed[:, place:] += 1
        after, _ = attention(changed, changed, changed, attn_mask=mask, is_causal=True)
        assert torch.equal(after[:, :place], before[:, :place])
        assert not torch.isclose(after[:, place:], before[:, place:]).all()


@pytest.mark.parametrize("training", [True, False])
def test_torchs_own_layers_take_it(training):
    torch.manual_seed(0)
    encoder = nn.TransformerEncoderLayer(E, H, dim_feedforward=8, batch_first=True, dropout=0.0)
    decoder = nn.TransformerDecoderLayer(E, H, dim_feedforward=8, batch_first=True, dropout=0.0)
    encoder.self_attn = QuantumAttention(E, H, n_wires=2, batch_first=True)
    decoder.multihead_attn = QuantumAttention(E, H, n_wires=2, batch_first=True)
    stack = nn.TransformerEncoder(encoder, 2, enable_nested_tensor=False)
    for module in (stack, decoder):
        module.train(training)
    x = rows(N, L, E)
    with torch.no_grad():
        alone = encoder.train(training)(x)
        expected = encoder.norm1(x + encoder.self_attn(x, x, x)[0])
        expected = encoder.norm2(expected + encoder.linear2(encoder.linear1(expected).relu()))
        torch.testing.assert_close(alone, expected)
        mask = nn.Transformer.generate_square_subsequent_mask(L)
        assert decoder(x, stack(x, mask=mask, is_causal=True)).shape == x.shape


BAD = {
    "query's width": (lambda q, k, v: ((q[..., :3], k, v), {}), "`query` must have shape"),
    "a key alone": (lambda q, k, v: ((q, k[0], v), {}), "`key` must have shape"),
    "other batches": (lambda q, k, v: ((q, k[:2], v), {}), "`key` must have the 3 sequences"),
    "fewer values": (lambda q, k, v: ((q, k, v[:, :3]), {}), "`value` must have the 5 tokens"),
    "a mask's shape": (
        lambda q, k, v: ((q, k, v), {"attn_mask": torch.zeros(S, L)}),
        r"`attn_mask` must have shape \(4, 5\) or \(6, 4, 5\), but its shape is \(5, 4\)",
    ),
    "padding's shape": (
        lambda q, k, v: ((q, k, v), {"key_padding_mask": torch.zeros(S, N)}),
        "`key_padding_mask` must have shape",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_shapes_that_do_not_fit_are_named(case):
    change, message = BAD[case]
    arguments, options = change(*inputs("batch first"))
    with pytest.raises(ValueError, match=message):
        QuantumAttention(E, H, batch_first=True)(*arguments, **options)


def test_masks_of_integers_are_refused():
    given = inputs("batch first")
    with pytest.raises(TypeError, match="`attn_mask` must hold booleans"):
        QuantumAttention(E, H, batch_first=True)(
            *given, attn_mask=torch.zeros(L, S, dtype=torch.int64)
        )


@pytest.mark.parametrize("name", ["query", "key", "value", "key_padding_mask", "attn_mask"])
@pytest.mark.parametrize("value", [[[1.0]], "x", np.ones((2, 3, 4))])
def test_what_is_no_tensor_is_told_of(name, value) -> None:
    attention = QuantumAttention(4, 2, n_wires=1, batch_first=True)
    x = torch.zeros(2, 3, 4)
    given = {"query": x, "key": x, "value": x, name: value}
    with pytest.raises(TypeError, match=f"^Argument `{name}` must be a tensor, but it is "):
        attention(**given)


def test_shots_of_overlaps_that_are_not_finite_are_told_of() -> None:
    attention = QuantumAttention(4, 2, n_wires=1, batch_first=True, shots=10)
    x = torch.full((1, 2, 4), torch.nan)
    with pytest.raises(ValueError, match=r"^Argument `query` must be finite"):
        attention(x, x, x)
    with pytest.raises(ValueError, match=r"^Argument `shots` must be at most"):
        QuantumAttention(4, 2, n_wires=1, shots=10**30)
