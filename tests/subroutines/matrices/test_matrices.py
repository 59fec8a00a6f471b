import numpy as np
import pennylane as qml
import pytest
import scipy.sparse
import torch

from qaimagic.errors import DeviceError
from qaimagic.subroutines.matrices.fitting import dilated, n_wires_for, padded, padded_vector
from qaimagic.subroutines.matrices.postselection import keep
from qaimagic.subroutines.matrices.reading import (
    is_hermitian,
    plain,
    read_matrix,
    read_square,
    read_vector,
)

A = np.array([[1.0, 2.0], [3.0, 4.0]])


@pytest.mark.parametrize(
    "given", [A, A.tolist(), torch.tensor(A), scipy.sparse.csr_matrix(A), A.astype(np.float32)]
)
def test_whatever_holds_a_matrix_is_read(given):
    np.testing.assert_array_equal(read_matrix("matrix", given), A)


@pytest.mark.parametrize(
    ("given", "kind", "says"),
    [
        ([[1, 2], [3]], TypeError, "its rows differ in length"),
        ("matrix", TypeError, "it is str"),
        (None, TypeError, "it is NoneType"),
        ([1.0, 2.0], ValueError, r"its shape is \(2,\)"),
        (np.zeros((0, 3)), ValueError, r"its shape is \(0, 3\)"),
        ([[np.nan]], ValueError, "NaN or infinity"),
        ([["a"]], TypeError, "other things than numbers"),
    ],
)
def test_what_is_no_matrix_is_refused(given, kind, says):
    with pytest.raises(kind, match=says):
        read_matrix("matrix", given)


def test_what_is_not_square_or_too_long_or_zero_is_refused():
    with pytest.raises(ValueError, match=r"Argument `matrix` must be square, but its shape is"):
        read_square("matrix", np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"Argument `vector` must have shape \(2,\)"):
        read_vector("vector", [1, 2, 3], 2)
    with pytest.raises(ValueError, match="must not be zero"):
        read_vector("vector", [0, 0])


def test_what_is_real_becomes_real():
    assert plain(np.array([1 + 0j])).dtype == np.float64
    assert plain(np.array([1 + 1e-3j])).dtype == np.complex128
    assert is_hermitian(np.array([[1, 1j], [-1j, 0]]))
    assert not is_hermitian(np.array([[1, 1j], [1j, 0]]))


def test_padding_keeps_the_corner_and_fills_the_diagonal():
    square = padded(np.ones((3, 3), complex), fill=2)
    np.testing.assert_array_equal(square[:3, :3], 1)
    assert square[3, 3] == 2
    assert not square[3, :3].any()
    assert not square[:3, 3].any()
    np.testing.assert_array_equal(padded_vector(np.array([1, 2, 3], complex)), [1, 2, 3, 0])
    assert n_wires_for(9) == 4


def test_a_dilation_has_the_singular_values_with_both_signs():
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(2, 3)) + 1j * rng.normal(size=(2, 3))
    values = np.linalg.svd(matrix, compute_uv=False)
    found = np.linalg.eigvalsh(dilated(matrix))
    np.testing.assert_allclose(found, sorted([*values, *-values, 0]), atol=1e-12)


GATES = [qml.RY(1.0, "flag"), qml.CRX(0.7, ["flag", 0]), qml.RX(0.4, 0)]


def kept_by_hand(bit):
    state = np.kron([np.cos(0.5), np.sin(0.5)], [1, 0]).astype(complex)
    state = qml.matrix(qml.CRX(0.7, [0, 1]), wire_order=[0, 1]) @ state
    state = np.kron(np.eye(2), qml.RX(0.4, 0).matrix()) @ state
    return state.reshape(2, 2)[bit]


@pytest.mark.parametrize("bit", [0, 1])
def test_what_is_kept_is_the_state_where_the_flag_reads_so(bit):
    expected = kept_by_hand(bit)
    success = np.linalg.norm(expected) ** 2
    found = keep(GATES, {"flag": bit}, [0])
    assert found.success == pytest.approx(success, abs=1e-12)
    np.testing.assert_allclose(found.state, expected / np.sqrt(success), atol=1e-12)
    np.testing.assert_allclose(found.probabilities, abs(expected) ** 2 / success, atol=1e-12)
    assert found.standard_errors is found.success_error is found.shots is None
    assert (found.depth, found.gates, found.device) == (1, 1, "qaimagic.qubit")


def test_other_devices_answer_the_same_without_a_state():
    found = keep(GATES, {"flag": 1}, [0], device="default.qubit")
    expected = keep(GATES, {"flag": 1}, [0])
    assert found.state is None
    assert found.success == pytest.approx(expected.success, abs=1e-12)
    np.testing.assert_allclose(found.probabilities, expected.probabilities, atol=1e-12)


def test_a_quicker_way_to_the_amplitudes_is_taken_by_ideal_simulators_alone():
    def one():
        return np.array([0.6, 0.0])

    ideal = keep(GATES, {"flag": 1}, [0], amplitudes=one)
    assert ideal.success == pytest.approx(0.36)
    assert keep(GATES, {"flag": 1}, [0], amplitudes=one, shots=100).probabilities[0] == 1
    other = keep(GATES, {"flag": 1}, [0], amplitudes=one, device="default.qubit")
    assert other.success == pytest.approx(keep(GATES, {"flag": 1}, [0]).success)


def test_amplitudes_that_are_given_cost_no_gates():
    found = keep([qml.StatePrep([1, 0, 0, 1], wires=[0, 1], normalize=True)], {}, [0, 1])
    assert (found.gates, found.depth) == (0, 0)
    np.testing.assert_allclose(found.probabilities, [0.5, 0, 0, 0.5])


def test_shots_scatter_as_their_errors_say():
    exact = keep(GATES, {"flag": 1}, [0])
    runs = [keep(GATES, {"flag": 1}, [0], shots=400, seed=seed) for seed in range(200)]
    successes = np.array([run.success for run in runs])
    chances = np.array([run.probabilities[0] for run in runs])
    for values, claimed, truth in (
        (successes, runs[0].success_error, exact.success),
        (chances, runs[0].standard_errors[0], exact.probabilities[0]),
    ):
        assert abs(values.mean() - truth) < 4 * values.std() / np.sqrt(len(values))
        assert values.std() == pytest.approx(claimed, rel=0.25)
    again = keep(GATES, {"flag": 1}, [0], shots=400, seed=3)
    assert again.success == runs[3].success


def test_what_never_succeeds_says_so_by_nan():
    found = keep([qml.X("flag")], {"flag": 0}, [0])
    assert found.success == 0
    assert found.state is None
    assert np.isnan(found.probabilities).all()


def test_a_device_that_is_not_there_is_refused():
    with pytest.raises(DeviceError):
        keep(GATES, {"flag": 1}, [0], device="no.such.device")
