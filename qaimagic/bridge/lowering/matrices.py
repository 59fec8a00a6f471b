r"""Takes constant unitary matrices apart into rotations about Pauli words, global phase included.

The quantum Shannon decomposition (Shende, Bullock, Markov 2006, arXiv:quant-ph/0406176): a matrix
is split on its first wire by the cosine-sine decomposition, each pair of blocks by diagonalizing
:math:`A B^\dagger`, until one wire is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pennylane as qml
import scipy.linalg
import torch
from numpy.typing import NDArray
from torch import Tensor

from qaimagic.bridge.lowering.errors import NotNativeError
from qaimagic.bridge.lowering.rotations import PauliRotations
from qaimagic.bridge.mapping import tensor_of
from qaimagic.engine.circuit import Word

Matrix = NDArray[np.complex128]
IsConstant = Callable[[Any], bool]
"""Says whether a gate parameter is the same in every run, and asks for no gradient."""

Turn = tuple[Word, float]
"""A Pauli word of places among some wires, and the angle of the rotation about it, in radians."""

MAX_WIRES = 6

_NEGLIGIBLE = 1e-14
_KEPT_MATRICES = 32


def constant_unitary(operation: Any, is_constant: IsConstant) -> list[Any]:
    """Return an operation taken apart by its matrix.

    Raises:
        NotNativeError: If the matrix is unknown, too large, not constant or not unitary.
    """
    name, wires = operation.name, operation.wires
    if not (operation.has_matrix or operation.has_sparse_matrix):
        raise NotNativeError(f"`{name}` has no exact decomposition")
    if not all(map(is_constant, operation.data)) or operation.batch_size is not None:
        raise NotNativeError(f"the matrix of `{name}` is a parameter")
    if len(wires) > MAX_WIRES:
        raise NotNativeError(f"the matrix of `{name}` is too large, with {len(wires)} wires")
    matrix = _matrix(operation)
    if not np.allclose(matrix @ matrix.conj().T, np.eye(len(matrix)), rtol=0, atol=1e-6):
        raise NotNativeError(f"`{name}` is not unitary")
    return [unitary(matrix, wires)]


def unitary(matrix: Matrix, wires: Sequence[Any]) -> PauliRotations:
    """Return the rotations whose product is a constant unitary matrix.

    Args:
        matrix: Of shape (2**k, 2**k).
        wires: Its k wires.
    """
    return PauliRotations(*_factors(matrix.tobytes(), len(wires)), wires)


def diagonal(entries: Any, wires: Sequence[Any]) -> list[Any]:
    """Return rotations about Z-words that make a diagonal of phases, differentiable in them.

    Args:
        entries: Numbers of modulus 1, of shape (2**k,) or (batch, 2**k).
        wires: The k wires.
    """
    phases = _phases(tensor_of(entries))
    return [z_rotation(-2 * factor, word) for factor, word in z_words(phases, wires)]


def z_words(values: Tensor, wires: Sequence[Any]) -> Iterator[tuple[Tensor, list[Any]]]:
    """Write a real diagonal as a sum of Z-words: a factor, and the wires of the word.

    Args:
        values: The diagonal, of shape (2**k,) or (batch, 2**k).
        wires: The k wires.
    """
    factors = _walsh(values, len(wires))
    for index in range(2 ** len(wires)):
        yield factors[..., index], _chosen(wires, index)


def z_rotation(angle: Any, wires: Sequence[Any]) -> Any:
    """Return the rotation about the word that has a Z on each of the wires."""
    return qml.MultiRZ(angle, wires=wires) if wires else qml.GlobalPhase(angle / 2)


def _phases(entries: Tensor) -> Tensor:
    return (entries if entries.is_complex() else entries + 0j).angle()


def _matrix(operation: Any) -> Matrix:
    if operation.has_matrix:
        return np.asarray(qml.math.toarray(operation.matrix()), dtype=np.complex128)
    return np.asarray(operation.sparse_matrix().toarray(), dtype=np.complex128)


@lru_cache(maxsize=_KEPT_MATRICES)
def _factors(content: bytes, n_wires: int) -> tuple[tuple[float, ...], tuple[Word, ...]]:
    """Return angles and words for the content of a matrix; phases of everything become one."""
    matrix = np.frombuffer(content, dtype=np.complex128).reshape(2**n_wires, 2**n_wires)
    turns = list(_turns(matrix, range(n_wires)))
    phase = sum(angle for word, angle in turns if not word)
    words, angles = zip(((), phase), *(turn for turn in turns if turn[0]), strict=True)
    return angles, words


def _turns(matrix: Matrix, places: Sequence[int]) -> Iterator[Turn]:
    entries = matrix.diagonal()
    if not (matrix - np.diag(entries)).any():
        for factor, word in z_words(_phases(tensor_of(entries.copy())), places):
            if abs(factor) > _NEGLIGIBLE:
                yield _word("Z" * len(word), word), -2 * float(factor)
        return
    if len(places) == 1:
        yield from _one_wire(matrix, places[0])
        return
    half = len(matrix) // 2
    (upper, lower), angles, (first, second) = scipy.linalg.cossin(
        matrix, p=half, q=half, separate=True
    )
    target, *others = places
    yield from _either(first, second, target, others)
    yield from _multiplexed("Y", 2 * angles, target, others)
    yield from _either(upper, lower, target, others)


def _one_wire(matrix: Matrix, place: int) -> Iterator[Turn]:
    turn = np.angle(np.linalg.det(matrix)) / 2
    (a, _), (c, d) = matrix * np.exp(-1j * turn)
    theta = 2 * np.arctan2(abs(c), abs(a))
    total = 2 * np.angle(d) if abs(d) > _NEGLIGIBLE else 0.0
    difference = 2 * np.angle(c) if abs(c) > _NEGLIGIBLE else 0.0
    yield (), float(-2 * turn)
    yield ((place, "Z"),), float((total - difference) / 2)
    yield ((place, "Y"),), float(theta)
    yield ((place, "Z"),), float((total + difference) / 2)


def _either(zero: Matrix, one: Matrix, control: int, places: Sequence[int]) -> Iterator[Turn]:
    """Apply ``zero`` or ``one`` to the places, as the control holds 0 or 1."""
    triangle, basis = scipy.linalg.schur(zero @ one.conj().T, output="complex")
    half_phases = np.angle(np.diag(triangle)) / 2
    before = np.exp(1j * half_phases)[:, None] * (basis.conj().T @ one)
    yield from _turns(before, places)
    yield from _multiplexed("Z", -2 * half_phases, control, places)
    yield from _turns(basis, places)


def _multiplexed(
    letter: str, angles: NDArray[np.float64], target: int, controls: Sequence[int]
) -> Iterator[Turn]:
    """Turn the target by the angle that belongs to the bits of the controls."""
    for angle, word in z_words(tensor_of(angles), controls):
        if abs(angle) > _NEGLIGIBLE:
            yield _word(letter + "Z" * len(word), [target, *word]), float(angle)


def _word(letters: str, places: Sequence[int]) -> Word:
    return tuple(sorted(zip(places, letters, strict=True)))


def _walsh(values: Tensor, n_wires: int) -> Tensor:
    """Return the factors of the Z-words in a diagonal, by index; the last axis has 2**n_wires."""
    shape = values.shape
    for wire in range(n_wires):
        blocks = values.reshape(*shape[:-1], 2**wire, 2, -1)
        even, odd = blocks[..., 0, :], blocks[..., 1, :]
        values = torch.stack([(even + odd) / 2, (even - odd) / 2], dim=-2).reshape(shape)
    return values


def _chosen(wires: Sequence[Any], index: int) -> list[Any]:
    return [wire for place, wire in enumerate(reversed(wires)) if index >> place & 1][::-1]
