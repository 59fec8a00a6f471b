"""The methods by name, and which one is taken where none is asked for."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from qaimagic._checks import requirement
from qaimagic.subroutines.block_encodings.dilation import dilation
from qaimagic.subroutines.block_encodings.encoding import BlockEncoding
from qaimagic.subroutines.block_encodings.fable import fable
from qaimagic.subroutines.block_encodings.lcu import lcu, lcu_of
from qaimagic.subroutines.block_encodings.one_sparse import sparsity_of
from qaimagic.subroutines.block_encodings.operators import Terms, is_operator, read_operator
from qaimagic.subroutines.block_encodings.sparse import sparse
from qaimagic.subroutines.matrices.fitting import n_wires_for
from qaimagic.subroutines.matrices.reading import Matrix, check_not_zero, read_matrix

METHODS: Mapping[str, Callable[[Matrix, float], BlockEncoding]] = {
    "dilation": lambda matrix, _: dilation(matrix),
    "lcu": lcu,
    "fable": fable,
    "sparse": sparse,
}

_WIRES_OF_A_DILATION = 4
"""On so few wires a tridiagonal matrix takes more gates on two wires than a dilation."""


def read_encodable(name: str, value: Any) -> Matrix | Terms:
    """Return a matrix, or an operator of PennyLane as a sum of unitaries.

    Raises:
        TypeError: If it is neither.
        ValueError: If it is zero, holds NaN or infinity, has not two dimensions, or is an operator
            with terms that are not unitary.
    """
    if is_operator(value):
        return read_operator(name, value)
    matrix = read_matrix(name, value)
    check_not_zero(name, matrix)
    return matrix


def check_tolerance(tolerance: float, given: Matrix | Terms) -> None:
    """Check that an error is not allowed to be as large as what is encoded.

    Raises:
        ValueError: If it is.
    """
    norm = np.linalg.norm(given.matrix if isinstance(given, Terms) else given, 2)
    if tolerance >= norm:
        rule = f"be below the spectral norm of the matrix, {norm:.3g}"
        raise ValueError(requirement("tolerance", rule, f"it is {tolerance:g}"))


def encode(given: Matrix | Terms, method: str | None, tolerance: float) -> BlockEncoding:
    """Return a block encoding, with the time that its gates took to find.

    Args:
        given: As from :func:`read_encodable`.
        method: A key of ``METHODS``, or None.
        tolerance: How large the error may be in the spectral norm.
    """
    start = time.perf_counter()
    if isinstance(given, Terms) and method in (None, "lcu"):
        found = lcu_of(given, tolerance)
    elif isinstance(given, Terms):
        found = METHODS[method or "lcu"](given.matrix, tolerance)
        labels = dict(zip(found.wires, given.wires, strict=True))
        gates = tuple(gate.map_wires(labels) for gate in found.gates)
        found = replace(found, gates=gates, wires=given.wires)
    else:
        found = METHODS[method or _chosen(given)](given, tolerance)
    return replace(found, seconds=time.perf_counter() - start)


def _chosen(matrix: Matrix) -> str:
    n = n_wires_for(max(matrix.shape))
    return "sparse" if n > _WIRES_OF_A_DILATION and sparsity_of(matrix) <= n else "dilation"
