"""Sums over amplitudes that give the expectation values of Pauli words, in plain torch."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from qaimagic.engine.circuit import Word

_PHASES = {"X": (1, 1), "Y": (-1j, 1j), "Z": (1, -1)}


def flipped(word: Word) -> tuple[int, ...]:
    """Return the wires that a word flips, by rising wire."""
    return tuple(wire for wire, pauli in word if pauli != "Z")


def expval(overlap: torch.Tensor, word: Word, n_wires: int) -> torch.Tensor:
    r"""Return a word's expectation value from what its flips bring together.

    Sums run over one dimension after another: over several at once they lose digits in torch.

    Args:
        overlap: :math:`\psi_i^* \psi_j`, or the density matrix's :math:`\rho_{ji}`, where j is i
            with the word's flips; (B, 2**n_wires), complex.
        word: The Pauli word.
        n_wires: The number of wires.

    Returns:
        The expectation value, (B,), real.
    """
    wires = [wire for wire, _ in word]
    shape, dims = split(n_wires, wires)
    marginal = overlap.reshape(shape)
    for dim in reversed(range(1, len(shape))):
        if dim not in dims:
            marginal = marginal.sum(dim=dim)
    marginal = marginal.reshape(-1, 2 ** len(word))
    return (marginal * phases(word, wires, overlap)).real.sum(dim=-1)


def phases(word: Word, wires: Sequence[int], like: torch.Tensor) -> torch.Tensor:
    """Return the factor that a word gives each setting of ``wires``, (2**len(wires),), complex.

    Args:
        word: The Pauli word.
        wires: Rising wires, among them the word's.
        like: A complex tensor, for the dtype and the device.
    """
    letters = dict(word)
    table = like.new_ones(1)
    for wire in wires:
        factors = like.new_tensor(_PHASES[letters.get(wire, "X")])
        table = (table[:, None] * factors).reshape(-1)
    return table


def split(n_wires: int, wires: Sequence[int]) -> tuple[list[int], list[int]]:
    """Return a shape of the amplitudes with a dimension for each wire, and those dimensions."""
    shape, before = [-1], 0
    for wire in wires:
        shape += [2 ** (wire - before), 2]
        before = wire + 1
    return [*shape, 2 ** (n_wires - before)], list(range(2, 2 * len(wires) + 2, 2))
