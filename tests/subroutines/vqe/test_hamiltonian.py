from __future__ import annotations

from typing import Any

import dimod
import numpy as np
import pennylane as qml
import pytest

import qaimagic
from qaimagic.subroutines.energies.problem import read as read_problem
from qaimagic.subroutines.vqe.hamiltonian import read
from tests.subroutines.vqe.models import (
    helium_hydride,
    hydrogen,
    ising_ring,
    least,
    matrix,
    random_pairs,
)


@pytest.mark.parametrize(
    "operator",
    [
        ising_ring(3, 0.7),
        random_pairs(3, 1).pauli_rep,
        qml.pauli.PauliWord({0: "X", 1: "Y"}),
        qml.Hermitian(np.array([[1.0, 2.0j], [-2.0j, 0.5]]), wires=0),
        qml.X(0) @ qml.Y(1) + 0.5 * qml.Z("a"),
    ],
)
def test_operators_keep_their_matrix(operator: Any) -> None:
    asked = read(operator)
    order = list(asked.wires)
    if hasattr(operator, "to_mat"):
        expected = operator.to_mat(wire_order=order)
    else:
        expected = qml.matrix(operator, wire_order=order)
    np.testing.assert_allclose(qml.matrix(asked.operator, wire_order=order), expected, atol=1e-12)
    assert asked.ground_energy == pytest.approx(np.linalg.eigvalsh(expected)[0], abs=1e-9)
    assert asked.is_real == (not np.iscomplex(expected).any())


def test_energies_become_words_of_z() -> None:
    s, x = qaimagic.spins(2), qaimagic.bits(2)
    energy = 0.5 * s[0] * s[1] - s[1] * x[0] * x[1] + 2 * x[1] - 3
    problem, asked = read_problem(energy), read(energy)
    assert asked.wires == (0, 1, 2, 3)
    bits = np.indices((2,) * 4).reshape(4, -1).T
    states = np.where(problem.spins, 1 - 2 * bits, bits).astype(np.int8)
    diagonal = np.diag(qml.matrix(asked.operator, wire_order=range(4)))
    np.testing.assert_allclose(diagonal, problem.energies(states), atol=1e-12)


@pytest.mark.parametrize(
    "energy",
    [
        {("a", "a"): -1.0, ("a", "b"): 2.0, ("b", "b"): -1.5},
        dimod.BinaryQuadraticModel({"a": -1.0, "b": -1.5}, {("a", "b"): 2.0}, "BINARY"),
    ],
)
def test_quadratic_models(energy: Any) -> None:
    assert read(energy).ground_energy == pytest.approx(-1.5)


@pytest.mark.parametrize("electrons", [1, 2, 3])
def test_a_molecules_exact_energy_is_that_of_its_electrons(electrons: int) -> None:
    found = read(helium_hydride(), electrons).ground_energy
    assert found == pytest.approx(least(helium_hydride(), electrons), abs=1e-9)


def test_helium_hydride_would_rather_have_a_third_electron() -> None:
    everything = read(helium_hydride()).ground_energy
    assert everything == pytest.approx(least(helium_hydride()), abs=1e-9)
    assert everything < read(helium_hydride(), 2).ground_energy - 0.1


def test_sixteen_wires_are_diagonalised_and_seventeen_are_not() -> None:
    # Free fermions: -sum of sqrt(1 + h^2 - 2 h cos k) over k = (2 m + 1) pi / n, here at h = 1.
    exact = -2 / np.sin(np.pi / 32)
    assert read(ising_ring(16, 1.0)).ground_energy == pytest.approx(exact, abs=1e-6)
    assert read(ising_ring(17, 1.0)).ground_energy is None


def test_the_commutator_knows_what_conserves_electrons() -> None:
    total = matrix(qml.dot([1.0] * 4, [qml.Z(i) for i in range(4)]))
    dense = matrix(hydrogen())
    assert np.allclose(total @ dense, dense @ total)
    assert read(hydrogen(), 2).unit == "Ha"


@pytest.mark.parametrize(
    ("hamiltonian", "error", "message"),
    [
        (qml.X(0) + 1j * qml.Y(1), ValueError, r"be Hermitian, but the factor of Y\(1\) is 1j"),
        (qml.RX(0.1, wires=0), ValueError, "`RX` is no sum of Pauli words"),
        (qml.Hamiltonian([], []), ValueError, "act on a wire, but it is 0 in every state"),
        (qml.X(0) - qml.X(0), ValueError, "act on a wire, but it is 0 in every state"),
        (2 * qml.Identity(0), ValueError, "it is 2 in every state"),
        (np.nan * qml.X(0), ValueError, "have finite factors"),
        (qml.pauli.PauliSentence({qml.pauli.PauliWord({0: "X"}): np.inf}), ValueError, "finite"),
        (np.eye(2), TypeError, "`qml.Hermitian"),
        ((qml.X(0), 1), TypeError, r"take `\[0\]`"),
        (qml.FermiC(0) * qml.FermiA(0), TypeError, "jordan_wigner"),
        ("ising", TypeError, "it is str"),
        (None, TypeError, "it is NoneType"),
        (
            qml.SparseHamiltonian(qml.Z(0).sparse_matrix(), [0]),
            TypeError,
            r"`qml\.Hermitian\(H\.sparse_matrix",
        ),
    ],
)
def test_what_is_no_hamiltonian(hamiltonian: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        qaimagic.vqe(hamiltonian)


@pytest.mark.parametrize(
    ("operator", "electrons", "message"),
    [
        (ising_ring(4, 1.0), 2, "does not conserve their number"),
        (hydrogen(), 4, "leave some of the 4 spin orbitals empty"),
        (hydrogen(), 0, "be at least 1"),
    ],
)
def test_electrons_that_cannot_be(operator: Any, electrons: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        qaimagic.adapt_vqe(operator, electrons=electrons)
