"""Energies below the ground energy are noticed, and those that only scatter are not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pennylane as qml
import pytest
import torch
from pennylane.devices import DefaultQubit

import qaimagic
from qaimagic.training.alarms.ground import ground_energy
from tests.training.alarms.circuits import hardware_efficient, ising, kinds
from tests.training.problems import quiet


class Flattering(DefaultQubit):
    """A simulator whose answers are too large, as a machine's are that is miscalibrated."""

    factor = 1.1

    def execute(self, circuits: Any, execution_config: Any = None) -> Any:
        answers = super().execute(circuits, execution_config)
        if isinstance(answers, tuple):
            return tuple(self.factor * np.asarray(one) for one in answers)
        return self.factor * answers


def _field(**options: Any) -> Any:
    """The energy of one spin in a field, whose ground energy is -sqrt(2)."""

    @qaimagic.quantum(**options)
    def energy(theta: 2):
        qml.RX(theta[0], wires=0)
        qml.RY(theta[1], wires=0)
        return qml.expval(qml.Z(0) + qml.X(0))

    with torch.no_grad():
        energy.theta.copy_(torch.tensor([0.0, -2.2]))
    return energy


@pytest.mark.filterwarnings("ignore::qaimagic.errors.QaimagicNote")
def test_a_gate_that_is_not_unitary() -> None:
    @qaimagic.quantum
    def energy(theta: 2):
        qml.QubitUnitary(1.05 * torch.eye(2), wires=0)
        qml.RY(theta[0], wires=0)
        qml.RX(theta[1], wires=0)
        return qml.expval(qml.Z(0) + qml.X(0))

    with torch.no_grad():
        energy.theta.zero_()
    run = quiet(energy, steps=60)
    [alarm] = run.alarms
    assert alarm.kind == "below_ground_energy"
    losses = run.history.losses
    assert losses[alarm.step - 1] < -(2**0.5) < losses[alarm.step - 2]
    assert "is -1.4142 (by exact diagonalisation)" in alarm.message


def test_shots_on_a_machine_that_flatters() -> None:
    run = quiet(_field(device=Flattering(wires=1), shots=2000), steps=30, lr=0.02)
    assert [alarm.kind for alarm in run.alarms] == ["below_ground_energy"]
    assert "the mean of" in run.alarms[0].message


@pytest.mark.parametrize("shots", [1, 100])
def test_single_energies_that_scatter_below_it_are_not_worth_an_alarm(shots: int) -> None:
    run = quiet(_field(shots=shots), steps=40, lr=1e-3)
    assert min(run.history.losses) < -(2**0.5)
    assert run.alarms == []


def test_convergence_in_single_precision_is_silent() -> None:
    layer = hardware_efficient(4, 3, ising)
    run = quiet(layer, steps=300, lr=0.1)
    words = qml.dot([-1.0] * 7, ising(4).obs.terms()[1]).pauli_rep
    ground = ground_energy(words)
    assert run.history.losses[-1] == pytest.approx(ground, abs=0.2)
    assert run.alarms == []


def test_a_loss_with_a_penalty_and_weights_given_as_data() -> None:
    @qaimagic.quantum(device=Flattering(wires=1), diff_method="parameter-shift")
    def energy(theta):
        qml.RY(theta[0], wires=0)
        return qml.expval(qml.Z(0) + qml.X(0))

    theta = torch.tensor([-2.2])
    run = qaimagic.minimize(
        lambda: energy(theta).sum() + 10 + theta.square().sum(), theta, steps=3, live=False
    )
    assert [alarm.kind for alarm in run.alarms] == ["below_ground_energy"]


def test_an_observable_that_is_trained_has_no_ground_energy() -> None:
    @qaimagic.quantum
    def energy(theta: 2):
        qml.RY(theta[0], wires=0)
        return qml.expval(theta[1] * (qml.Z(0) + qml.X(0)))

    assert kinds(energy, steps=30) == []


def test_layers_within_torchs_function_transforms_are_let_be() -> None:
    @qaimagic.quantum
    def energy(theta):
        qml.RY(theta[0], wires=0)
        return qml.expval(qml.Z(0) + qml.X(0))

    theta = torch.tensor([[0.1], [2.0]])
    each = torch.func.vmap(energy)
    run = qaimagic.minimize(lambda: each(theta).sum(), theta, steps=3, live=False)
    assert run.alarms == []


def test_the_hamiltonian_is_the_present_one() -> None:
    field = [1.0]

    @qaimagic.quantum
    def energy(theta: 2):
        qml.RX(theta[0], wires=0)
        qml.RY(theta[1], wires=0)
        return qml.expval(qml.dot([1.0, field[0]], [qml.Z(0), qml.X(0)]))

    energy.summary()
    field[0] = 3.0
    run = quiet(energy, steps=80)
    assert run.history.losses[-1] < -3
    assert run.alarms == []


@pytest.mark.parametrize("n", [1, 3, 7])
@pytest.mark.parametrize("letters", ["XZ", "XYZ"])
def test_ground_energies_are_the_least_eigenvalues(n: int, letters: str) -> None:
    rng = np.random.default_rng(n)
    words = [
        qml.pauli.PauliWord({f"w{i}": str(rng.choice(list(letters + "I"))) for i in range(n)})
        for _ in range(12)
    ]
    sentence = qml.pauli.PauliSentence({word: rng.normal() for word in words})
    sentence += qml.pauli.PauliSentence({qml.pauli.PauliWord({f"w{n - 1}": "X"}): 0.5})
    matrix = sentence.to_mat(wire_order=[f"w{i}" for i in range(n)])
    assert ground_energy(sentence) == pytest.approx(np.linalg.eigvalsh(matrix)[0], abs=1e-6)


@pytest.mark.parametrize("letters", ["XZ", "XYZ"])
@pytest.mark.parametrize("ones", [0, 1, 3])
def test_ground_energies_among_the_states_with_so_many_ones(letters: str, ones: int) -> None:
    n = 7
    words = {}
    for i in range(n - 1):
        words[qml.pauli.PauliWord({i: "Z"})] = 0.3 * i - 1
        words[qml.pauli.PauliWord({i: "X", i + 1: "X"})] = 1.0
        words[qml.pauli.PauliWord({i: "Y", i + 1: "Y"})] = 1.0
        if "Y" in letters:
            words[qml.pauli.PauliWord({i: "X", i + 1: "Y"})] = 0.4
            words[qml.pauli.PauliWord({i: "Y", i + 1: "X"})] = -0.4
    sentence = qml.pauli.PauliSentence(words)
    kept = [i for i in range(2**n) if i.bit_count() == ones]
    dense = sentence.to_mat(wire_order=range(n))[np.ix_(kept, kept)]
    found = ground_energy(sentence, ones=ones)
    assert found == pytest.approx(np.linalg.eigvalsh(dense)[0], abs=1e-6)


@pytest.mark.parametrize("pauli", [qml.X, qml.Z])
def test_a_ground_energy_of_0_is_found(pauli: Any) -> None:
    # Lanczos gave 1 for the diagonal one: it judges by relative errors.
    projectors = [0.5 * (qml.Identity(0) - pauli(wire)) for wire in range(9)]
    assert ground_energy(qml.sum(*projectors).pauli_rep) == pytest.approx(0, abs=1e-9)


def test_large_hamiltonians_are_left_alone() -> None:
    assert ground_energy(ising(12).obs.pauli_rep) == pytest.approx(-14.92597, abs=1e-4)
    assert ground_energy(ising(13).obs.pauli_rep) is None
    found = ground_energy(ising(13).obs.pauli_rep, max_wires=13, max_entries=2**18)
    assert found == pytest.approx(1 - 1 / np.sin(np.pi / 54), abs=1e-6)
