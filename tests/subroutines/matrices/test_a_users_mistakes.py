"""What a user tried: each is refused in a sentence, before anything runs, or answered rightly."""

import numpy as np
import pennylane as qml
import pytest
import scipy.sparse as sp

import qaimagic
from qaimagic import polynomials
from qaimagic.errors import CircuitError, DeviceError

SYSTEM = [[2.0, -1.0], [-1.0, 2.0]]
ISING = qml.Z(0) @ qml.Z(1) + qml.X(0) + qml.X(1)


def _waves(d):
    return lambda points: points.sum(dim=1).sin() / d


def _two():
    qml.Hadamard(0)
    qml.Hadamard(1)


@pytest.mark.parametrize("size", [1e-300, 1e-200, 1e160, 1e300])
@pytest.mark.parametrize(
    "function",
    [
        qaimagic.block_encode,
        qaimagic.phase_estimation,
        lambda matrix: qaimagic.qsvt_solve(matrix, [1, 0]),
        lambda matrix: qaimagic.qsvt_solve(SYSTEM, matrix[0]),
        lambda matrix: qaimagic.hamiltonian_simulation(matrix, 1.0),
        lambda matrix: qaimagic.hamiltonian_simulation(SYSTEM, 1.0, state=matrix[0]),
    ],
)
def test_numbers_whose_squares_leave_double_precision(function, size):
    with pytest.raises(ValueError, match="largest number between 1e-60 and 1e"):
        function(size * np.array(SYSTEM))


def test_a_sparse_matrix_that_no_memory_holds():
    with pytest.raises(ValueError, match="numbers at most"):
        qaimagic.block_encode(sp.eye(200_000).tocsr())


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: qaimagic.compare_encodings(SYSTEM, methods=3), TypeError, "a list of names"),
        (lambda: qaimagic.simulation_scaling(ISING, 1.0, steps=4), TypeError, "a list of"),
        (lambda: qaimagic.simulation_scaling(ISING, 1.0, steps=[1, 10**9]), ValueError, "at most"),
        (lambda: qaimagic.quantum_gradient_scaling(_waves, dimensions=2), TypeError, "a list of"),
        (lambda: qaimagic.quantum_gradient_scaling(_waves, epsilons=[1e-13]), ValueError, "1e-06"),
        (
            lambda: qaimagic.quantum_gradient_scaling(_waves, dimensions=[10**12]),
            ValueError,
            "`n_points` must be 0 at most",
        ),
        (
            lambda: qaimagic.quantum_gradient_scaling(_waves(1)),
            ValueError,
            "`family` must take a number of components",
        ),
        (
            lambda: qaimagic.quantum_gradient(_waves(1), [[1], [1, 2]]),
            TypeError,
            "`at` must be a point of real numbers",
        ),
        (
            lambda: qaimagic.quantum_gradient(_waves(1), [0.1], method="gilyen", order=10**9),
            ValueError,
            "40 at most",
        ),
        (lambda: qaimagic.barren_plateaus(wires=4), TypeError, "a list of numbers"),
        (lambda: qaimagic.barren_plateaus(wires=[40]), ValueError, "20 at most"),
        (lambda: qaimagic.barren_plateaus(n_samples=10**9), ValueError, "`n_samples`"),
        (lambda: qaimagic.barren_plateaus(_two), CircuitError, "take a number of wires"),
        (lambda: qaimagic.barren_plateaus(lambda n: n), CircuitError, "it returns int"),
        (lambda: qaimagic.amplitude_amplification(_two, 0, rounds=10**12), ValueError, "10,000"),
        (lambda: qaimagic.amplitude_amplification(_two, np.array([0])), TypeError, "`good`"),
        (lambda: qaimagic.qsvt_solve(SYSTEM, [1, 0], epsilon=10**400), ValueError, "finite"),
        (lambda: qaimagic.qsvt_solve(SYSTEM, [1, 0], shots=10**12), ValueError, "`shots`"),
        (lambda: qaimagic.qsvt_solve(SYSTEM, [1, 0], condition=1e300), ValueError, "degree 4,000"),
        (lambda: polynomials.eigenstate_filter(1e-13), ValueError, "degree 4,000"),
        (lambda: qaimagic.hamiltonian_simulation(ISING, 1e300), ValueError, "`time` must be"),
        (lambda: qaimagic.simulation_scaling(ISING, 1e300), ValueError, "`time` must be"),
        (lambda: qaimagic.phase_estimation(ISING, time=1e300), ValueError, "`time` must be"),
        (
            lambda: qaimagic.hamiltonian_simulation(ISING, 1.0, steps=10**400),
            ValueError,
            "`steps` must be",
        ),
        (
            lambda: qaimagic.phase_estimation(qml.T(0), qml.RX(np.nan, 0)),
            ValueError,
            "finite numbers in its gates",
        ),
        (
            lambda: qaimagic.qsvt_solve(
                SYSTEM, [1, 0], device=qml.device("default.qubit", wires=1)
            ),
            DeviceError,
            "it lacks",
        ),
    ],
)
def test_what_cannot_be_done_is_said(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_numpys_whole_numbers_are_taken():
    n = np.int64(2)
    assert "2 steps" in qaimagic.hamiltonian_simulation(ISING, 1.0, steps=n).text
    assert qaimagic.phase_estimation(qml.T(0), "1", n_wires=np.int64(3)).value == 0.125
    found = qaimagic.hamiltonian_simulation(ISING, 0.5, method="qsvt", shots=np.int64(100))
    assert found.shots == 100


def test_a_system_may_be_an_operator_with_mixed_labels():
    operator = 2.0 * qml.I(0) + 0.5 * qml.X(0) @ qml.Z("b")
    matrix = qml.matrix(operator, wire_order=[0, "b"])
    found = qaimagic.qsvt_solve(operator, [1, 2, 3, 4])
    np.testing.assert_allclose(found.exact, np.linalg.solve(matrix, [1, 2, 3, 4]))


def test_no_shot_that_succeeded_is_told_and_drawn():
    found = qaimagic.hamiltonian_simulation(SYSTEM, 1.0, method="qsvt", shots=2, seed=1)
    assert found.success == 0
    assert "never read 0" in found.text
    assert found.plot().html()


def test_what_never_came_has_an_error_too():
    found = qaimagic.qsvt_solve(np.diag([1.0, 1.0, 2.0, 2.0]), [1, 0.02, 1, 1], shots=200)
    assert found.probabilities.min() == 0
    off = np.abs(found.magnitudes - np.abs(found.exact))
    assert (off < 4 * found.magnitude_errors).all()


@pytest.mark.parametrize("n_wires", [2, 3, 6])
@pytest.mark.parametrize(("state", "energy"), [("0", 2.0), ("1", -2.0)])
def test_the_extreme_energies_do_not_wrap(n_wires, state, energy):
    found = qaimagic.phase_estimation(2 * qml.Z(0), state, n_wires=n_wires)
    assert found.value == pytest.approx(energy)
    assert found.probabilities.max() == pytest.approx(1)


def test_levels_of_small_energies_stay_apart():
    found = qaimagic.phase_estimation(1e-10 * qml.Z(0), qml.Hadamard(0))
    np.testing.assert_allclose(found.exact, [-1e-10, 1e-10])


def test_a_prepared_state_runs_on_a_noisy_machine():
    pytest.importorskip("qiskit_aer")
    found = qaimagic.qsvt(
        SYSTEM, polynomials.sign(0.5, 0.1), vector=[1, 0], device="ibm:FakeManilaV2"
    )
    assert 0.3 < found.kept.success < found.exact_success
