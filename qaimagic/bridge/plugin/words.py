"""Values of Pauli words, or states, for many rows of angles at once, exactly or with shots."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from qaimagic.engine.circuit import Angle, Circuit, Rotation, Word
from qaimagic.engine.run import expvals, state

_TO_Z = {"X": Angle((), -math.pi / 2), "Y": Angle((), math.pi / 2)}
_TURNED = {"X": "Y", "Y": "X"}


def exact_words(circuit: Circuit, angles: Any) -> Any:
    """Return the expectation values of the words of ``circuit``; without words, its states.

    Args:
        circuit: All its parameters are varied.
        angles: NumPy array of shape (rows, n_varied).

    Returns:
        NumPy array of shape (rows, n_words), or (rows, 2**n_wires).
    """
    rows = torch.as_tensor(angles, dtype=torch.float64)
    with torch.no_grad():
        if not circuit.words:
            return state(circuit, rows.new_zeros(0), rows).numpy()
        return expvals(circuit, rows.new_zeros(0), rows).numpy()


def sampled_words(circuit: Circuit, angles: Any, shots: int, rng: np.random.Generator) -> Any:
    """Return averages over shots in the place of expectation values; see :func:`exact_words`.

    Words that agree on the wires they share are read off the same shots, as PennyLane does. In the
    place of states come those whose probabilities are the frequencies of the shots.
    """
    rows = torch.as_tensor(angles, dtype=torch.float64)
    if not circuit.words:
        return np.sqrt(_frequencies(circuit, rows, shots, rng)).astype(np.complex128)
    values = np.empty((len(rows), len(circuit.words)))
    for group in groups_of(circuit.words):
        letters = dict(pair for index in group for pair in circuit.words[index])
        turns = [
            Rotation(((wire, _TURNED[letter]),), _TO_Z[letter])
            for wire, letter in letters.items()
            if letter != "Z"
        ]
        turned = replace(circuit, operations=(*circuit.operations, *turns), words=())
        frequencies = _frequencies(turned, rows, shots, rng)
        for index in group:
            wires = [wire for wire, _ in circuit.words[index]]
            values[:, index] = frequencies @ _signs(wires, circuit.n_wires)
    return values


def groups_of(words: Sequence[Word]) -> list[list[int]]:
    """Return the places of words in groups within which one basis measures them all."""
    groups: list[tuple[dict[int, str], list[int]]] = []
    for index, word in enumerate(words):
        for letters, members in groups:
            if all(letters.get(wire, letter) == letter for wire, letter in word):
                letters.update(word)
                members.append(index)
                break
        else:
            groups.append((dict(word), [index]))
    return [members for _, members in groups]


def _frequencies(circuit: Circuit, rows: torch.Tensor, shots: int, rng: np.random.Generator) -> Any:
    """Return how often each basis state is among the shots, (rows, 2**n_wires)."""
    with torch.no_grad():
        amplitudes = state(circuit, rows.new_zeros(0), rows).numpy()
    probabilities = np.abs(amplitudes) ** 2
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    return rng.multinomial(shots, probabilities) / shots


def _signs(wires: Sequence[int], n_wires: int) -> Any:
    states = np.arange(2**n_wires)
    parity = np.zeros_like(states)
    for wire in wires:
        parity ^= states >> (n_wires - 1 - wire) & 1
    return 1.0 - 2.0 * parity
