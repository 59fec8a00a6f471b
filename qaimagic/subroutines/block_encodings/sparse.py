r"""Matrices with few entries in each row: a sum of permutations whose entries are rotations.

.. math:: A = \sum_c P_c D_c, \quad \alpha = \sum_c \max_j |d_{cj}| \le s \max_{ij} |a_{ij}|

The access to entries is spelled out in gates, where theory counts calls of an oracle.

References:
    Gilyen, Su, Low, Wiebe, STOC (2019) 193, Lemma 48, arXiv:1806.01838;
    Camps, Lin, Van Beeumen, Yang, SIAM Journal on Matrix Analysis and Applications 45 (2024) 801,
    arXiv:2203.10236.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from qaimagic.subroutines.block_encodings.encoding import BlockEncoding, auxiliary_wires
from qaimagic.subroutines.block_encodings.multiplexer import amplitudes
from qaimagic.subroutines.block_encodings.one_sparse import Part, parts_of
from qaimagic.subroutines.block_encodings.permuting import permuted, shifted
from qaimagic.subroutines.block_encodings.preparing import weighed
from qaimagic.subroutines.matrices.fitting import padded
from qaimagic.subroutines.matrices.reading import Matrix


def sparse(matrix: Matrix, tolerance: float = 0.0) -> BlockEncoding:
    r"""Return a matrix in the corner of a sum of permutations with entries.

    An auxiliary wire is turned by the entry's angle, and others hold which part acts, as many as
    the logarithm of the sparsity.

    Args:
        matrix: Shape (m, n), not zero.
        tolerance: How large the error may be in the spectral norm: rotations are left out for it.

    Example:
        >>> found = sparse(np.array([[2.0, -1.0], [-1.0, 2.0]], complex))
        >>> found.alpha, found.error < 1e-12
        (3.0, True)
    """
    square = padded(matrix)
    n = len(square).bit_length() - 1
    parts = parts_of(square)
    weights = np.array([abs(part.values).max() for part in parts])
    alpha, length = float(weights.sum()), float(np.linalg.norm(weights))
    auxiliary = auxiliary_wires(1 + (len(parts) - 1).bit_length())
    wires = tuple(range(n))
    flag, *numbers = auxiliary
    missing = 2 ** len(numbers) - len(parts)
    entries = np.concatenate(
        [part.values / weight for part, weight in zip(parts, weights, strict=True)]
        + [np.ones(missing * len(square), np.complex128)]
    )
    found = amplitudes(entries, [*numbers, *wires], flag, most=tolerance / length)
    moves = [move for k, part in enumerate(parts) for move in _moves(part, k, numbers, wires)]
    gates: tuple[Any, ...] = (*found.gates, *moves)
    if numbers:
        gates = weighed(np.pad(weights, (0, missing)).astype(complex), gates, numbers)
    return BlockEncoding(matrix, alpha, gates, auxiliary, wires, "sparse", length * found.bound)


def _moves(part: Part, number: int, numbers: list[Any], wires: tuple[Any, ...]) -> list[Any]:
    where = {wire: number >> place & 1 for place, wire in enumerate(reversed(numbers))}
    if part.shift is not None:
        return shifted(part.shift, wires, where)
    return permuted(part.rows.tolist(), wires, where)
