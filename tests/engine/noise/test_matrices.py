"""Small matrices on wires: compiled and in plain torch, by dense algebra and by differences."""

from __future__ import annotations

import pytest
import torch

from qaimagic.engine import jit
from qaimagic.engine.noise import matrices
from qaimagic.engine.noise.matrices import acted_on, reduced

WIRES = [(0,), (4,), (2,), (4, 3), (1, 4), (0, 1), (3, 0), (2, 0, 4), (0, 1, 2, 3), (4, 0, 3, 1)]


def drawn(*shape, dtype=torch.complex128, seed=0):
    return torch.randn(*shape, dtype=dtype, generator=torch.Generator().manual_seed(seed))


def by_letters(states, matrix, wires):
    """The same by one einsum: a letter for each wire."""
    n_wires = states.shape[1].bit_length() - 1
    before = "abcdefgh"[:n_wires]
    new = dict(zip((before[wire] for wire in wires), "stuvw", strict=False))
    after = "".join(new.get(letter, letter) for letter in before)
    sides = matrix.reshape(len(matrix), *(2,) * (2 * len(wires)))
    rule = f"z{''.join(new.values())}{''.join(new)},z{before}->z{after}"
    return torch.einsum(rule, sides, states.reshape(-1, *(2,) * n_wires)).reshape(states.shape)


@pytest.fixture(params=[True, False], ids=["compiled", "plain torch"])
def is_compiled(request, monkeypatch):
    if not request.param:
        monkeypatch.setattr(matrices, "_compiles", lambda _: False)
    elif not jit.available():
        pytest.skip("there is no compiler")


@pytest.mark.parametrize("dtype", [torch.complex64, torch.complex128], ids=str)
@pytest.mark.parametrize("wires", WIRES, ids=str)
def test_agrees_with_einsum(is_compiled, wires, dtype):
    states, side = drawn(6, 32, dtype=dtype), 2 ** len(wires)
    for n_matrices in (1, 2, 6):
        given = drawn(n_matrices, side, side, dtype=dtype, seed=1)
        found = acted_on(states, given, wires, 5)
        each = given.repeat_interleave(6 // n_matrices, dim=0)
        torch.testing.assert_close(found, by_letters(states, each, wires), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("wires", WIRES, ids=str)
def test_reduced_matrices(is_compiled, wires):
    states = drawn(3, 32)
    whole = reduced(states, wires, 5, diagonal=False)
    observable = drawn(3, 2 ** len(wires), 2 ** len(wires), seed=2)
    exact = (states.conj() * by_letters(states, observable, wires)).sum(dim=1)
    torch.testing.assert_close(torch.einsum("zij,zji->z", observable, whole), exact)
    diagonal = reduced(states, wires, 5, diagonal=True)
    torch.testing.assert_close(diagonal, torch.diag_embed(whole.diagonal(dim1=1, dim2=2)))


@pytest.mark.parametrize("wires", [(0,), (3,), (3, 0)], ids=str)
def test_derivatives(is_compiled, wires):
    side = 2 ** len(wires)
    inputs = drawn(2, 16).requires_grad_(), drawn(1, side, side, seed=3).requires_grad_()

    def run(states, matrix):
        return acted_on(states, matrix, wires, 4)

    assert torch.autograd.gradcheck(run, inputs)
    assert torch.autograd.gradgradcheck(run, inputs)


def test_many_and_large_states_share_out_the_work(monkeypatch):
    for n_states, n_wires in ((1, 8), (300, 5)):
        states, given = drawn(n_states, 2**n_wires), drawn(1, 4, 4, seed=4)
        whole = (
            acted_on(states, given, (4, 0), n_wires),
            reduced(states, (4, 0), n_wires, diagonal=False),
        )
        monkeypatch.setattr(matrices, "_SHARE_NUMBERS", 64)
        parts = (
            acted_on(states, given, (4, 0), n_wires),
            reduced(states, (4, 0), n_wires, diagonal=False),
        )
        assert all(map(torch.equal, whole, parts))
