"""Every method reproduces every matrix, and says what it costs."""

from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

import qaimagic
from qaimagic.bridge.unitaries import unitary_of
from qaimagic.subroutines.block_encodings import block_encode, methods
from tests.subroutines.block_encodings.matrices import SHAPES, banded, circulant, random

METHODS = block_encode.METHODS


def by_pennylane(encoding) -> np.ndarray:
    """Return the corner of the gates' matrix, times alpha, by PennyLane's own matrices."""
    with qml.queuing.QueuingManager.stop_recording():
        script = qml.tape.QuantumScript(encoding.gates)
        unitary = qml.matrix(script, wire_order=[*encoding.auxiliary, *encoding.wires])
    rows, columns = encoding.matrix.shape
    return encoding.alpha * unitary[:rows, :columns]


def test_the_door_and_the_room_know_the_same_methods():
    assert tuple(methods.METHODS) == METHODS


@pytest.mark.parametrize("kind", ["real", "complex", "hermitian", "sparse"])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("method", METHODS)
def test_every_method_reproduces_every_matrix(method, shape, kind):
    matrix = random(shape, kind, seed=3)
    encoding = qaimagic.block_encode(matrix, method=method)
    np.testing.assert_allclose(encoding.block, matrix, rtol=0, atol=1e-9)
    assert encoding.error < 1e-9
    assert encoding.alpha >= np.linalg.norm(matrix, 2) * (1 - 1e-12)
    assert encoding.method == method
    assert encoding.is_padded == (matrix.shape not in ((2, 2), (4, 4), (8, 8)))


def test_padding_is_told():
    assert "Padded with zeros to 4 x 4." in qaimagic.block_encode(np.ones((3, 2))).text
    assert "Padded" not in qaimagic.block_encode(np.ones((4, 4))).text


@pytest.mark.parametrize("method", METHODS)
def test_pennylane_finds_the_same_corner_in_a_unitary(method):
    matrix = random((3, 4), "complex", seed=1)
    encoding = qaimagic.block_encode(matrix, method=method)
    np.testing.assert_allclose(by_pennylane(encoding), matrix, rtol=0, atol=1e-7)
    unitary = encoding.unitary
    np.testing.assert_allclose(unitary @ unitary.conj().T, np.eye(len(unitary)), atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(METHODS),
    arrays(
        np.complex128,
        array_shapes(min_dims=2, max_dims=2, max_side=5),
        elements=st.complex_numbers(max_magnitude=1e3, allow_nan=False, allow_subnormal=False),
    ),
)
def test_whatever_is_not_zero_is_encoded(method, matrix):
    if abs(matrix).max() < 1e-60:
        return
    encoding = qaimagic.block_encode(matrix, method=method)
    assert encoding.error <= 1e-9 * encoding.alpha


@pytest.mark.parametrize("method", ["lcu", "fable", "sparse"])
@pytest.mark.parametrize("share", [0.01, 0.1, 0.5])
def test_compression_stays_within_its_bound_and_that_within_the_tolerance(method, share):
    matrix = random((8, 8), "complex", seed=5)
    tolerance = share * float(np.linalg.norm(matrix, 2))
    encoding = qaimagic.block_encode(matrix, method=method, tolerance=tolerance)
    assert encoding.error <= encoding.bound + 1e-9
    assert encoding.bound <= tolerance


def test_compression_saves_gates_where_entries_vary_smoothly():
    x = np.linspace(0, 1, 16)
    matrix = np.exp(-((x[:, None] - x) ** 2))
    exact = qaimagic.block_encode(matrix, method="fable")
    short = qaimagic.block_encode(matrix, method="fable", tolerance=0.02 * exact.norm)
    assert short.n_gates < 0.6 * exact.n_gates
    assert 0 < short.error <= short.bound <= 0.02 * exact.norm
    assert "Compressed: error at most" in short.text


@pytest.mark.parametrize(
    ("matrix", "alpha"), [(banded(8), 4.0), (circulant(8), 3.5), (np.eye(4), 1.0)]
)
def test_bands_and_circles_are_cut_along_their_diagonals(matrix, alpha):
    encoding = qaimagic.block_encode(matrix, method="sparse")
    assert encoding.alpha == pytest.approx(alpha)
    assert encoding.error < 1e-9


def test_the_subnormalisations_are_those_of_the_books():
    matrix = random((4, 4), "real", seed=2)
    found = qaimagic.compare_encodings(matrix).encodings
    assert found["dilation"].alpha == pytest.approx(np.linalg.norm(matrix, 2))
    assert found["fable"].alpha == pytest.approx(4 * abs(matrix).max())
    words = qml.pauli_decompose(matrix, check_hermitian=False).terms()[0]
    assert found["lcu"].alpha == pytest.approx(np.abs(words).sum())
    assert found["sparse"].alpha <= 4 * abs(matrix).max() + 1e-12


def test_a_method_is_chosen_by_size_and_sparsity():
    assert qaimagic.block_encode(random((4, 4), "real", 0)).method == "dilation"
    assert qaimagic.block_encode(banded(8)).method == "dilation"
    assert qaimagic.block_encode(scipy.sparse.csr_array(banded(32))).method == "sparse"
    assert qaimagic.block_encode(qml.X(0) + qml.Z(1)).method == "lcu"


@pytest.mark.parametrize("method", METHODS)
def test_operators_keep_their_wires(method):
    operator = qml.dot([0.5, -2j, 1], [qml.X("b"), qml.CNOT(["a", "b"]), qml.Y("a") @ qml.Z("b")])
    encoding = qaimagic.block_encode(operator, method=method)
    assert set(encoding.wires) == {"a", "b"}
    matrix = qml.matrix(operator, wire_order=encoding.wires)
    np.testing.assert_allclose(encoding.block, matrix, rtol=0, atol=1e-9)


def test_few_words_on_many_wires_take_few_auxiliary_wires():
    ising = qml.dot(
        [1.0] * 7, [qml.Z(k) @ qml.Z(k + 1) for k in range(4)] + [qml.X(0), qml.X(2), qml.I(0)]
    )
    assert len(qaimagic.block_encode(ising).auxiliary) == 3
    matrix = qml.matrix(qml.Z(0) @ qml.Y(4) + 0.5 * qml.X(2), wire_order=range(5))
    encoding = qaimagic.block_encode(matrix, method="lcu")
    assert len(encoding.auxiliary) == 1
    assert encoding.error < 1e-9


@pytest.mark.parametrize("method", METHODS)
def test_success_probabilities_are_what_the_circuit_shows(method):
    matrix, vector = random((3, 4), "complex", seed=4), np.array([1, -1j, 2, 0.5])
    encoding = qaimagic.block_encode(matrix, method=method)
    state = vector / np.linalg.norm(vector)
    after = encoding.columns(4) @ state
    there = np.linalg.norm(after[: 2 ** len(encoding.wires)]) ** 2
    assert encoding.success_probability(vector) == pytest.approx(there, abs=1e-9)
    means = [encoding.success_probability(column) for column in np.eye(4)]
    assert encoding.mean_success == pytest.approx(np.mean(means), abs=1e-9)


def test_gates_run_backwards():
    encoding = qaimagic.block_encode(random((4, 4), "complex", seed=6), method="sparse")
    order = [*encoding.auxiliary, *encoding.wires]
    back = [qml.adjoint(gate) for gate in reversed(encoding.gates)]
    both = unitary_of([*encoding.gates, *back], order)
    np.testing.assert_allclose(both, np.eye(len(both)), atol=1e-9)


def test_results_are_told_drawn_and_tabled():
    encoding = qaimagic.block_encode([[1.0, 2.0], [2.0, 0.0]], method="fable")
    assert encoding.text == (
        "Block encoding of a 2 x 2 matrix, fable: alpha 4 (at least the spectral norm, 2.562), "
        f"2 auxiliary wires, {encoding.n_gates} gates on two wires, depth {encoding.depth}, exact "
        "to rounding; success probability 0.281 in the mean over all states."
    )
    picture = encoding.plot()
    assert "U, 8 x 8" in picture.svg
    assert picture.text == repr(encoding) == encoding.text
    frame = encoding.to_frame()
    np.testing.assert_allclose(frame["block"], frame["matrix"], atol=1e-12)
    assert frame["matrix"].tolist() == [1.0, 2.0, 2.0, 0.0]
    assert encoding.seconds > 0


def test_large_unitaries_are_drawn_in_part():
    picture = qaimagic.block_encode(banded(8), method="lcu").plot()
    assert "U, its first 32 of 512 rows" in picture.svg
    assert len(picture.svg) < 200_000


def test_methods_stand_side_by_side():
    comparison = qaimagic.compare_encodings(banded(4), methods=["dilation", "sparse"])
    frame = comparison.to_frame().set_index("method")
    assert frame.index.tolist() == ["dilation", "sparse"]
    assert frame.loc["sparse", "alpha"] == pytest.approx(4.0)
    assert (frame["error"] < 1e-9).all()
    assert "The spectral norm is 3.618." in comparison.text
    assert ">sparse<" in comparison.plot().svg


@pytest.mark.parametrize(
    ("call", "kind", "says"),
    [
        (lambda: qaimagic.block_encode(np.zeros((2, 2))), ValueError, "`matrix` must not be zero"),
        (lambda: qaimagic.block_encode([1, 2]), ValueError, r"its shape is \(2,\)"),
        (lambda: qaimagic.block_encode([[np.inf]]), ValueError, "NaN or infinity"),
        (lambda: qaimagic.block_encode("A"), TypeError, "it is str"),
        (lambda: qaimagic.block_encode([[1]], method="fabel"), ValueError, "Did you mean `fable`"),
        (lambda: qaimagic.block_encode([[1]], tolerance=-1), ValueError, "at least 0"),
        (lambda: qaimagic.block_encode([[1]], tolerance=2), ValueError, "below the spectral norm"),
        (lambda: qaimagic.block_encode(qml.Projector([0], 0)), ValueError, "have unitary terms"),
        (lambda: qaimagic.block_encode(0.0 * qml.X(0)), ValueError, "all its coefficients are 0"),
        (lambda: qaimagic.block_encode(qml.X("aux0")), ValueError, "one is `aux0`"),
        (lambda: qaimagic.compare_encodings([[1]], methods=[]), ValueError, "one at least"),
        (lambda: qaimagic.compare_encodings([[1]], methods=["lu"]), ValueError, "it is `lu`"),
        (lambda: qaimagic.compare_encodings([[0]]), ValueError, "must not be zero"),
        (
            lambda: qaimagic.block_encode([[1]]).success_probability([1, 2]),
            ValueError,
            r"`vector` must have shape \(1,\)",
        ),
    ],
)
def test_what_cannot_be_encoded_is_refused(call, kind, says):
    with pytest.raises(kind, match=says):
        call()
