"""Writes an observable as a sum of Pauli words of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np
import pennylane as qml
import torch
from torch import Tensor

from qaimagic.bridge.lowering.steps import word_of
from qaimagic.bridge.pauli import words_of
from qaimagic.engine.circuit import Word

Sentence = dict[Word, Any]
"""Words with their real coefficients: floats, or tensors (0-d, or one for each sample)."""

MAX_DENSE_WIRES = 3

_PAULIS = {
    "I": np.eye(2, dtype=complex),
    "X": np.array([[0, 1], [1, 0]], dtype=complex),
    "Y": np.array([[0, -1j], [1j, 0]]),
    "Z": np.diag([1, -1]).astype(complex),
}
_PRODUCTS = {
    ("X", "Y"): ("Z", 1j),
    ("Y", "Z"): ("X", 1j),
    ("Z", "X"): ("Y", 1j),
    ("Y", "X"): ("Z", -1j),
    ("Z", "Y"): ("X", -1j),
    ("X", "Z"): ("Y", -1j),
}


def sentence_of(observable: Any, wire_index: Mapping[Any, int]) -> Sentence | None:
    """Return an observable as words, or None where that would take too many.

    Args:
        observable: An operator, or the value of a mid-circuit measurement that was deferred.
        wire_index: The number of each wire.
    """
    words = words_of(observable)
    if words is not None:
        return _from_pauli(words, wire_index)
    if len(observable.wires) > MAX_DENSE_WIRES or not observable.has_matrix:
        return None
    matrix = observable.matrix(wire_order=observable.wires)
    return from_matrix(matrix, [wire_index[wire] for wire in observable.wires])


def from_matrix(matrix: Any, wires: list[int]) -> Sentence | None:
    """Return a Hermitian matrix of shape (2**k, 2**k) on k wires as words, differentiable.

    A constant matrix that is not Hermitian gives None.
    """
    is_tensor = isinstance(matrix, Tensor)
    if not is_tensor:
        matrix = np.asarray(matrix)
        if matrix.ndim != 2 or not np.allclose(matrix, matrix.conj().T):
            return None
    sentence = {}
    for letters in product("IXYZ", repeat=len(wires)):
        word = np.eye(1, dtype=complex)
        for letter in letters:
            word = np.kron(word, _PAULIS[letter])
        coefficient = _overlap(word, matrix) if is_tensor else float((word.T * matrix).sum().real)
        if is_tensor or coefficient:
            sentence[word_of("".join(letters), wires)] = coefficient / len(word)
    return sentence


def from_diagonal(entries: Any, wires: list[int]) -> Sentence | None:
    """Return a real diagonal with 2**k constant entries on k wires as words."""
    return from_matrix(np.diag(np.asarray(entries, dtype=float)), wires)


def squared(sentence: Sentence) -> Sentence:
    """Return the words of an observable's square: of anticommuting pairs nothing is left."""
    result: Sentence = {}
    terms = list(sentence.items())
    for i, (one, factor) in enumerate(terms):
        result[()] = result.get((), 0.0) + factor * factor
        for other, other_factor in terms[:i]:
            word, sign = _product(one, other)
            if sign:
                result[word] = result.get(word, 0.0) + 2 * sign * factor * other_factor
    return result


def _overlap(word: Any, matrix: Tensor) -> Tensor:
    transposed = torch.as_tensor(word.T, device=matrix.device)
    return (
        (transposed.to(torch.promote_types(matrix.dtype, torch.complex64)) * matrix)
        .sum((-2, -1))
        .real
    )


def _product(one: Word, other: Word) -> tuple[Word, int]:
    """Return the product of two words and its sign; 0 if they anticommute."""
    letters, factor = dict(one), 1 + 0j
    for wire, letter in other:
        present = letters.get(wire)
        if present is None:
            letters[wire] = letter
        elif present == letter:
            del letters[wire]
        else:
            letters[wire], turn = _PRODUCTS[present, letter]
            factor *= turn
    return tuple(sorted(letters.items())), round(factor.real)


def _from_pauli(pauli: Any, wire_index: Mapping[Any, int]) -> Sentence | None:
    sentence: Sentence = {}
    for word, coefficient in pauli.items():
        value = _real(coefficient)
        if value is None:
            return None
        key = tuple(sorted((wire_index[wire], letter) for wire, letter in word.items()))
        sentence[key] = value
    return sentence


def _real(coefficient: Any) -> Any:
    if isinstance(coefficient, Tensor):
        return coefficient.real if coefficient.is_complex() else coefficient
    number = complex(qml.math.toarray(coefficient))
    return None if number.imag else number.real
