"""A dense NumPy reference, written for the tests: wire 0 is the most significant bit."""

from __future__ import annotations

import numpy as np

X = np.array([[0, 1], [1, 0]], dtype=complex)
Y = np.array([[0, -1j], [1j, 0]])
Z = np.diag([1, -1]).astype(complex)
H = np.array([[1, 1], [1, -1]], dtype=complex) / np.sqrt(2)


def rotation(pauli: np.ndarray, angle: float) -> np.ndarray:
    """exp(-i angle pauli / 2)."""
    return np.cos(angle / 2) * np.eye(len(pauli)) - 1j * np.sin(angle / 2) * pauli


def on(matrices: dict[int, np.ndarray], n_wires: int) -> np.ndarray:
    """The Kronecker product with one-wire matrices on the given wires, identity elsewhere."""
    full = np.eye(1, dtype=complex)
    for wire in range(n_wires):
        full = np.kron(full, matrices.get(wire, np.eye(2)))
    return full


def controlled(matrix: np.ndarray, control: int, target: int, n_wires: int) -> np.ndarray:
    zero, one = np.diag([1, 0]), np.diag([0, 1])
    return on({control: zero}, n_wires) + on({control: one, target: matrix}, n_wires)


def apply(gates: list[np.ndarray], n_wires: int) -> np.ndarray:
    state = np.zeros(2**n_wires, dtype=complex)
    state[0] = 1
    for gate in gates:
        state = gate @ state
    return state


def expval(state: np.ndarray, observable: np.ndarray) -> float:
    return float(np.real(state.conj() @ observable @ state))
