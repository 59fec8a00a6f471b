"""Small matrices on some wires of states: compiled where that can be, else in plain torch."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.autograd import forward_ad

from qaimagic.engine import jit
from qaimagic.engine.workers import Work, n_threads, run_parts

_ROW_BYTES = 64
_SHARE_NUMBERS = 1 << 21
_BLOCKS = 8

Integers = NDArray[np.int64]


class Places(NamedTuple):
    """Where the wires of a matrix are, for states that lie in rows of one cache line.

    Attributes:
        holes: The bits of a row's number that are wires of the matrix, rising.
        members: The rows that these bits choose between, by their distance from the first.
        member_bits: For each of them the setting of its wires, as bits of the matrix's index.
        lane_bits: For each number in a row the setting of the wires within a row.
        to_member: For each pattern of flips, an index of the matrix, which rows it exchanges.
        to_lane: For each pattern of flips what it flips of a number's place within a row.
    """

    holes: Integers
    members: Integers
    member_bits: Integers
    lane_bits: Integers
    to_member: Integers
    to_lane: Integers


def acted_on(states: Tensor, matrices: Tensor, wires: tuple[int, ...], n_wires: int) -> Tensor:
    """Return states after matrices on some of their wires.

    Args:
        states: The amplitudes, (rows, 2**n_wires), complex.
        matrices: The matrices, (m, d, d), where d = 2**len(wires): each of them for rows / m
            states in a row.
        wires: The wires, the most significant bit of the matrix's index first.
        n_wires: The number of wires.

    Returns:
        The amplitudes, (rows, 2**n_wires).
    """
    if not _compiles(states):
        return _acted_on(states, matrices, wires, n_wires)
    if torch.is_grad_enabled() and (states.requires_grad or matrices.requires_grad):
        answer: Tensor = _Acted.apply(states, matrices, wires, n_wires)  # type: ignore[no-untyped-call]
        return answer
    return _run_act(states, matrices, wires, n_wires)


def reduced(states: Tensor, wires: tuple[int, ...], n_wires: int, *, diagonal: bool) -> Tensor:
    """Return the reduced density matrices of some wires, (rows, d, d), without gradients.

    Args:
        states: The amplitudes, (rows, 2**n_wires), complex.
        wires: The wires, the most significant bit of the matrix's index first.
        n_wires: The number of wires.
        diagonal: Whether no more than the diagonal is asked for; the rest is zero, then.
    """
    states = states.detach()
    if _compiles(states):
        return _run_overlap(states, states, wires, n_wires, diagonal=diagonal)
    front = _fronted(states, wires, n_wires)
    if diagonal:
        return torch.diag_embed(front.abs().square().sum(dim=-1)).to(states.dtype)
    return front @ front.mH


class _Acted(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, states: Tensor, matrices: Tensor, wires: tuple[int, ...], n_wires: int
    ) -> Tensor:
        ctx.wires, ctx.n_wires = wires, n_wires
        ctx.save_for_backward(states if matrices.requires_grad else None, matrices)
        return _run_act(states, matrices, wires, n_wires)

    @staticmethod
    def backward(ctx: Any, change: Tensor) -> tuple[Any, ...]:
        states, matrices = ctx.saved_tensors
        to_states = to_matrices = None
        if ctx.needs_input_grad[0]:
            to_states = acted_on(change, matrices.mH, ctx.wires, ctx.n_wires)
        if ctx.needs_input_grad[1]:
            each: Tensor = _Overlaps.apply(change, states, ctx.wires, ctx.n_wires)  # type: ignore[no-untyped-call]
            to_matrices = each.reshape(len(matrices), -1, *matrices.shape[1:]).sum(dim=1)
        return to_states, to_matrices, None, None


class _Overlaps(torch.autograd.Function):
    """Sums over all other wires of one state's amplitudes times another's, (rows, d, d)."""

    @staticmethod
    def forward(
        ctx: Any, first: Tensor, second: Tensor, wires: tuple[int, ...], n_wires: int
    ) -> Tensor:
        ctx.wires, ctx.n_wires = wires, n_wires
        ctx.save_for_backward(first, second)
        return _run_overlap(first, second, wires, n_wires, diagonal=False)

    @staticmethod
    def backward(ctx: Any, change: Tensor) -> tuple[Any, ...]:
        first, second = ctx.saved_tensors
        to_first = acted_on(second, change, ctx.wires, ctx.n_wires)
        return to_first, acted_on(first, change.mH, ctx.wires, ctx.n_wires), None, None


def _compiles(states: Tensor) -> bool:
    return (
        states.device.type == "cpu"
        and states.shape[1] * states.element_size() >= _ROW_BYTES
        and forward_ad._current_level < 0
        and not torch._C._are_functorch_transforms_active()
        and not torch._C._functorch.is_legacy_batchedtensor(states)
        and jit.available()
    )


def _run_act(states: Tensor, matrices: Tensor, wires: tuple[int, ...], n_wires: int) -> Tensor:
    from qaimagic.engine.noise.kernels import act

    source, target = _rows(states), torch.empty(states.shape, dtype=states.dtype)
    numbers, into = matrices.detach().resolve_conj().contiguous().numpy(), _rows(target)
    places, n_sharing = _places(wires, n_wires, source.shape[2]), len(states) // len(matrices)
    n_blocks = 1 if len(states) >= _BLOCKS else min(_BLOCKS, source.shape[1] // places.members.size)

    def part(_: int, start: int, stop: int) -> None:
        act(source, into, numbers, n_sharing, places, (start, stop), n_blocks)

    _share_out(part, len(states) * n_blocks, source.size)
    return target


def _run_overlap(
    first: Tensor, second: Tensor, wires: tuple[int, ...], n_wires: int, *, diagonal: bool
) -> Tensor:
    from qaimagic.engine.noise.kernels import overlap

    d = 2 ** len(wires)
    rows, others = _rows(first), _rows(second)
    places = _places(wires, n_wires, rows.shape[2])
    sums = np.zeros((len(first), d, d), np.complex128)

    def part(_: int, start: int, stop: int) -> None:
        overlap(rows, others, places, 1 if diagonal else d, (start, stop), sums)

    _share_out(part, len(first), rows.size)
    return torch.from_numpy(sums).to(first.dtype)


def _share_out(part: Work, n_units: int, size: int) -> None:
    threads = n_threads() if size >= _SHARE_NUMBERS else 1
    run_parts(part, n_units, threads, max(threads, size // _SHARE_NUMBERS))


def _rows(states: Tensor) -> NDArray[Any]:
    """Return states as real rows, (n_states, n_rows, numbers in a row)."""
    numbers = torch.view_as_real(states.detach().resolve_conj().contiguous())
    return numbers.reshape(len(states), -1, _ROW_BYTES // numbers.element_size()).numpy()


@lru_cache(maxsize=1024)
def _places(wires: tuple[int, ...], n_wires: int, width: int) -> Places:
    """Return where wires are, for rows of ``width`` numbers; bit 0 of a place is the imaginary."""
    row_bits = width.bit_length() - 1
    bits = {n_wires - wire: len(wires) - 1 - place for place, wire in enumerate(wires)}
    across = sorted((bit, own) for bit, own in bits.items() if bit >= row_bits)
    within = [(bit, own) for bit, own in bits.items() if bit < row_bits]
    settings, patterns = range(1 << len(across)), range(1 << len(wires))
    return Places(
        np.array([bit - row_bits for bit, _ in across], np.int64),
        _gathered(settings, [(n, bit - row_bits) for n, (bit, _) in enumerate(across)]),
        _gathered(settings, [(n, own) for n, (_, own) in enumerate(across)]),
        _gathered(range(width), within),
        _gathered(patterns, [(own, n) for n, (_, own) in enumerate(across)]),
        _gathered(patterns, [(own, bit) for bit, own in within]),
    )


def _gathered(numbers: Sequence[int], moves: Sequence[tuple[int, int]]) -> Integers:
    """Return for each number the bits that move, each from its first place to its second."""
    found = [sum((number >> old & 1) << new for old, new in moves) for number in numbers]
    return np.array(found, np.int64)


def _acted_on(states: Tensor, matrices: Tensor, wires: tuple[int, ...], n_wires: int) -> Tensor:
    """Do in plain torch what :func:`acted_on` does."""
    front = _fronted(states, wires, n_wires)
    grouped = front.reshape(len(matrices), -1, *front.shape[1:])
    sides = (matrices[:, None] @ grouped).reshape(len(states), *(2,) * n_wires)
    places = [wire + 1 for wire in wires]
    return sides.movedim(list(range(1, len(wires) + 1)), places).reshape(len(states), -1)


def _fronted(states: Tensor, wires: tuple[int, ...], n_wires: int) -> Tensor:
    """Return the amplitudes by the setting of ``wires``, (rows, 2**len(wires), rest)."""
    places = [wire + 1 for wire in wires]
    apart = states.reshape(len(states), *(2,) * n_wires)
    front = apart.movedim(places, list(range(1, len(wires) + 1)))
    return front.reshape(len(states), 2 ** len(wires), -1)
