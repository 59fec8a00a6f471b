"""Matrices of all kinds, from seeds."""

import numpy as np

SHAPES = ((1, 1), (2, 2), (3, 3), (4, 4), (3, 5), (6, 2), (8, 8))


def random(shape: tuple[int, int], kind: str, seed: int) -> np.ndarray:
    """Return a matrix that is ``"real"``, ``"complex"``, ``"hermitian"`` or ``"sparse"``."""
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=shape)
    if kind == "complex":
        return matrix + 1j * rng.normal(size=shape)
    if kind == "hermitian":
        square = rng.normal(size=(shape[0],) * 2) + 1j * rng.normal(size=(shape[0],) * 2)
        return square + square.conj().T
    if kind == "sparse":
        matrix *= rng.random(shape) < 0.3
        matrix[0, -1] = 1.5
    return matrix


def banded(size: int) -> np.ndarray:
    """Return the second difference, shape (size, size)."""
    return 2 * np.eye(size) - np.eye(size, k=1) - np.eye(size, k=-1)


def circulant(size: int) -> np.ndarray:
    """Return a complex matrix whose columns are one, turned."""
    column = np.zeros(size, complex)
    column[[0, 1, -1]] = [2, 0.5j, -1]
    return np.stack([np.roll(column, k) for k in range(size)], axis=1)
