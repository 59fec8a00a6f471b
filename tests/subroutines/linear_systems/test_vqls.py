import os
import re
import signal

import numpy as np
import pennylane as qml
import pytest
import torch

import qaimagic
from qaimagic.layers import body_circuit
from qaimagic.subroutines.linear_systems.ansatz import ansatz_of
from qaimagic.subroutines.linear_systems.hadamard_tests import HadamardTests, hadamard_tests
from qaimagic.subroutines.linear_systems.system import read_system
from qaimagic.subroutines.linear_systems.variational import local_cost
from qaimagic.training.events import StepEnded
from tests.subroutines.linear_systems.systems import KINDS, silent, system


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [2, 3, 4, 8])
def test_it_agrees_with_numpy(size, kind):
    matrix, vector = system(size, kind, 4.0)
    found = qaimagic.vqls(matrix, vector, live=silent)
    exact = np.linalg.solve(matrix, vector)
    assert np.linalg.norm(found.solution - exact) <= found.bound * np.linalg.norm(exact)
    assert found.bound <= 1e-6 * (1 + 1e-9)
    assert not found.warnings


@pytest.mark.parametrize("condition", [30.0, 3000.0])
def test_the_cost_bounds_the_error_of_ill_conditioned_systems(condition):
    for seed in range(3):
        matrix, vector = system(4, "real", condition, seed)
        found = qaimagic.vqls(matrix, vector, live=silent, steps=2)
        assert found.error <= found.bound
        if found.bound > 1e-6:
            assert "The cost guarantees an error of" in found.text


X0 = np.kron([[0, 1], [1, 0]], np.eye(2))
Y1 = np.kron(np.eye(2), [[0, -1j], [1j, 0]])


@pytest.mark.parametrize(
    "given",
    [
        *(system(2, kind, 3.0) for kind in KINDS),
        (np.eye(4) + (0.3 + 0.2j) * X0 + 0.4j * Y1, np.array([1, 2j, -1, 0.5])),
    ],
    ids=[*KINDS, "two wires"],
)
def test_hadamard_tests_and_states_have_the_same_cost(given):
    asked = read_system(*given, hermitian=False)
    ansatz = ansatz_of(None, asked, 1, many=False)
    torch.manual_seed(1)
    state = ansatz.layer(qml.state, list(asked.wires))
    exact = local_cost(asked)(state().reshape(-1)).item()
    by_tests = HadamardTests(asked, ansatz, state)
    assert by_tests().item() == pytest.approx(exact, abs=1e-9)
    cost, error, square, _ = by_tests.measured(None)
    image = asked.fitted @ state().detach().numpy().reshape(-1)
    assert (cost, error) == pytest.approx((exact, 0.0), abs=1e-9)
    assert square == pytest.approx(np.linalg.norm(image) ** 2)


@pytest.mark.parametrize("count", [2, 3, 4])
def test_the_number_of_tests_grows_as_the_square_of_the_words(count):
    letters = (qml.I(0), qml.X(0), qml.Z(0), qml.X(0) @ qml.X(1))[:count]
    words = {next(iter(letter.pauli_rep)): 1.0 + 0j for letter in letters}
    _, tests = hadamard_tests(words, [0, 1])
    between = [test for test in tests if test.place is not None]
    assert len(between) == 2 * count * (count + 1) // 2


def test_shots_are_within_their_error_bars():
    matrix, vector = np.array([[1.0, 0.3], [0.3, 1.0]]), [1.0, 0.0]
    found = qaimagic.vqls(matrix, vector, shots=1000, steps=40, seed=1, live=silent)
    exact = np.linalg.solve(matrix, vector)
    assert found.solution is None
    # Tests of two words on one wire: three with Z between them, one without.
    assert found.circuits == 4 * (2 * 40 + 2) + 1
    assert found.bound < 1
    off = np.linalg.norm(found.magnitudes - abs(exact)) / np.linalg.norm(exact)
    assert off <= found.bound + 5 * np.linalg.norm(found.magnitude_errors)
    read = found.expectation(np.eye(2))
    assert abs(read.value - found.norm**2) <= 5 * (read.standard_error + 2 * found.norm_error)
    assert "The cost guarantees" in found.text


def test_an_ansatz_of_ones_own():
    def turns(theta: (2,)):
        qml.RY(theta[0], wires=0)
        qml.RY(theta[1], wires=0)

    found = qaimagic.vqls([[2, 1], [0, 1]], [3, 1], ansatz=turns, live=silent)
    np.testing.assert_allclose(found.solution, [1, 1], atol=1e-5)


def test_an_optimizer_of_ones_own():
    found = qaimagic.vqls([[2, 1], [0, 1]], [3, 1], opt="Adam", steps=300, live=silent)
    assert found.error <= found.bound < 0.01


def test_an_interrupt_keeps_what_was_trained():
    def stop(event):
        if isinstance(event, StepEnded) and event.step == 2:
            os.kill(os.getpid(), signal.SIGINT)

    matrix, vector = system(4, "real", 10.0)
    found = qaimagic.vqls(matrix, vector, opt="Adam", live=stop)
    assert found.run.stop_reason == "interrupted"
    assert "Interrupted" in found.text
    assert found.error <= found.bound


def measures(theta: (1,)):
    qml.RY(theta[0], wires=0)
    return qml.expval(qml.Z(0))


def data(inputs):
    qml.RY(inputs[0], wires=0)


def elsewhere(theta: (1,)):
    qml.RY(theta[0], wires=5)


@pytest.mark.parametrize(
    ("options", "kind", "says"),
    [
        ({"ansatz": measures}, ValueError, "must return nothing"),
        ({"ansatz": data}, ValueError, "must take weights alone"),
        ({"ansatz": elsewhere}, ValueError, "must act on wires 0"),
        ({"ansatz": 3}, TypeError, "must be a circuit body"),
        ({"ansatz": measures, "layers": 2}, ValueError, "`layers` must be left out"),
        ({"layers": 0}, ValueError, "`layers` must be at least 1"),
        ({"epsilon": -1}, ValueError, "`epsilon` must be above 0"),
        ({"epsilon": 1}, ValueError, "`epsilon` must be below 1"),
        ({"shots": 10**13}, ValueError, "`shots` must be at most 100,000,000"),
        ({"steps": 0}, ValueError, "`steps` must be at least 1"),
    ],
)
def test_bad_input_is_refused(options, kind, says):
    with pytest.raises(kind, match=says):
        qaimagic.vqls([[2, 1], [0, 1]], [3, 1], **options)


def test_singular_matrices_are_refused():
    with pytest.raises(ValueError, match="must be invertible"):
        qaimagic.vqls([[1, 1], [1, 1]], [1, 1])


def test_a_result_is_drawn_with_its_cost():
    found = qaimagic.vqls([[2, 1], [0, 1]], [3, 1], live=silent)
    picture = found.plot()
    assert "cost" in picture.svg
    assert "numpy" in picture.svg
    assert list(found.to_frame()["exact"]) == pytest.approx([1, 1])


def test_all_hadamard_tests_of_a_cost_are_submitted_together(monkeypatch):
    submitted = []
    execute = body_circuit.execute

    def counted(tapes, *arguments, **options):
        submitted.append(len(tapes))
        return execute(tapes, *arguments, **options)

    monkeypatch.setattr(body_circuit, "execute", counted)
    matrix = [[2, 0.5], [0.5, 1]]
    found = qaimagic.vqls(matrix, [1, 1], shots=50, steps=2, live=silent)
    [tests] = re.findall(r"(\d+) Hadamard tests", found.text)
    readout = 1
    assert set(submitted) == {int(tests)}
    assert found.circuits == sum(submitted) + readout
