import numpy as np
import pennylane as qml
import pytest

import qaimagic
from qaimagic.subroutines.linear_systems.clock import clock_for
from qaimagic.subroutines.linear_systems.prepared import Prepared
from tests.subroutines.linear_systems.systems import KINDS, system


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [2, 3, 4])
def test_it_agrees_with_numpy(size, kind):
    matrix, vector = system(size, kind, 4.0)
    found = qaimagic.hhl(matrix, vector)
    exact = np.linalg.solve(matrix, vector)
    assert np.linalg.norm(found.solution - exact) <= found.bound * np.linalg.norm(exact)
    assert found.bound <= 0.01 + 1e-9
    assert found.fidelity > 1 - 1e-4
    assert found.residual <= found.bound * found.condition
    assert not found.warnings


def test_eight_unknowns():
    matrix, vector = system(8, "hermitian", 3.0)
    found = qaimagic.hhl(matrix, vector)
    assert found.error <= found.bound <= 0.01 + 1e-9


@pytest.mark.parametrize("condition", [30.0, 300.0, 3000.0])
@pytest.mark.parametrize("clock_wires", [3, 6])
def test_the_stated_error_holds_for_ill_conditioned_systems(condition, clock_wires):
    for seed in range(3):
        matrix, vector = system(4, "hermitian", condition, seed)
        found = qaimagic.hhl(matrix, vector, clock_wires=clock_wires)
        assert found.error <= found.bound
        if found.bound > 0.01:
            assert "too coarse for this condition number" in found.text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("clock_wires", [2, 4])
def test_what_is_left_tick_by_tick_is_what_the_gates_leave(kind, clock_wires):
    matrix, vector = system(2, kind, 3.0)
    prepared = qaimagic.hhl(matrix, vector, clock_wires=clock_wires).prepared
    own, by_gates = prepared.run(), Prepared.run(prepared)
    assert own.success == pytest.approx(by_gates.success, abs=1e-12)
    np.testing.assert_allclose(own.state, by_gates.state, atol=1e-12)
    elsewhere = qaimagic.hhl(matrix, vector, clock_wires=clock_wires, device="default.qubit")
    np.testing.assert_allclose(elsewhere.probabilities, own.probabilities, atol=1e-9)


def test_the_success_probability_is_what_is_left_of_the_circuit():
    matrix, vector = system(4, "hermitian", 4.0)
    found = qaimagic.hhl(matrix, vector)
    assert 0 < found.success < 1
    assert found.norm == pytest.approx(abs(found.prepared.scale) * np.sqrt(found.success))
    assert found.repetitions == pytest.approx(1 / found.success)


def test_the_success_probability_can_be_tiny():
    """b lies along the largest of the eigenvalues 1 and 1/64, so p is C^2."""
    found = qaimagic.hhl(np.diag([1, 1 / 64]), [1, 0])
    assert found.success == pytest.approx(1 / 64**2, rel=0.1)
    assert found.error <= 0.01
    assert found.amplification_rounds == pytest.approx(np.pi / 4 * 64, rel=0.1)
    assert f"(or {found.amplification_rounds} rounds of amplification, modelled)" in found.text


def test_what_was_done_to_fit_the_matrix_is_told():
    matrix, vector = system(3, "real", 4.0)
    text = qaimagic.hhl(matrix, vector).text
    assert "Padded from 3 to 4 unknowns." in text
    assert "Made Hermitian by dilation." in text


def test_a_condition_number_beyond_the_one_counted_on_is_told():
    matrix, vector = system(2, "hermitian", 40.0)
    found = qaimagic.hhl(matrix, vector, condition=5, clock_wires=5)
    assert "is beyond 5, which was counted on" in found.text
    assert found.error <= found.bound


def test_negative_definite_matrices_keep_their_sign():
    found = qaimagic.hhl(-np.diag([1.0, 2.0, 3.0]), [1, 2, 3])
    np.testing.assert_allclose(found.solution, [-1, -1, -1], atol=0.02)


def test_shots_are_within_their_error_bars():
    matrix, vector = system(4, "hermitian", 3.0)
    found = qaimagic.hhl(matrix, vector, shots=20_000, epsilon=1e-3)
    exact = np.linalg.solve(matrix, vector)
    shares = abs(exact) ** 2 / np.linalg.norm(exact) ** 2
    assert found.solution is None
    assert found.error is None
    assert (abs(found.probabilities - shares) <= 5 * found.standard_errors + 0.002).all()
    assert abs(found.norm - np.linalg.norm(exact)) <= 5 * found.norm_error + 0.01
    assert (abs(found.magnitudes - abs(exact)) <= 5 * found.magnitude_errors + 0.01).all()
    assert "without their signs" in found.text
    observable = np.diag([1.0, -1.0, 2.0, 0.0]) + np.eye(4)[::-1]
    read = found.expectation(observable)
    assert read.exact == pytest.approx(np.vdot(exact, observable @ exact).real)
    assert read.standard_error > 0
    assert abs(read.value - read.exact) <= 5 * read.standard_error + 0.02 * abs(read.exact)


def test_the_same_seed_gives_the_same_shots():
    one, two, other = (qaimagic.hhl(np.eye(2) + 0.1, [1, 2], shots=50, seed=s) for s in (1, 1, 2))
    assert (one.probabilities == two.probabilities).all()
    assert one.success != other.success


def test_no_success_in_few_shots_is_told():
    found = qaimagic.hhl(np.diag([1, 1 / 64]), [1, 0], shots=1)
    assert found.success == 0
    assert np.isnan(found.norm)
    assert "more shots are needed" in found.text
    assert found.plot().svg


def test_a_clock_with_eigenvalues_on_ticks_is_exact():
    clock = clock_for(np.array([1.0, 2.0, -3.0]), 3.0, 1e-6, range(2, 10), None)
    assert (clock.n_wires, clock.is_uniform) == (3, True)
    assert clock.bound < 1e-12


def test_more_wires_err_less():
    eigenvalues = np.array([0.137, 0.411, 0.77, 1.0])
    bounds = [clock_for(eigenvalues, 1 / 0.137, 0.0, [n], None).bound for n in (4, 6, 8)]
    assert bounds[0] > 4 * bounds[1] > 16 * bounds[2]


@pytest.mark.parametrize(
    ("matrix", "vector", "options", "says"),
    [
        ([[1, 2, 3], [4, 5, 6]], [1, 2], {}, "must be square"),
        ([[1, 2], [2, 4]], [1, 2], {}, "must be invertible"),
        ([[1, 0], [0, 2]], [1, 2, 3], {}, r"must have shape \(2,\)"),
        ([[1, 0], [0, 2]], [0, 0], {}, "must not be zero"),
        ([[1, np.nan], [0, 2]], [0, 1], {}, "must be finite"),
        ([[1e200, 0], [0, 1e200]], [1, 1], {}, r"`matrix` must have its largest number between"),
        ([[1, 0], [0, 2]], [1e-200, 0], {}, r"`vector` must have its largest number between"),
        (np.eye(33), np.ones(33), {}, "`matrix` must have 32 rows at most"),
        ([[1, 0], [0, 2]], [1, 1], {"epsilon": 0}, "`epsilon` must be above 0"),
        ([[1, 0], [0, 2]], [1, 1], {"epsilon": 1}, "`epsilon` must be below 1"),
        ([[1, 0], [0, 2]], [1, 1], {"shots": 10**13}, "`shots` must be at most 100,000,000"),
        ([[1, 0], [0, 2]], [1, 1], {"clock_wires": 0}, "`clock_wires` must be at least 1"),
        ([[1, 0], [0, 2]], [1, 1], {"clock_wires": 20}, "`clock_wires` must be 14 at most"),
        ([[1, 0], [0, 2]], [1, 1], {"time": 4.0}, "`time` must be below 3.14159"),
        ([[1, 0], [0, 2]], [1, 1], {"condition": 0.5}, "`condition` must be at least 1"),
        ([[1, 0], [0, 2]], [1, 1], {"shots": 0}, "`shots` must be at least 1"),
    ],
)
def test_bad_input_is_refused(matrix, vector, options, says):
    with pytest.raises(ValueError, match=says):
        qaimagic.hhl(matrix, vector, **options)


@pytest.mark.parametrize(
    ("observable", "says"),
    [([[0, 1], [0, 0]], "must be Hermitian"), (np.eye(3), r"must have shape \(2, 2\)")],
)
def test_an_observable_has_to_fit(observable, says):
    found = qaimagic.hhl(np.eye(2) + 0.1, [1, 2])
    with pytest.raises(ValueError, match=says):
        found.expectation(observable)


def test_noise_is_no_part_of_the_stated_error_and_that_is_told():
    noisy = qaimagic.devices.get("qaimagic.qubit", depolarizing=0.001)
    found = qaimagic.hhl([[1, -1 / 3], [-1 / 3, 1]], [1, 0], device=noisy)
    assert not found.is_ideal
    assert found.solution is None
    assert "the stated error leaves out its noise" in found.text
    assert "leaves out its noise" not in qaimagic.hhl(np.eye(2), [1, 2], shots=10).text


def test_complex_solutions_are_drawn_in_two_parts_and_shots_with_error_bars():
    matrix, vector = system(2, "complex", 2.0)
    svg = qaimagic.hhl(matrix, vector).plot().svg
    assert "real part of x" in svg
    assert "imaginary part of x" in svg
    assert "size of x" in qaimagic.hhl(matrix, vector, shots=1000).plot().svg


def test_an_operator_may_name_its_wires_in_words_and_numbers():
    found = qaimagic.hhl(qml.Z("a") @ qml.Z(0) + 3 * qml.I("a"), [1, 2, 3, 4])
    np.testing.assert_allclose(found.solution, [1 / 4, 1, 3 / 2, 1], atol=0.02)


def test_a_time_of_ones_own():
    found = qaimagic.hhl([[1, -1 / 3], [-1 / 3, 1]], [1, 0], time=3 * np.pi / 4, clock_wires=2)
    assert found.error < 1e-9


def test_a_result_is_told_drawn_and_tabled():
    found = qaimagic.hhl([[1, -1 / 3], [-1 / 3, 1]], [1, 0])
    assert found.text == (
        "hhl, 2 unknowns, condition number 2; relative error "
        f"{found.error:.2g} (stated: at most 1e-09), fidelity 1; success probability 0.625; "
        f"4 wires, depth {found.depth}. A clock of 2 wires that starts uniform, t = 2.356. "
        "Its start and t are chosen by the eigenvalues, and C by the condition number, which a "
        "machine does not know."
    )
    assert repr(found) == found.text
    frame = found.to_frame()
    np.testing.assert_allclose(frame["exact"], [1.125, 0.375])
    assert "numpy" in found.plot().svg
    assert found.classical.iterations <= 2
    assert found.classical.residual < 1e-9
