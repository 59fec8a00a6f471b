r"""States without entanglement, whose energies a classical computer knows.

In a product state each wire i has a Bloch vector :math:`r_i`, and the average of a Pauli word is
the product of components, so that the energy is linear in each vector with the others fixed,
:math:`E = a_i + b_i \cdot r_i`. Turning one wire after the other against its field,
:math:`r_i = -b_i / |b_i|`, never raises it. That is mean field;
several starts guard against its local minima.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pennylane as qml
from numpy.typing import NDArray

from qaimagic.devices.annealers.spectrum import Floats
from qaimagic.subroutines.vqe.hamiltonian import Hamiltonian

_STARTS = 20
_SWEEPS = 1000
_STILL = 1e-14
_LETTERS = " XYZ"


@dataclass(frozen=True, eq=False)
class ProductState:
    """A state without entanglement.

    Attributes:
        name: What it is called: ``"mean field"``, ``"Hartree-Fock"``, ``"reference state"``.
        energy: The average of the Hamiltonian.
        wires: The wires.
        vectors: The Bloch vector of each wire, shape (n, 3).
    """

    name: str
    energy: float
    wires: tuple[Hashable, ...]
    vectors: Floats

    def prepare(self) -> None:
        """Queue the gates that make it of the wires' zeros."""
        for wire, (x, y, z) in zip(self.wires, self.vectors, strict=True):
            if z == -1.0:
                qml.X(wire)
            elif z < 1.0:
                qml.RY(float(np.arccos(z)), wires=wire)
                qml.RZ(float(np.arctan2(y, x)), wires=wire)


def basis_state(
    hamiltonian: Hamiltonian, bits: Sequence[int], name: str = "reference state"
) -> ProductState:
    """Return the basis state with these bits."""
    vectors = np.zeros((len(bits), 3))
    vectors[:, 2] = 1.0 - 2.0 * np.asarray(bits)
    letters, factors = _tables(hamiltonian)
    energy = float(factors @ _components(vectors, letters).prod(axis=1))
    return ProductState(name, energy, hamiltonian.wires, vectors)


def hartree_fock(hamiltonian: Hamiltonian) -> ProductState:
    """Return a molecule's Hartree-Fock state: its electrons in the lowest orbitals."""
    electrons = hamiltonian.electrons or 0
    bits = [int(i < electrons) for i in range(len(hamiltonian.wires))]
    return basis_state(hamiltonian, bits, "Hartree-Fock")


def mean_field(hamiltonian: Hamiltonian) -> ProductState:
    """Return the best product state found; always the same one.

    Example:
        >>> from qaimagic.subroutines.vqe.hamiltonian import read
        >>> round(mean_field(read(qml.X(0) + qml.Z(0))).energy, 4)
        -1.4142
    """
    letters, factors = _tables(hamiltonian)
    rng = np.random.default_rng(0)
    found = (_descended(letters, factors, rng) for _ in range(_STARTS))
    energy, vectors = min(found, key=lambda pair: pair[0])
    return ProductState("mean field", energy, hamiltonian.wires, vectors)


def baseline_of(hamiltonian: Hamiltonian) -> ProductState:
    """Return what a circuit has to be better than: Hartree-Fock for a molecule, or mean field."""
    return mean_field(hamiltonian) if hamiltonian.electrons is None else hartree_fock(hamiltonian)


def _tables(hamiltonian: Hamiltonian) -> tuple[NDArray[np.int64], Floats]:
    """Return each word's letter on each wire, 0 to 3, shape (m, n), and its factor, (m,)."""
    place = {wire: i for i, wire in enumerate(hamiltonian.wires)}
    letters = np.zeros((len(hamiltonian.words), len(place)), dtype=np.int64)
    for row, word in enumerate(hamiltonian.words):
        for wire, letter in word.items():
            letters[row, place[wire]] = _LETTERS.index(letter)
    return letters, np.array(list(hamiltonian.words.values()), dtype=np.float64)


def _components(vectors: Floats, letters: NDArray[np.int64]) -> Floats:
    """Return the average of each word's letter on each wire, shape (m, n)."""
    padded = np.hstack([np.ones((len(vectors), 1)), vectors])
    components: Floats = padded[np.arange(len(vectors)), letters]
    return components


def _descended(
    letters: NDArray[np.int64], factors: Floats, rng: np.random.Generator
) -> tuple[float, Floats]:
    n = letters.shape[1]
    vectors = rng.standard_normal((n, 3))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    values = _components(vectors, letters)
    energy, before = float(factors @ values.prod(axis=1)), np.inf
    for _ in range(_SWEEPS):
        if before - energy <= _STILL * abs(energy):
            break
        before = energy
        for i in range(n):
            values[:, i] = 1.0
            shares = factors * values.prod(axis=1)
            field = np.bincount(letters[:, i], weights=shares, minlength=4)[1:]
            if size := float(np.linalg.norm(field)):
                vectors[i] = -field / size
            values[:, i] = np.concatenate([[1.0], vectors[i]])[letters[:, i]]
        energy = float(factors @ values.prod(axis=1))
    return energy, vectors
