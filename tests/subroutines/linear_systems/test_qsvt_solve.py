import numpy as np
import pytest

import qaimagic


def random_system(size, condition, seed=0):
    """A complex matrix of that condition number, and a right side."""
    rng = np.random.default_rng(seed)
    left, right = (
        np.linalg.qr(rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size)))[0]
        for _ in range(2)
    )
    values = np.geomspace(3.0, 3.0 / condition, size)
    return (left * values) @ right, rng.normal(size=size) + 1j * rng.normal(size=size)


@pytest.mark.parametrize("size", [2, 3, 4, 8])
@pytest.mark.parametrize("epsilon", [1e-1, 1e-3, 1e-6])
def test_it_finds_numpys_solution_to_its_stated_error(size, epsilon):
    matrix, vector = random_system(size, 6.0, size)
    found = qaimagic.qsvt_solve(matrix, vector, epsilon=epsilon)
    exact = np.linalg.solve(matrix, vector)
    assert np.linalg.norm(found.solution - exact) <= epsilon * np.linalg.norm(exact)
    assert found.error <= found.bound <= epsilon
    np.testing.assert_allclose(found.exact, exact, atol=1e-12)
    assert found.norm == pytest.approx(np.linalg.norm(exact), rel=epsilon)


@pytest.mark.parametrize("method", ["dilation", "lcu", "fable", "sparse"])
def test_every_block_encoding_solves(method):
    matrix, vector = random_system(2, 3.0)
    found = qaimagic.qsvt_solve(matrix, vector, method=method, epsilon=1e-2)
    assert found.error <= found.bound <= 1e-2
    assert f"by {method}" in found.text


def test_its_success_probability_is_that_of_the_scaled_inverse():
    matrix, vector = random_system(4, 10.0)
    found = qaimagic.qsvt_solve(matrix, vector)
    assert 1 / (3 * 10.0**2) < found.success < 1
    by_hand = np.linalg.norm(found.solution) / abs(found.prepared.scale)
    assert found.success == pytest.approx(by_hand**2, rel=1e-6)


def test_ill_conditioned_systems_state_their_error_and_cost_more():
    matrix, vector = random_system(4, 60.0)
    found = qaimagic.qsvt_solve(matrix, vector)
    easy = qaimagic.qsvt_solve(*random_system(4, 3.0))
    assert found.error <= found.bound <= 1e-3
    assert found.depth > 15 * easy.depth
    assert found.condition == pytest.approx(60)


def test_a_unitary_matrix_is_solved_too():
    found = qaimagic.qsvt_solve([[0, 2j], [2, 0]], [1, 3])
    np.testing.assert_allclose(found.solution, [1.5, -0.5j], atol=2e-3)


def test_one_unknown():
    found = qaimagic.qsvt_solve([[-4.0]], [2.0])
    np.testing.assert_allclose(found.solution, [-0.5], atol=1e-3)


def test_another_device_prepares_the_same():
    matrix, vector = random_system(3, 4.0)
    here = qaimagic.qsvt_solve(matrix, vector, epsilon=1e-2)
    there = qaimagic.qsvt_solve(matrix, vector, epsilon=1e-2, device="default.qubit")
    np.testing.assert_allclose(there.probabilities, here.probabilities, atol=1e-9)
    assert there.success == pytest.approx(here.success, abs=1e-10)
    assert (there.depth, there.gates) == (here.depth, here.gates)
    assert there.device == "default.qubit"


def test_shots_scatter_within_their_errors():
    matrix, vector = random_system(4, 3.0)
    exact = qaimagic.qsvt_solve(matrix, vector, epsilon=1e-4)
    found = qaimagic.qsvt_solve(matrix, vector, epsilon=1e-4, shots=5000, seed=2)
    assert found.solution is None
    assert abs(found.success - exact.success) < 4.5 * found.success_error
    miss = abs(found.probabilities - exact.probabilities)
    assert (miss < 4.5 * found.standard_errors + 1e-3).all()
    assert abs(found.norm - exact.norm) < 4.5 * found.norm_error


def test_an_observable_of_the_solution_is_read():
    matrix, vector = random_system(4, 3.0)
    observable = np.diag([1.0, -1.0, 2.0, 0.5]) + 0.3 * np.ones((4, 4))
    for shots in (None, 4000):
        found = qaimagic.qsvt_solve(matrix, vector, epsilon=1e-5, shots=shots)
        read = found.expectation(observable)
        assert read.exact == pytest.approx(np.vdot(found.exact, observable @ found.exact).real)
        error = 1e-3 if read.standard_error is None else 4.5 * read.standard_error
        assert abs(read.value - read.exact) < error


def test_a_larger_condition_number_may_be_asked_for():
    matrix, vector = random_system(2, 3.0)
    own = qaimagic.qsvt_solve(matrix, vector)
    wide = qaimagic.qsvt_solve(matrix, vector, condition=12.0)
    assert wide.depth > 2 * own.depth
    assert wide.success < own.success
    assert "up to 12" in wide.text


@pytest.mark.parametrize(
    ("matrix", "vector", "options", "kind", "says"),
    [
        ([[1, 0], [0, 0.1]], [1, 1], {"condition": 5}, ValueError, "that of the matrix, 10"),
        ([[1, 0], [0, 0.1]], [1, 1], {"condition": 0.5}, ValueError, "condition"),
        ([[1, 2], [2, 4]], [1, 1], {}, ValueError, "must be invertible"),
        ([[1, 2, 3], [2, 4, 5]], [1, 1], {}, ValueError, "must be square"),
        ([[1, 2], [2, 1]], [1, 1, 1], {}, ValueError, r"have shape \(2,\)"),
        ([[1, 2], [2, 1]], [0, 0], {}, ValueError, "must not be zero"),
        ([[1, 2], [2, 1]], [1, 1], {"epsilon": 1.0}, ValueError, "must be below 1"),
        ([[1, 2], [2, 1]], [1, 1], {"epsilon": 1e-15}, ValueError, "must be at least 1e-12"),
        ([[1, 2], [2, 1]], [1, 1], {"epsilon": "small"}, TypeError, "epsilon"),
        ([[1, 2], [2, 1]], [1, 1], {"shots": 0}, ValueError, "shots"),
        ([[1, 2], [2, 1]], [1, 1], {"seed": -1}, ValueError, "seed"),
        ([[1, 2], [2, 1]], [1, 1], {"method": "pauli"}, ValueError, "one of `dilation`"),
        ([[1, 0], [0, 1e-4]], [1, 1], {}, ValueError, "degree 4,000 at most"),
    ],
)
def test_what_cannot_be_solved_is_refused(matrix, vector, options, kind, says):
    with pytest.raises(kind, match=says):
        qaimagic.qsvt_solve(matrix, vector, **options)
