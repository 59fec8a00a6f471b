import numpy as np
import pennylane as qml
import pytest
from scipy.linalg import expm

import qaimagic
from qaimagic.errors import BudgetError, DeviceError
from qaimagic.subroutines.phase_estimation.kernel import bound_within, chance_within, fejer
from tests.training.paid import PaidDevice


def ring(n=4, field=0.7, shift=0.3):
    """The transverse-field Ising model on a ring."""
    bonds = [qml.Z(i) @ qml.Z((i + 1) % n) for i in range(n)]
    return qml.sum(*bonds, *(field * qml.X(i) for i in range(n)), qml.s_prod(shift, qml.I(0)))


def unitary(seed=0, size=4):
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size))
    return np.linalg.qr(matrix)[0]


@pytest.mark.parametrize("step", [0, 1, 5, 15])
def test_phases_on_the_grid_come_with_certainty(step):
    gate = qml.PhaseShift(2 * np.pi * step / 16, wires=0)
    result = qaimagic.phase_estimation(gate, "1", n_wires=4)
    assert result.value == step / 16
    assert result.probabilities[step] == pytest.approx(1, abs=1e-12)
    assert result.error == pytest.approx(0, abs=1e-12)
    assert result.success() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("phase", [0.3, 0.71, 0.9999])
def test_phases_off_the_grid_follow_fejer_s_kernel(phase):
    gate = qml.PhaseShift(2 * np.pi * phase, wires=0)
    result = qaimagic.phase_estimation(gate, "1", n_wires=5)
    off = phase - np.arange(32) / 32
    kernel = np.sin(32 * np.pi * off) ** 2 / (32 * np.sin(np.pi * off)) ** 2
    assert np.allclose(result.probabilities, kernel, rtol=0, atol=1e-12)
    assert np.allclose(result.expected, kernel, rtol=0, atol=1e-12)
    assert result.error <= result.resolution / 2


def test_a_superposition_reads_each_phase_by_its_weight():
    matrix, state = unitary(), np.array([1, 2, 0, 1j]) / np.sqrt(6)
    result = qaimagic.phase_estimation(matrix, state, n_wires=5)
    values, vectors = np.linalg.eig(matrix)
    weights = abs(np.linalg.solve(vectors, state)) ** 2
    turns = np.mod(np.angle(values) / (2 * np.pi), 1)
    order = np.argsort(turns)
    assert np.allclose(result.exact, turns[order], atol=1e-10)
    assert np.allclose(result.weights, weights[order], atol=1e-10)
    assert np.allclose(result.probabilities, weights @ fejer(turns, 5), rtol=0, atol=1e-12)


def test_the_energies_of_the_ising_ring_are_numpy_s():
    matrix = qml.matrix(ring(), wire_order=range(4))
    energies, vectors = np.linalg.eigh(matrix)
    result = qaimagic.phase_estimation(ring(), vectors[:, 0], n_wires=8)
    assert result.nearest == pytest.approx(energies[0], abs=1e-10)
    assert result.error <= result.resolution / 2
    assert np.array(result.weights) == pytest.approx([1], abs=1e-9)
    assert "so that no energy wraps" in result.text
    assert abs(result.values.max() - result.values.min()) >= energies[-1] - energies[0]


@pytest.mark.parametrize("which", [0, 7, 15])
@pytest.mark.parametrize("time", [None, 0.3, -0.3])
def test_every_energy_is_found_whatever_the_sign_of_the_time(which, time):
    energies, vectors = np.linalg.eigh(qml.matrix(ring(), wire_order=range(4)))
    result = qaimagic.phase_estimation(ring(), vectors[:, which], n_wires=7, time=time)
    assert abs(result.value - energies[which]) <= result.resolution / 2 + 1e-9


def test_a_time_that_is_too_long_wraps_and_says_so():
    result = qaimagic.phase_estimation(ring(), n_wires=5, time=3.0)
    assert "Energies wrap" in result.text
    assert np.allclose(result.probabilities, result.expected, atol=1e-12)


def test_a_time_makes_a_unitary_operator_an_energy():
    as_unitary = qaimagic.phase_estimation(qml.X(0), "0", n_wires=3)
    assert as_unitary.time is None
    assert np.allclose(as_unitary.exact, [0, 0.5])
    as_energy = qaimagic.phase_estimation(qml.X(0), "0", n_wires=3, time=np.pi / 2)
    assert np.allclose(as_energy.exact, [-1, 1])
    assert np.allclose(sorted(as_energy.values[as_energy.probabilities > 0.1]), [-1, 1])


def test_shots_scatter_as_their_errors_say():
    result = qaimagic.phase_estimation(unitary(), n_wires=4, shots=5000, seed=4)
    sigma = np.sqrt(result.expected * (1 - result.expected) / 5000)
    assert np.all(abs(result.probabilities - result.expected) < 5 * sigma + 1e-3)
    assert result.standard_errors.max() < 0.01
    again = qaimagic.phase_estimation(unitary(), n_wires=4, shots=5000, seed=4)
    assert np.array_equal(result.probabilities, again.probabilities)


def test_other_devices_agree_with_the_engine():
    result = qaimagic.phase_estimation(unitary(), n_wires=3, device="default.qubit")
    assert np.allclose(result.probabilities, result.expected, atol=1e-9)
    shots = qaimagic.phase_estimation(unitary(), n_wires=3, device="default.qubit", shots=4000)
    assert np.all(abs(shots.probabilities - result.expected) < 0.04)


def test_states_are_read_from_bodies():
    def body():
        qml.H("a")

    result = qaimagic.phase_estimation(qml.T("a"), body, n_wires=3)
    assert np.allclose(result.weights, [0.5, 0.5])
    assert np.allclose(result.exact, [0, 0.125])


@pytest.mark.parametrize("seed", range(5))
def test_bounds_of_success_hold(seed):
    phases = np.random.default_rng(seed).random(200)
    nearest = fejer(phases, 6).max(axis=1)
    assert nearest.min() >= 4 / np.pi**2 - 1e-12
    for extra in range(5):
        assert chance_within(phases, 6, extra).min() >= bound_within(extra) - 1e-12


def test_success_and_its_bound_are_told():
    result = qaimagic.phase_estimation(qml.PhaseShift(1.0, 0), "1", n_wires=6)
    assert result.success(0) >= result.success_bound(0) == pytest.approx(8 / np.pi**2)
    assert result.success_bound(3) == pytest.approx(1 - 1 / 12)
    assert result.success(3) > result.success(0)
    with pytest.raises(ValueError, match="below 6"):
        result.success(6)


def test_calls_double_and_the_error_halves_with_each_wire():
    found = [qaimagic.phase_estimation(qml.PhaseShift(2.0, 0), "1", n_wires=n) for n in (4, 8)]
    assert [result.queries for result in found] == [15, 255]
    assert found[0].resolution == 16 * found[1].resolution
    assert found[1].error <= found[1].resolution / 2


def test_unitaries_are_padded_with_ones_and_said_so():
    matrix = unitary(1, 3)
    result = qaimagic.phase_estimation(matrix, [0, 1, 1], n_wires=5)
    assert "padded with ones from 3 to 4 rows" in result.text
    assert np.allclose(result.probabilities, result.expected, atol=1e-12)
    turns = np.sort(np.mod(np.angle(np.linalg.eigvals(matrix)) / (2 * np.pi), 1))
    assert np.allclose(result.exact, turns, atol=1e-9)


def test_hermitian_matrices_give_energies_and_are_padded():
    matrix = np.diag([1.0, 2.0, 4.0])
    result = qaimagic.phase_estimation(matrix, [0, 0, 1], n_wires=6)
    assert result.nearest == pytest.approx(4)
    assert result.error <= result.resolution / 2
    assert "padded with zeros from 3 to 4 rows" in result.text


def test_a_hamiltonian_s_unitary_is_its_evolution():
    matrix = np.array([[1.0, 0.5], [0.5, -0.2]])
    by_energy = qaimagic.phase_estimation(matrix, "0", n_wires=4, time=0.7)
    shifted = matrix - np.trace(matrix) / 2 * np.eye(2)
    by_phase = qaimagic.phase_estimation(expm(-0.7j * shifted), "0", n_wires=4)
    assert np.allclose(by_energy.probabilities, by_phase.probabilities, atol=1e-12)


@pytest.mark.parametrize(
    ("value", "setting", "words"),
    [
        (np.array([[1, 1], [0, 1]]), {}, "unitary or Hermitian"),
        (np.array([[0, 1j], [1j, 0]]), {"time": 1.0}, "Hermitian with a time"),
        (np.ones((2, 3)), {}, "square"),
        (np.array([[np.inf, 0], [0, 1]]), {}, "finite"),
        (np.eye(128), {}, "6 wires"),
        (qml.prod(*(qml.Z(i) for i in range(7))), {}, "6 wires"),
        (qml.T(0), {"n_wires": 0}, "at least 1"),
        (qml.T(0), {"n_wires": 13}, "at most 12"),
        (qml.T(0), {"time": 0.0}, "not be 0"),
        (qml.T(0), {"shots": 0}, "at least 1"),
        (qml.T(0), {"state": "01"}, "for each of 1 wire,"),
        (qml.T(0), {"state": [0, 0]}, "not be zero"),
        (qml.T(0), {"state": qml.X(1)}, "acts on 1 as well"),
    ],
)
def test_what_cannot_be_estimated_is_refused(value, setting, words):
    with pytest.raises(ValueError, match=words):
        qaimagic.phase_estimation(value, **setting)


def test_other_things_are_refused_by_type():
    with pytest.raises(TypeError, match="Hermitian operator"):
        qaimagic.phase_estimation("T")


def test_a_device_that_does_not_exist_is_refused():
    with pytest.raises(DeviceError):
        qaimagic.phase_estimation(qml.T(0), device="abacus")


def test_the_result_is_told_drawn_and_listed():
    result = qaimagic.phase_estimation(ring(3), "010", n_wires=5, shots=200)
    assert repr(result) == result.text
    assert "31 calls of the unitary" in result.text
    frame = result.to_frame()
    assert list(frame.columns) == ["value", "probability", "standard_error", "expected"]
    picture = result.plot()
    assert "weight in the state" in picture.svg
    assert "energy" in picture.svg


def test_a_paid_device_needs_a_budget():
    with pytest.raises(BudgetError):
        qaimagic.phase_estimation(qml.T(0), "1", n_wires=2, shots=10, device=PaidDevice())
    result = qaimagic.phase_estimation(
        qml.T(0), "1", n_wires=3, shots=10, device=PaidDevice(), budget=100.0
    )
    assert result.value == 0.125
