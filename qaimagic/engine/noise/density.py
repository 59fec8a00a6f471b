r"""Runs noisy circuits exactly, on the density matrix.

The density matrix of n wires is a state of 2n: a gate :math:`U` becomes
:math:`U \otimes U^*`, which is again two gates of the engine, and a channel one matrix
:math:`\sum_k K_k \otimes K_k^*`. Memory is that of 2n wires, so it ends near ten of them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from functools import lru_cache

import torch
from torch import Tensor

from qaimagic.engine import words
from qaimagic.engine.circuit import Circuit, Flip, Rotation
from qaimagic.engine.noise.chunks import rows_in_cache, rows_that_fit, run_again_backwards
from qaimagic.engine.noise.circuit import NoisyCircuit
from qaimagic.engine.noise.matrices import acted_on
from qaimagic.engine.run import state

_MAX_SUPEROPERATOR = 2


def density_matrix(
    noisy: NoisyCircuit,
    shared: Tensor,
    varied: Tensor,
    kraus: Sequence[Tensor],
    start: Tensor | None = None,
) -> Tensor:
    r"""Return :math:`\rho` after the last gate and channel, whatever the circuit's words.

    Args:
        noisy: The gates and the places of the channels.
        shared: The parameters of all samples, (n_shared,), real.
        varied: The parameters by sample, (B, n_varied), of the same dtype.
        kraus: For each channel its Kraus matrices, (K, d, d) or by sample (B, K, d, d), with
            d = 2**len(wires); differentiable.
        start: The pure state that the gates act on, (2**n_wires,) or (B, 2**n_wires), complex;
            the state of all zeros if left out.

    Returns:
        The density matrices, (B, 2**n_wires, 2**n_wires), complex.
    """
    return _in_chunks(_density_matrix, noisy, shared, varied, kraus, start)


def expvals(
    noisy: NoisyCircuit,
    shared: Tensor,
    varied: Tensor,
    kraus: Sequence[Tensor],
    start: Tensor | None = None,
) -> Tensor:
    r"""Return :math:`\mathrm{Tr}(\rho P)` of each of the circuit's words, exactly.

    Args:
        noisy: The gates, the places of the channels, and the words.
        shared: As for :func:`density_matrix`.
        varied: As for :func:`density_matrix`.
        kraus: As for :func:`density_matrix`.
        start: As for :func:`density_matrix`.

    Returns:
        The expectation values, (B, n_words), real.
    """
    return _in_chunks(_expvals, noisy, shared, varied, kraus, start)


Run = Callable[[NoisyCircuit, Tensor, Tensor, Sequence[Tensor], Tensor | None], Tensor]


def _in_chunks(
    run: Run,
    noisy: NoisyCircuit,
    shared: Tensor,
    varied: Tensor,
    kraus: Sequence[Tensor],
    start: Tensor | None,
) -> Tensor:
    """Return the answers of all samples, some at a time where memory is short."""
    n_wires = 2 * noisy.circuit.n_wires
    rows = rows_that_fit(n_wires, len(varied), varied, noisy, kraus)
    is_whole = rows == len(varied)
    rows = min(rows, rows_in_cache(n_wires, varied))
    if rows == len(varied):
        return run(noisy, shared, varied, kraus, start)

    def part(shared: Tensor, varied: Tensor, start: Tensor | None, *kraus: Tensor) -> Tensor:
        return run(noisy, shared, varied, kraus, start)

    answers = []
    for begin in range(0, len(varied), rows):
        here = slice(begin, begin + rows)
        own = [one[here] if one.dim() == 4 else one for one in kraus]
        first = start[here] if start is not None and start.dim() == 2 else start
        if is_whole:
            answers.append(part(shared, varied[here], first, *own))
        else:
            answers.append(run_again_backwards(part, shared, varied[here], first, *own))
    return torch.cat(answers)


def _density_matrix(
    noisy: NoisyCircuit,
    shared: Tensor,
    varied: Tensor,
    kraus: Sequence[Tensor],
    start: Tensor | None,
) -> Tensor:
    n_wires, size = noisy.circuit.n_wires, 2**noisy.circuit.n_wires
    dtype = varied.dtype.to_complex()
    rho = None if start is None else _outer(start.to(dtype).reshape(-1, size), len(varied))
    first, *pieces = noisy.pieces()
    rho = state(_doubled(first), shared, varied, rho)
    for channel, matrices, piece in zip(noisy.channels, kraus, pieces, strict=True):
        rho = _through(rho, matrices.to(dtype), channel.wires, n_wires)
        if piece.operations:
            rho = state(_doubled(piece), shared, varied, rho)
    return rho.reshape(-1, size, size)


def _through(rho: Tensor, kraus: Tensor, wires: tuple[int, ...], n_wires: int) -> Tensor:
    """Return density matrices, (B, 4**n_wires), after a channel."""
    columns = tuple(wire + n_wires for wire in wires)
    each = kraus.reshape(-1, *kraus.shape[-3:])
    if len(wires) <= _MAX_SUPEROPERATOR:
        return acted_on(rho, _superoperator(each), (*wires, *columns), 2 * n_wires)
    total = torch.zeros_like(rho)
    for matrix in each.unbind(dim=1):
        half = acted_on(rho, matrix, wires, 2 * n_wires)
        total = total + acted_on(half, matrix.conj(), columns, 2 * n_wires)
    return total


def _expvals(
    noisy: NoisyCircuit,
    shared: Tensor,
    varied: Tensor,
    kraus: Sequence[Tensor],
    start: Tensor | None,
) -> Tensor:
    rho = _density_matrix(noisy, shared, varied, kraus, start)
    n_wires = noisy.circuit.n_wires
    index = torch.arange(rho.shape[-1], device=rho.device)
    columns = []
    for word in noisy.circuit.words:
        other = index ^ sum(1 << (n_wires - 1 - wire) for wire in words.flipped(word))
        columns.append(words.expval(rho[:, other, index], word, n_wires))
    return torch.stack(columns, dim=-1)


def _outer(start: Tensor, n_samples: int) -> Tensor:
    rho = start[:, :, None] * start[:, None, :].conj()
    return rho.reshape(len(start), -1).expand(n_samples, -1)


def _superoperator(kraus: Tensor) -> Tensor:
    matrix = torch.einsum("...kac,...kbd->...abcd", kraus, kraus.conj())
    side = kraus.shape[-1] ** 2
    return matrix.reshape(*matrix.shape[:-4], side, side)


@lru_cache(maxsize=1024)
def _doubled(circuit: Circuit) -> Circuit:
    """Return the gates on the rows' wires, each with its conjugate on the columns' wires."""
    gates = tuple(
        gate
        for operation in circuit.operations
        for gate in (operation, _conjugated(operation, circuit.n_wires))
    )
    return dataclasses.replace(circuit, n_wires=2 * circuit.n_wires, operations=gates, words=())


def _conjugated(operation: Rotation | Flip, shift: int) -> Rotation | Flip:
    if isinstance(operation, Flip):
        control = None if operation.control is None else operation.control + shift
        return Flip(operation.target + shift, control)
    n_y = sum(letter == "Y" for _, letter in operation.word)
    return Rotation(
        tuple((wire + shift, letter) for wire, letter in operation.word),
        operation.angle.scaled(1 if n_y % 2 else -1),
        tuple((wire + shift, bit) for wire, bit in operation.controls),
    )
