import numpy as np
import pennylane as qml
import pytest
from scipy.linalg import expm

import qaimagic

METHODS = ("trotter-1", "trotter-2", "trotter-4", "qdrift", "qsvt")


def ring(n=3, field=0.7):
    """The transverse-field Ising model on a ring."""
    bonds = [qml.Z(i) @ qml.Z((i + 1) % n) for i in range(n)]
    return qml.sum(*bonds, *(field * qml.X(i) for i in range(n)), qml.s_prod(0.3, qml.I(0)))


def evolved(operator, time, start, n):
    return expm(-1j * time * qml.matrix(operator, wire_order=range(n))) @ start


@pytest.mark.parametrize("method", ["trotter-1", "trotter-2", "trotter-4", "qsvt"])
@pytest.mark.parametrize("time", [0.8, -0.8])
def test_the_state_is_expm_s_within_the_bound(method, time):
    start = np.zeros(8)
    start[0b010] = 1
    result = qaimagic.hamiltonian_simulation(ring(), time, method=method, epsilon=1e-3, state="010")
    exact = evolved(ring(), time, start, 3)
    assert np.allclose(result.exact_state, exact, atol=1e-12)
    assert np.linalg.norm(result.state - exact) <= 2.5e-3
    assert result.operator_error <= result.bound <= 1e-3
    assert result.infidelity == pytest.approx(1 - abs(np.vdot(exact, result.state)) ** 2, abs=1e-12)
    assert np.allclose(result.probabilities, abs(result.state) ** 2)


@pytest.mark.parametrize("order", [1, 2, 4])
def test_circuits_are_pennylane_s_product_formulas(order):
    bonds = [qml.Z(0) @ qml.Z(1), qml.Y(1) @ qml.X(2), qml.X(0), qml.Z(2)]
    coefficients = [0.9, -0.4, 0.7, 0.5]
    operator = qml.dot(coefficients, bonds)
    result = qaimagic.hamiltonian_simulation(operator, 1.1, method=f"trotter-{order}", steps=3)
    template = qml.TrotterProduct(operator, time=-1.1, n=3, order=order)
    theirs = qml.matrix(template, wire_order=range(3))[:, 0]
    # TrotterProduct's e^{iHt} acts with the last term first in the first order.
    backwards = qml.matrix(
        qml.TrotterProduct(qml.dot(coefficients[::-1], bonds[::-1]), time=-1.1, n=3, order=order),
        wire_order=range(3),
    )[:, 0]
    apart = [np.linalg.norm(result.state - other) for other in (theirs, backwards)]
    assert min(apart) < 1e-12


@pytest.mark.parametrize("method", METHODS)
def test_at_time_0_nothing_happens(method):
    result = qaimagic.hamiltonian_simulation(ring(), 0.0, method=method, state="101")
    assert result.probabilities[0b101] == pytest.approx(1)
    assert result.infidelity == pytest.approx(0, abs=1e-24)
    assert (result.exponentials, result.gates, result.queries) == (0, 0, 0)


@pytest.mark.parametrize("method", ["trotter-1", "trotter-2", "trotter-4"])
def test_words_that_commute_are_exact_in_one_step(method):
    operator = qml.X(0) @ qml.X(1) + 0.3 * qml.Z(0) @ qml.Z(1) - qml.Y(0) @ qml.Y(1)
    result = qaimagic.hamiltonian_simulation(operator, 2.7, method=method)
    assert (result.steps, result.bound) == (1, 0)
    assert result.operator_error < 1e-12


def test_fewer_steps_than_the_bound_asks_for_are_found_and_enough():
    result = qaimagic.hamiltonian_simulation(ring(), 1.0, epsilon=1e-2)
    assert result.enough < result.steps
    found = qaimagic.hamiltonian_simulation(ring(), 1.0, steps=result.enough)
    assert found.operator_error <= 1e-2
    fewer = qaimagic.hamiltonian_simulation(ring(), 1.0, steps=result.enough - 1)
    assert fewer.operator_error > 1e-2
    assert f"{result.enough} would have been enough" in result.text


def test_the_qsvt_succeeds_once_in_four():
    result = qaimagic.hamiltonian_simulation(ring(), 1.0, method="qsvt", epsilon=1e-6)
    assert result.success == pytest.approx(0.25, abs=1e-5)
    assert result.amplified_success == pytest.approx(1, abs=1e-4)
    assert result.queries == result.steps
    assert "oblivious amplification (modelled)" in result.text


def test_shots_scatter_as_their_errors_say():
    result = qaimagic.hamiltonian_simulation(ring(), 1.0, steps=50, shots=4000, seed=3)
    assert result.state is None
    assert result.infidelity is None
    exact = result.exact_probabilities
    sigma = np.sqrt(exact * (1 - exact) / 4000)
    assert np.all(abs(result.probabilities - exact) < 5 * sigma + 1e-3)
    again = qaimagic.hamiltonian_simulation(ring(), 1.0, steps=50, shots=4000, seed=3)
    assert np.array_equal(result.probabilities, again.probabilities)


@pytest.mark.parametrize("method", METHODS)
def test_other_devices_agree_with_the_engine(method):
    setting = {"method": method, "steps": 4, "draws": 3, "seed": 1}
    operator = qml.Z(0) @ qml.Z(1) + 0.6 * qml.X(1)
    own = qaimagic.hamiltonian_simulation(operator, 0.7, **setting)
    theirs = qaimagic.hamiltonian_simulation(operator, 0.7, device="default.qubit", **setting)
    assert np.allclose(own.probabilities, theirs.probabilities, atol=1e-9)
    assert theirs.success == pytest.approx(own.success, abs=1e-9)
    assert theirs.state is None


def test_shots_of_qsvt_on_a_device_are_post_selected():
    operator = qml.Z(0) @ qml.Z(1) + 0.6 * qml.X(1)
    result = qaimagic.hamiltonian_simulation(
        operator, 0.7, method="qsvt", shots=4000, device="default.qubit"
    )
    assert abs(result.success - 0.25) < 5 * result.success_error
    exact = result.exact_probabilities
    sigma = np.sqrt(exact * (1 - exact) / (4000 * result.success))
    assert np.all(abs(result.probabilities - exact) < 5 * sigma + 1e-2)


def test_matrices_are_padded_and_said_so():
    matrix = np.array([[1, 2j, 0], [-2j, 0, 1], [0, 1, -1]])
    result = qaimagic.hamiltonian_simulation(matrix, 0.9, state=[1, 1, 0], method="trotter-4")
    exact = expm(-0.9j * matrix) @ np.array([1, 1, 0]) / np.sqrt(2)
    assert np.allclose(result.exact_state, [*exact, 0], atol=1e-12)
    assert "padded with zeros from 3 to 4 rows" in result.text
    assert "normalised" in result.text


def test_states_are_read_from_bodies_operations_and_bits():
    def pair():
        qml.H(0)
        qml.CNOT([0, 1])

    operator = qml.X(0) @ qml.Z(1)
    amplitudes = np.array([1, 0, 0, 1]) / np.sqrt(2)
    given = [pair, amplitudes, qml.StatePrep(amplitudes, wires=[0, 1])]
    found = [qaimagic.hamiltonian_simulation(operator, 0.4, state=state).state for state in given]
    assert np.allclose(found[0], found[1])
    assert np.allclose(found[0], found[2])


def test_wires_that_only_the_state_has_stay_as_they_are():
    def pair():
        qml.H(0)
        qml.CNOT([0, 2])

    result = qaimagic.hamiltonian_simulation(qml.Z(0), 0.5, state=pair)
    assert result.wires == (0, 2)
    phases = np.exp(-0.5j * np.array([1, -1]))
    assert np.allclose(result.state, np.array([phases[0], 0, 0, phases[1]]) / np.sqrt(2))


def test_energies_of_bits_are_evolved():
    result = qaimagic.hamiltonian_simulation({("a", "b"): 1.0, ("a", "a"): -2.0}, 1.0, state="11")
    assert result.state[-1] == pytest.approx(np.exp(1j))


def test_many_wires_have_no_exact_answer_and_say_so():
    operator = qml.sum(*(qml.Z(i) @ qml.Z(i + 1) for i in range(14)), qml.X(0))
    result = qaimagic.hamiltonian_simulation(operator, 0.1, steps=1)
    assert result.exact_state is None
    assert result.infidelity is None
    assert "exact state not computed, 15 wires are too many" in result.text
    assert result.probabilities.sum() == pytest.approx(1)


def test_more_wires_than_a_step_is_kept_of_run_as_circuits():
    n = 9
    operator = qml.sum(*(qml.Z(i) @ qml.Z((i + 1) % n) for i in range(n)), qml.X(0), qml.X(4))
    result = qaimagic.hamiltonian_simulation(operator, 0.3, method="trotter-4", steps=2)
    assert result.operator_error is None
    assert result.infidelity < 1e-8


@pytest.mark.parametrize(
    ("hamiltonian", "words"),
    [
        (np.array([[0, 1], [0, 0]]), "Hermitian"),
        (np.array([[0, 1, 2]]), "square"),
        (np.array([[np.nan, 0], [0, 1]]), "finite"),
        (np.zeros((0, 0)), "shape"),
        (np.eye(128), "64 rows"),
        (1j * qml.X(0), "Hermitian"),
        (np.inf * qml.X(0), "finite"),
        (qml.I(0) * 2, "act on a wire"),
    ],
)
def test_what_is_no_hamiltonian_is_refused(hamiltonian, words):
    with pytest.raises(ValueError, match=words):
        qaimagic.hamiltonian_simulation(hamiltonian, 1.0)


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"method": "trotter-3"}, "trotter-4"),
        ({"steps": 0}, "at least 1"),
        ({"epsilon": 1e-12}, "at least 1e-10"),
        ({"steps": 2, "epsilon": 0.1}, "left out"),
        ({"draws": 1}, "at least 2"),
        ({"shots": 0}, "at least 1"),
        ({"method": "qdrift", "shots": 10}, "one for each of 32 draws"),
        ({"state": "0"}, "for each of 3 wires"),
        ({"state": [1, 0]}, "shape"),
        ({"state": np.zeros(8)}, "not be zero"),
        ({"state": lambda wire: qml.X(wire)}, "no arguments"),
        ({"state": lambda: qml.expval(qml.X(0))}, "return nothing"),
        ({"method": "trotter-1", "epsilon": 1e-9}, "billion"),
        ({"method": "qdrift", "steps": 10**7}, "rotations"),
    ],
)
def test_settings_out_of_bounds_are_refused(setting, words):
    with pytest.raises(ValueError, match=words):
        qaimagic.hamiltonian_simulation(ring(), 1.0, **setting)


@pytest.mark.parametrize("time", [np.nan, np.inf])
def test_a_time_must_be_finite(time):
    with pytest.raises(ValueError, match="finite"):
        qaimagic.hamiltonian_simulation(ring(), time)


def test_other_things_are_refused_by_type():
    with pytest.raises(TypeError, match="Hermitian operator"):
        qaimagic.hamiltonian_simulation("ising", 1.0)
    with pytest.raises(TypeError, match="state"):
        qaimagic.hamiltonian_simulation(ring(), 1.0, state=object())


def test_a_measurement_within_the_state_is_refused():
    def body():
        qml.measure(0)

    with pytest.raises(ValueError, match="made of gates"):
        qaimagic.hamiltonian_simulation(ring(), 1.0, state=body)


def test_the_result_is_told_drawn_and_listed():
    result = qaimagic.hamiltonian_simulation(ring(), 1.0, steps=4)
    assert repr(result) == result.text
    frame = result.to_frame()
    assert list(frame.columns) == ["state", "probability", "exact"]
    assert frame["probability"].sum() == pytest.approx(1)
    picture = result.plot()
    assert "exact" in picture.svg
    assert picture.text == result.text
    shots = qaimagic.hamiltonian_simulation(ring(), 1.0, steps=4, shots=100)
    assert "standard_error" in shots.to_frame()
    assert "expected of the scatter alone" in shots.text


def test_a_hamiltonian_that_is_0_leaves_all_as_it_is():
    result = qaimagic.hamiltonian_simulation(np.zeros((2, 2)), 1.0, method="qdrift", state="1")
    assert np.allclose(result.state, [0, 1])
