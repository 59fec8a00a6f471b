"""How alike two states are."""

from __future__ import annotations

import numpy as np

from qaimagic.drawing.state_data import Complexes, State


def fidelity(one: State, other: State) -> float:
    r"""Return the fidelity of two states of the same wires, from 0 to 1.

    .. math:: F(\rho, \sigma) = \left( \mathrm{Tr} \sqrt{\sqrt\rho \, \sigma \sqrt\rho} \right)^2
        = \| \sqrt\rho \sqrt\sigma \|_1^2

    Of pure states that is :math:`|\langle a | b \rangle|^2`, of a pure and a mixed one
    :math:`\langle a | \rho | a \rangle`.

    Args:
        one: A state.
        other: A state of as many wires.

    Example:
        >>> plus = State(np.array([1, 1]) / np.sqrt(2), ("0",))
        >>> round(fidelity(plus, State(np.array([1, 0]), ("0",))), 6)
        0.5

    References:
        Uhlmann, Rep. Math. Phys. 9, 273 (1976), doi:10.1016/0034-4877(76)90060-4;
        Jozsa, J. Mod. Opt. 41, 2315 (1994), doi:10.1080/09500349414552171.
    """
    if one.is_vector and other.is_vector:
        found = abs(np.vdot(one.values, other.values)) ** 2
    elif one.is_vector or other.is_vector:
        pure, mixed = (one, other) if one.is_vector else (other, one)
        found = np.vdot(pure.values, mixed.values @ pure.values).real
    else:
        both = _root(one.values) @ _root(other.values)
        found = np.linalg.norm(both, "nuc") ** 2
    return float(min(1.0, max(0.0, found)))


def _root(matrix: Complexes) -> Complexes:
    """Return the square root of a density matrix; eigenvalues that rounding made negative are 0."""
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.conj().T)
