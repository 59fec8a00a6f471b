from __future__ import annotations

from typing import Any

import numpy as np
import pennylane as qml
import pytest
import torch

import qaimagic
from qaimagic.errors import CircuitError
from tests.subroutines.vqe.models import hydrogen, ising_ring, least, random_pairs

RING = ising_ring(3, 1.2)


def rows(theta: (3, 3)):
    for layer in theta:
        for i in range(3):
            qml.RY(layer[i], wires=i)
        qml.CNOT(wires=[0, 1])
        qml.CNOT(wires=[1, 2])


def measures(theta: (3,)):
    for i in range(3):
        qml.RY(theta[i], wires=i)
    return qml.expval(RING)


def takes_data(x, theta: 2):
    qml.RY(theta[0], wires=0)
    qml.RY(theta[1], wires=1)
    qml.RY(x[0], wires=2)


def leaves_a_wire(theta: 2):
    qml.RY(theta[0], wires=0)
    qml.RY(theta[1], wires=1)


def has_no_weight():
    for i in range(3):
        qml.Hadamard(i)


def is_broken(theta: 3):
    qml.RYY(theta[0], wires=0)


@qaimagic.quantum
def another(theta: (3,)):
    for i in range(3):
        qml.RY(theta[i], wires=i)
    return qml.expval(qml.Z(0) @ qml.Z(1) @ qml.Z(2))


@qaimagic.quantum
def two_answers(theta: (3,)):
    for i in range(3):
        qml.RY(theta[i], wires=i)
    return qml.expval(RING), qml.expval(qml.Z(0))


def test_a_body() -> None:
    result = qaimagic.vqe(RING, rows, live=False)
    assert result.energy == pytest.approx(least(RING), abs=1e-6)
    assert result.layer.name == "rows"
    assert result.layer.theta.dtype is torch.float64
    assert result.depth == 6


def test_a_body_starts_from_its_defaults() -> None:
    start = torch.full((3, 3), 0.1)

    def body(theta: (3, 3) = start):
        rows(theta)

    result = qaimagic.vqe(RING, body, steps=1, opt="SGD", lr=1e-9, live=False)
    torch.testing.assert_close(result.layer.theta.detach(), start.double(), atol=1e-6, rtol=0)


def test_an_operation_is_trained_from_its_own_weights() -> None:
    weights = np.random.default_rng(0).uniform(0, 6, (3, 3, 3))
    template = qml.StronglyEntanglingLayers(weights, wires=range(3))
    still = qaimagic.vqe(RING, template, steps=1, opt="SGD", lr=1e-9, live=False)
    np.testing.assert_allclose(still.layer.weights.detach().numpy(), weights, atol=1e-6)
    result = qaimagic.vqe(RING, template, live=False)
    assert result.energy == pytest.approx(least(RING), abs=1e-6)
    assert result.layer.name == "StronglyEntanglingLayers"


def test_unitary_coupled_cluster() -> None:
    template = qml.UCCSD(
        np.zeros(3),
        wires=range(4),
        s_wires=[[0, 1, 2], [1, 2, 3]],
        d_wires=[[[0, 1], [2, 3]]],
        init_state=np.array([1, 1, 0, 0]),
    )
    result = qaimagic.vqe(hydrogen(), template, electrons=2, live=False)
    assert result.energy == pytest.approx(least(hydrogen()), abs=1e-6)
    assert result.baseline == "Hartree-Fock"


def test_a_layer_is_trained_in_place() -> None:
    start = torch.linspace(0.1, 1.0, 9).reshape(3, 3)

    @qaimagic.quantum
    def layer(theta: (3, 3) = start):
        rows(theta)
        return qml.expval(RING)

    result = qaimagic.vqe(RING, layer, live=False)
    assert result.layer is layer
    assert layer().item() == pytest.approx(least(RING), abs=1e-6)


@pytest.mark.parametrize(("letters", "turns"), [("XZ", 1), ("XYZ", 2)])
def test_the_default_turns_about_y_alone_where_that_is_enough(letters: str, turns: int) -> None:
    operator = random_pairs(3, 1, letters)
    result = qaimagic.vqe(operator, live=False)
    assert result.layer.weight_shapes == {"theta": (7, 3, turns)}
    assert result.energy == pytest.approx(least(operator), abs=1e-6)


@pytest.mark.parametrize("kind", [qml.spin.transverse_ising, qml.spin.heisenberg])
def test_rings_of_six_end_in_no_local_minimum(kind: Any) -> None:
    ring = kind("chain", [6], boundary_condition=True)
    for seed in range(2):
        result = qaimagic.vqe(ring, seed=seed, live=False)
        assert result.error == pytest.approx(0, abs=1e-9)


def test_the_default_is_shallow_where_gates_cost() -> None:
    for device in ({"shots": 10}, {"device": "default.qubit"}):
        result = qaimagic.vqe(RING, steps=1, live=False, **device)
        assert result.layer.weight_shapes == {"theta": (4, 3, 1)}


def test_one_wire() -> None:
    result = qaimagic.vqe(qml.X("a") + qml.Z("a"), live=False)
    assert result.energy == pytest.approx(-(2**0.5), abs=1e-9)
    assert result.recovered is None


@pytest.mark.parametrize(
    ("ansatz", "error", "message"),
    [
        (measures, ValueError, "return nothing: .* `measures` returns a ExpectationMP"),
        (takes_data, ValueError, "take weights alone, but `takes_data` takes data, `x`"),
        (leaves_a_wire, ValueError, "`leaves_a_wire` leaves wire 2 alone"),
        (has_no_weight, ValueError, "have weights, but `has_no_weight` has none"),
        (is_broken, CircuitError, "no `qml.RYY`"),
        (another, ValueError, "return the average of the Hamiltonian"),
        (two_answers, ValueError, "return the average of the Hamiltonian"),
        (qml.StronglyEntanglingLayers, TypeError, "Give it weights"),
        (qml.CNOT(wires=[0, 1]), ValueError, "have weights, but `CNOT` has none"),
        (qml.QubitUnitary(np.eye(8), wires=range(3)), ValueError, "`QubitUnitary` has none"),
        (qml.BasisState([0, 1, 0], wires=range(3)), ValueError, "`BasisState` has none"),
        (qml.QNode(measures, qml.device("default.qubit")), TypeError, "HybridLayer"),
        (3, TypeError, "it is int"),
    ],
)
def test_what_is_no_ansatz(ansatz: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        qaimagic.vqe(RING, ansatz)


def test_layers_belong_to_the_default_circuit() -> None:
    with pytest.raises(ValueError, match="`layers` must be left out"):
        qaimagic.vqe(RING, rows, layers=2)
    assert qaimagic.vqe(RING, layers=2, live=False).layer.theta.shape == (3, 3, 1)
