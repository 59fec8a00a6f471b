"""How much the parts of a pure state share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def cut_entropies(state: NDArray[np.complex128]) -> NDArray[np.float64]:
    r"""Return the entanglement entropy across each cut between neighbouring wires, in bits.

    .. math:: S = -\mathrm{tr} \, \rho \log_2 \rho = -\sum_k p_k \log_2 p_k

    :math:`\rho` is the state of the wires above the cut, and :math:`p_k` are the squares of the
    Schmidt coefficients. A product state has 0, a Bell pair 1.

    Args:
        state: NDArray[np.complex128] of shape (2**n,), wire 0 the most significant bit.

    Returns:
        Shape (n - 1,); the first is between wires 0 and 1.

    Example:
        >>> cut_entropies(np.array([1, 0, 0, 1]) / np.sqrt(2)).round(6)
        array([1.])

    References:
        Nielsen and Chuang, Quantum Computation and Quantum Information, section 11.3,
        doi:10.1017/CBO9780511976667.
    """
    n_wires = len(state).bit_length() - 1
    entropies = np.empty(max(0, n_wires - 1))
    for cut in range(1, n_wires):
        squares = np.linalg.svd(state.reshape(2**cut, -1), compute_uv=False) ** 2
        shares = squares[squares > 0]
        entropies[cut - 1] = max(0.0, -(shares * np.log2(shares)).sum())
    return entropies
