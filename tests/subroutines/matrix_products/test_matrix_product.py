"""Products of matrices by circuits, against numpy."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse
import torch

import qaimagic
from qaimagic.bridge.unitaries import unitary_of
from qaimagic.errors import BudgetError
from qaimagic.subroutines.matrix_products.columns import Columns
from qaimagic.subroutines.matrix_products.measuring import Pairs
from tests.training.paid import PaidDevice

METHODS = ["hadamard", "swap", "block-encoding"]


def matrices(m: int, k: int, n: int, is_complex: bool, seed: int = 0):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(m, k)), rng.normal(size=(k, n))
    if is_complex:
        a, b = a + 1j * rng.normal(size=(m, k)), b + 1j * rng.normal(size=(k, n))
    return a, b


def wanted(a, b, method: str):
    return abs(a @ b) ** 2 if method == "swap" else a @ b


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("is_complex", [False, True])
@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 2, 2), (3, 2, 5), (1, 4, 3), (4, 3, 1)])
def test_it_agrees_with_numpy(method, is_complex, shape):
    a, b = matrices(*shape, is_complex)
    found = qaimagic.matrix_product(a, b, method=method)
    np.testing.assert_allclose(found.product, wanted(a, b, method), atol=1e-10, rtol=0)
    np.testing.assert_allclose(found.exact, wanted(a, b, method), atol=1e-10, rtol=0)
    assert found.max_error <= found.frobenius_error < 1e-9
    assert found.shape == shape
    assert found.standard_errors is found.expected_error is None
    assert "exact but for rounding" in found.text


@pytest.mark.parametrize("method", METHODS)
def test_rows_and_columns_of_zeros_are_zero(method):
    a, b = matrices(3, 3, 3, is_complex=False)
    a[1], b[:, 2] = 0, 0
    found = qaimagic.matrix_product(a, b, method=method, shots=None)
    np.testing.assert_allclose(found.product, wanted(a, b, method), atol=1e-10)
    if method != "block-encoding":
        assert found.circuits == 4


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("is_complex", [False, True])
def test_error_bars_hold_the_truth_as_often_as_they_should(method, is_complex):
    a, b = matrices(4, 3, 4, is_complex, seed=2)
    scores = []
    for seed in range(5 if method == "block-encoding" else 12):
        found = qaimagic.matrix_product(a, b, method=method, shots=1000, seed=seed)
        miss, error = found.product - found.exact, found.standard_errors
        scores.append((miss.real / error.real).ravel())
        if np.iscomplexobj(miss):
            scores.append((miss.imag / error.imag).ravel())
        assert found.frobenius_error == pytest.approx(found.expected_error, rel=0.8)
    scores = np.concatenate(scores)
    assert abs(scores.mean()) < 5 / np.sqrt(len(scores))
    assert scores.std() == pytest.approx(1, abs=5 / np.sqrt(2 * len(scores)))
    assert np.mean(abs(scores) < 2) == pytest.approx(0.954, abs=5 * 0.21 / np.sqrt(len(scores)))


def test_the_shots_of_entries_are_independent():
    ones = np.ones((6, 2))
    found = qaimagic.matrix_product(ones, np.array([[1.0, 1], [0, 0]]), shots=500)
    assert len(np.unique(found.product)) > 6


def test_costs_are_told():
    a, b = matrices(3, 4, 5, is_complex=False)
    pairs = qaimagic.matrix_product(a, b, shots=10)
    assert (pairs.circuits, pairs.shots, pairs.wires) == (15, 150, 3)
    assert (pairs.gates, pairs.loading, pairs.depth) == (6, 6, 6)
    assert pairs.success is pairs.alpha is None
    phased = qaimagic.matrix_product(1j * a, b)
    assert (phased.circuits, phased.shots) == (30, None)
    whole = qaimagic.matrix_product(a, b, method="block-encoding")
    assert (whole.circuits, whole.wires) == (5, 6)
    assert whole.loading == whole.gates > 1000
    for one in (pairs, whole):
        assert one.seconds > one.numpy_seconds > 0


def test_the_probability_of_post_selection():
    a, b = matrices(4, 4, 4, is_complex=True)
    found = qaimagic.matrix_product(a, b, method="block-encoding")
    alpha = np.linalg.norm(a, 2) * np.linalg.norm(b, 2)
    assert found.alpha == pytest.approx(alpha)
    np.testing.assert_allclose(found.success, np.linalg.norm(a @ b, axis=0) ** 2 / alpha**2)
    encoded = Columns(a, b)
    chances = unitary_of(encoded.gates, encoded.wires)
    size = 4 * 4
    kept = np.linalg.norm(chances[size : size + 4, size : size + 4], axis=0) ** 2
    np.testing.assert_allclose(found.success, kept)
    assert "Auxiliary wires read 0 with probability" in found.text


@pytest.mark.parametrize("method", METHODS)
def test_the_shots_of_the_model_reach_the_precision(method):
    a, b = matrices(4, 4, 4, is_complex=False, seed=5)
    exact = qaimagic.matrix_product(a, b, method=method)
    epsilon = 0.1 * np.sqrt(np.mean(abs(exact.exact) ** 2))
    total = exact.shots_for(epsilon)
    shown = qaimagic.matrix_product(a, b, method=method, shots=round(total / exact.circuits))
    assert np.sqrt(np.mean(shown.standard_errors**2)) < 1.1 * epsilon
    assert exact.shots_for(epsilon / 10) == pytest.approx(100 * total, rel=0.01)
    queries = exact.queries_for(epsilon)
    assert exact.queries_for(epsilon / 10) == pytest.approx(10 * queries, rel=0.01)


def test_shots_of_the_model_grow_as_the_square_of_the_size():
    def shots(n: int) -> int:
        rng = np.random.default_rng(0)
        rows = rng.normal(size=(2, n, n))
        rows /= np.linalg.norm(rows, axis=2, keepdims=True)
        return qaimagic.matrix_product(rows[0], rows[1].T).shots_for(0.01)

    assert [shots(n) for n in (2, 4, 8)] == pytest.approx([4e4, 16e4, 64e4], rel=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_devices_agree(method):
    a, b = matrices(2, 2, 2, is_complex=True)
    here = qaimagic.matrix_product(a, b, method=method)
    for device in ("default.qubit", "default.mixed"):
        there = qaimagic.matrix_product(a, b, method=method, device=device)
        np.testing.assert_allclose(there.product, here.product, atol=1e-9)
        assert ("may have noise" in there.text) == (device == "default.mixed")


@pytest.fixture
def interrupted(monkeypatch):
    """Let the n-th row or column be interrupted."""

    def at(n: int, method: str) -> None:
        home, name = (Columns, "read") if method == "block-encoding" else (Pairs, "__call__")
        asked, calls = getattr(home, name), iter(range(n - 1))

        def measured(*given):
            if next(calls, None) is None:
                raise KeyboardInterrupt
            return asked(*given)

        monkeypatch.setattr(home, name, measured)

    return at


@pytest.mark.parametrize("method", METHODS)
def test_an_interrupt_keeps_what_ran(method, interrupted):
    a, b = matrices(3, 2, 3, is_complex=False)
    interrupted(3, method)
    found = qaimagic.matrix_product(a, b, method=method)
    assert not found.is_complete
    assert "Interrupted" in found.text
    kept, exact = found.product, found.exact
    if method == "block-encoding":
        kept, exact = kept.T, exact.T
    np.testing.assert_allclose(kept[:2], exact[:2], atol=1e-10)
    assert np.isnan(kept[2]).all()
    assert found.max_error < 1e-10
    assert found.circuits == (2 if method == "block-encoding" else 6)


@pytest.mark.parametrize("method", METHODS)
def test_without_a_row_there_is_nothing_to_keep(method, interrupted):
    interrupted(1, method)
    with pytest.raises(KeyboardInterrupt):
        qaimagic.matrix_product([[1, 2]], [[3], [4]], method=method)


def test_the_seed_decides():
    a, b = matrices(2, 2, 2, is_complex=False)
    first, same, other = (
        qaimagic.matrix_product(a, b, shots=100, seed=seed).product for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, same)
    assert (first != other).any()


@pytest.mark.parametrize("kind", [list, torch.tensor, scipy.sparse.csr_matrix])
def test_whatever_holds_a_matrix_is_multiplied(kind):
    a, b = np.array([[1.0, 2.0], [0.0, 3.0]]), np.array([[1.0], [-1.0]])
    found = qaimagic.matrix_product(kind(a), kind(b))
    np.testing.assert_allclose(found.product, [[-1], [-3]], atol=1e-10)


@pytest.mark.parametrize("method", METHODS)
def test_the_result_tells_shows_and_tables(method):
    a, b = matrices(3, 3, 2, is_complex=True)
    found = qaimagic.matrix_product(a, b, method=method, shots=50)
    assert "of 3 x 3 and 3 x 2 by" in found.text
    assert "is expected" in found.text
    assert "Zeros were padded up to 4" in found.text
    assert ("Signs and phases are not told" in found.text) == (method == "swap")
    assert found.plot().text == repr(found) == found.text
    frame = found.to_frame()
    assert len(frame) == 6
    np.testing.assert_array_equal(frame["product"].to_numpy().reshape(3, 2), found.product)
    assert ("success" in frame) == (method == "block-encoding")


@pytest.mark.parametrize(
    ("a", "b", "kind", "says"),
    [
        (np.ones((2, 3)), np.ones((2, 3)), ValueError, "`B` must have as many rows as `A` has"),
        (np.zeros((2, 2)), np.ones((2, 2)), ValueError, "`A` must not be zero"),
        (np.ones((2, 2)), np.zeros((2, 2)), ValueError, "`B` must not be zero"),
        ([1, 2], np.ones((2, 2)), ValueError, r"its shape is \(2,\)"),
        (np.ones((2, 2)), [[1, np.inf], [1, 1]], ValueError, "NaN or infinity"),
        (np.ones((2, 2)), [[1], [1, 2]], TypeError, "rows differ in length"),
    ],
)
def test_what_cannot_be_multiplied_is_refused(a, b, kind, says):
    with pytest.raises(kind, match=says):
        qaimagic.matrix_product(a, b)


def test_other_arguments_are_checked():
    with pytest.raises(ValueError, match="Did you mean `block-encoding`"):
        qaimagic.matrix_product([[1]], [[1]], method="block_encoding")
    with pytest.raises(ValueError, match="`shots` must be at least 1"):
        qaimagic.matrix_product([[1]], [[1]], shots=0)


def test_nothing_is_paid_for_without_a_budget():
    with pytest.raises(BudgetError):
        qaimagic.matrix_product([[1, 2]], [[3], [4]], device=PaidDevice(), shots=10)
    till = PaidDevice()
    found = qaimagic.matrix_product([[1, 2]], [[3], [4]], device=till, shots=1000, budget=1)
    assert till.paid > 0
    assert found.product[0, 0] == pytest.approx(11, abs=5 * found.standard_errors[0, 0])


def test_block_encodings_that_no_computer_holds_are_told_of() -> None:
    wide = np.ones((1, 4096))
    with pytest.raises(ValueError, match=r"^Argument `A` must have 128 rows and columns at most"):
        qaimagic.matrix_product(wide, wide.T, method="block-encoding")
