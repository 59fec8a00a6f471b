"""What encodings are made of, against plain NumPy."""

from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest
import scipy.linalg

from qaimagic.bridge.unitaries import unitary_of
from qaimagic.subroutines.block_encodings.compression import kept
from qaimagic.subroutines.block_encodings.fable import fable
from qaimagic.subroutines.block_encodings.multiplexer import amplitudes
from qaimagic.subroutines.block_encodings.one_sparse import parts_of, sparsity_of
from qaimagic.subroutines.block_encodings.pauli_words import coefficients_of, word
from qaimagic.subroutines.block_encodings.permuting import permuted, shifted
from qaimagic.subroutines.block_encodings.walsh import gray, walsh
from tests.subroutines.block_encodings.matrices import banded, circulant, random


def test_the_transform_is_that_of_hadamards_matrix():
    values = np.random.default_rng(0).normal(size=(3, 16))
    np.testing.assert_allclose(walsh(values), values @ scipy.linalg.hadamard(16))


def test_one_bit_changes_from_each_number_to_the_next():
    numbers = gray(16)
    assert sorted(numbers) == list(range(16))
    changes = numbers ^ np.roll(numbers, -1)
    assert all(change.bit_count() == 1 for change in changes.tolist())


def test_words_add_up_to_the_matrix():
    matrix = random((8, 8), "complex", seed=0)
    factors = coefficients_of(matrix)
    total = np.zeros((8, 8), complex)
    for x in range(8):
        for z in range(8):
            phase, operation = word(x, z, [0, 1, 2])
            total += factors[x, z] * phase * qml.matrix(operation, wire_order=[0, 1, 2])
    np.testing.assert_allclose(total, matrix, atol=1e-12)


@pytest.mark.parametrize("is_complex", [False, True])
@pytest.mark.parametrize("most", [0.0, 0.3])
def test_each_state_of_the_controls_gives_its_amplitude(is_complex, most):
    rng = np.random.default_rng(1)
    values = rng.uniform(-1, 1, 8) * (np.exp(1j * rng.uniform(0, 6, 8)) if is_complex else 1)
    found = amplitudes(values.astype(complex), [0, 1, 2], "t", most)
    exact = amplitudes(values.astype(complex), [0, 1, 2], "t")
    order = ["t", 0, 1, 2]
    diagonal = np.diag(unitary_of(exact.gates, order))[:8]
    np.testing.assert_allclose(diagonal, values, atol=1e-9)
    apart = np.linalg.norm(np.diag(unitary_of(found.gates, order))[:8] - values)
    assert apart <= found.bound + 1e-9
    assert (found.bound > 0) == (most > 0)
    assert found.bound <= most


def test_real_matrices_by_fable_are_those_of_pennylanes_template():
    matrix = random((4, 4), "real", seed=3)
    ours = fable(matrix.astype(complex))
    template = qml.FABLE(matrix / abs(matrix).max(), wires=range(5), tol=0)
    theirs = qml.matrix(template, wire_order=range(5))[:4, :4]
    np.testing.assert_allclose(ours.block, ours.alpha * theirs, atol=1e-9)


@pytest.mark.parametrize("kind", ["real", "sparse", "complex"])
@pytest.mark.parametrize("seed", range(5))
def test_parts_are_as_many_as_the_sparsity_and_add_up(kind, seed):
    matrix = random((8, 8), kind, seed).astype(complex)
    parts = parts_of(matrix)
    assert len(parts) == sparsity_of(matrix)
    total = np.zeros((8, 8), complex)
    for part in parts:
        assert sorted(part.rows.tolist()) == list(range(8))
        total[part.rows, np.arange(8)] += part.values
    np.testing.assert_array_equal(total, matrix)


@pytest.mark.parametrize(("matrix", "shifts"), [(banded(8), [0, 1, 7]), (circulant(4), [0, 1, 3])])
def test_diagonals_go_on_around_the_edge(matrix, shifts):
    assert [part.shift for part in parts_of(matrix.astype(complex))] == shifts


@pytest.mark.parametrize("shift", range(8))
def test_numbers_are_added_where_controls_say_so(shift):
    unitary = unitary_of(shifted(shift, [0, 1, 2], {"c": 0}), ["c", 0, 1, 2])
    expected = np.eye(16)
    expected[:8, :8] = np.roll(np.eye(8), shift, axis=0)
    np.testing.assert_allclose(unitary, expected, atol=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_states_are_permuted_where_controls_say_so(seed):
    rows = np.random.default_rng(seed).permutation(8)
    unitary = unitary_of(permuted(rows.tolist(), [0, 1, 2], {"c": 1}), ["c", 0, 1, 2])
    expected = np.eye(16)
    expected[8:, 8:] = np.eye(8)[:, rows]
    np.testing.assert_allclose(unitary, expected, atol=1e-12)


def test_the_smallest_parts_go_first_and_rounding_always():
    sizes = np.array([1.0, 1e-16, 0.2, 0.3])
    assert kept(sizes, most=0.0).tolist() == [True, False, True, True]
    assert kept(sizes, most=0.45).tolist() == [True, False, False, True]
    assert kept(sizes, most=0.51).tolist() == [True, False, False, False]
    assert kept(sizes, most=0.45, power=2).tolist() == [True, False, False, False]
