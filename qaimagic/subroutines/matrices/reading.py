"""Matrices and vectors as people give them, as arrays of finite numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from qaimagic._checks import requirement

Matrix = NDArray[np.complex128]
Vector = NDArray[np.complex128]

_ROUNDING = 1e-10
_MOST_ENTRIES = 2**24
_SIZES = (1e-60, 1e60)


def read_matrix(name: str, value: Any) -> Matrix:
    """Return a matrix, shape (m, n).

    Args:
        name: The argument's name.
        value: An array, a tensor, a sparse matrix of SciPy, or rows of numbers.

    Raises:
        TypeError: If it holds no numbers.
        ValueError: If it has not two dimensions, is empty, or holds NaN or infinity.
    """
    if hasattr(value, "toarray"):
        _check_room(name, value.shape)
        value = value.toarray()
    return _read(name, value, 2, "(m, n)")


def read_square(name: str, value: Any) -> Matrix:
    """Return a square matrix, shape (n, n).

    Raises:
        TypeError: As :func:`read_matrix`.
        ValueError: As :func:`read_matrix`, and if it is not square.
    """
    matrix = read_matrix(name, value)
    if matrix.shape[0] != matrix.shape[1]:
        raise ValueError(requirement(name, "be square", f"its shape is {matrix.shape}"))
    return matrix


def read_vector(name: str, value: Any, length: int | None = None) -> Vector:
    """Return a vector that is not zero, shape (n,).

    Args:
        name: The argument's name.
        value: An array, a tensor, or numbers.
        length: How many numbers it must have.

    Raises:
        TypeError: If it holds no numbers.
        ValueError: If it has not one dimension or another length, is zero, or holds NaN or
            infinity.
    """
    vector = _read(name, value, 1, "(n,)" if length is None else f"({length},)")
    if length is not None and len(vector) != length:
        received = f"its shape is {vector.shape}"
        raise ValueError(requirement(name, f"have shape ({length},)", received))
    check_not_zero(name, vector)
    return vector


def check_not_zero(name: str, numbers: NDArray[np.complex128]) -> None:
    """Check that a vector or a matrix is not zero.

    Raises:
        ValueError: If it is.
    """
    if not numbers.any():
        fix = "Amplitudes have a direction, and zero has none."
        raise ValueError(requirement(name, "not be zero", "all its numbers are 0", fix))


def is_hermitian(matrix: Matrix) -> bool:
    """Return whether a square matrix is Hermitian but for rounding."""
    return bool(abs(matrix - matrix.conj().T).max() <= _ROUNDING * abs(matrix).max())


def is_real(numbers: NDArray[np.complex128]) -> bool:
    """Return whether numbers are real but for rounding."""
    return bool(abs(numbers.imag).max() <= _ROUNDING * abs(numbers).max())


def plain(numbers: NDArray[np.complex128]) -> NDArray[Any]:
    """Return numbers as float64 where they are real, else as they are."""
    return numbers.real.copy() if is_real(numbers) else numbers


def _read(name: str, value: Any, ndim: int, shape: str) -> NDArray[np.complex128]:
    rule = f"be an array of numbers of shape {shape}"
    try:
        array = np.asarray(value.detach().cpu() if isinstance(value, Tensor) else value)
        if array.dtype.kind not in "biufc":
            raise TypeError
    except (TypeError, ValueError) as error:
        received = f"it is {type(value).__name__}"
        if isinstance(value, list | tuple):
            received = "its rows differ in length, or hold other things than numbers"
        raise TypeError(requirement(name, rule, received)) from error
    if array.ndim != ndim or not array.size:
        raise ValueError(requirement(name, rule, f"its shape is {array.shape}"))
    _check_room(name, array.shape)
    if not np.isfinite(array).all():
        raise ValueError(requirement(name, "be finite", "it holds NaN or infinity"))
    numbers = array.astype(np.complex128)
    least, most = _SIZES
    largest = float(abs(numbers).max())
    if largest and not least <= largest <= most:
        rule = f"have its largest number between {least:g} and {most:g}"
        fix = "Their squares leave double precision: choose other units."
        raise ValueError(requirement(name, rule, f"it is {largest:.3g} in size", fix))
    return numbers


def _check_room(name: str, shape: tuple[int, ...]) -> None:
    if math.prod(shape) > _MOST_ENTRIES:
        rule = f"have {_MOST_ENTRIES:,} numbers at most"
        fix = "A computer has to hold all of them, zeros too."
        raise ValueError(requirement(name, rule, f"its shape is {shape}", fix))
