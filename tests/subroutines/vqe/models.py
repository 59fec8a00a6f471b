"""Hamiltonians with known ground energies, and dense oracles for them."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pennylane as qml


def ising_ring(n: int, h: float) -> Any:
    """A ring of spins in a transverse field."""
    bonds = [qml.Z(i) @ qml.Z((i + 1) % n) for i in range(n)]
    return qml.dot([-1.0] * n + [-h] * n, bonds + [qml.X(i) for i in range(n)])


def random_pairs(n: int, seed: int, letters: str = "XYZ") -> Any:
    """All fields and couplings of the letters, with random factors."""
    gates = [getattr(qml, letter) for letter in letters]
    words = [a(i) for i in range(n) for a in gates]
    words += [a(i) @ b(j) for j in range(n) for i in range(j) for a in gates for b in gates]
    return qml.dot(np.random.default_rng(seed).normal(size=len(words)), words)


@cache
def hydrogen(distance: float = 1.401) -> Any:
    """Two hydrogen atoms so many bohr apart: 4 spin orbitals, 2 electrons."""
    places = qml.numpy.array([[0.0, 0.0, 0.0], [0.0, 0.0, distance]])
    return qml.qchem.molecular_hamiltonian(["H", "H"], places)[0]


@cache
def helium_hydride() -> Any:
    """A helium and a hydrogen atom with one electron less, 1.4632 bohr apart."""
    places = qml.numpy.array([[0.0, 0.0, 0.0], [0.0, 0.0, 1.4632]])
    return qml.qchem.molecular_hamiltonian(["He", "H"], places, charge=1)[0]


def matrix(operator: Any) -> Any:
    """The operator's matrix, by PennyLane."""
    return qml.matrix(operator, wire_order=sorted(operator.wires))


def least(operator: Any, electrons: int | None = None) -> float:
    """The least eigenvalue, by NumPy, perhaps with so many wires at 1 alone."""
    dense = matrix(operator)
    if electrons is not None:
        kept = [i for i in range(len(dense)) if i.bit_count() == electrons]
        dense = dense[np.ix_(kept, kept)]
    return float(np.linalg.eigvalsh(dense)[0])
