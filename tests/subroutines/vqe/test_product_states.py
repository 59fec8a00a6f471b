from __future__ import annotations

import math

import numpy as np
import pennylane as qml
import pytest
from scipy.optimize import minimize

from qaimagic.subroutines.vqe.hamiltonian import read
from qaimagic.subroutines.vqe.product_states import (
    ProductState,
    basis_state,
    hartree_fock,
    mean_field,
)
from tests.subroutines.vqe.models import hydrogen, ising_ring, matrix, random_pairs


def prepared(state: ProductState) -> np.ndarray:
    gates = qml.tape.make_qscript(state.prepare)().operations
    all_wires = [qml.Identity(wire) for wire in state.wires]
    device = qml.device("default.qubit", wires=state.wires)
    [vector] = device.execute([qml.tape.QuantumScript([*all_wires, *gates], [qml.state()])])
    return np.asarray(vector)


@pytest.mark.parametrize("h", [0.5, 1.0, 1.9, 2.3])
def test_mean_field_of_a_ring_in_a_transverse_field(h: float) -> None:
    # Spins turned by an angle from z to x: -cos^2 - h sin each, least at sin = h / 2.
    each = -(1 + h * h / 4) if h < 2 else -h
    assert mean_field(read(ising_ring(5, h))).energy == pytest.approx(5 * each, abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_mean_field_is_the_best_that_an_optimizer_finds(seed: int) -> None:
    operator = random_pairs(3, seed)
    dense = matrix(operator)

    def energy(angles: np.ndarray) -> float:
        vector = np.ones(1)
        for theta, phi in angles.reshape(-1, 2):
            wire = np.array([math.cos(theta / 2), np.exp(1j * phi) * math.sin(theta / 2)])
            vector = np.kron(vector, wire)
        return float(np.real(vector.conj() @ dense @ vector))

    rng = np.random.default_rng(seed)
    best = min(minimize(energy, rng.uniform(0, 6, 6)).fun for _ in range(12))
    assert mean_field(read(operator)).energy == pytest.approx(best, abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_the_gates_prepare_the_state(seed: int) -> None:
    operator = random_pairs(3, seed)
    state = mean_field(read(operator))
    vector = prepared(state)
    energy = np.real(vector.conj() @ matrix(operator) @ vector)
    assert energy == pytest.approx(state.energy, abs=1e-9)


def test_basis_states() -> None:
    asked = read(hydrogen(), 2)
    dense = matrix(hydrogen())
    assert hartree_fock(asked).energy == pytest.approx(dense[0b1100, 0b1100].real, abs=1e-9)
    state = basis_state(asked, [0, 1, 1, 0])
    assert state.energy == pytest.approx(dense[0b0110, 0b0110].real, abs=1e-9)
    assert abs(prepared(state)[0b0110]) == pytest.approx(1.0)
