"""Observables as sums of Pauli words, against their matrices."""

from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qaimagic.bridge.observables import sentence_of, squared
from tests.oracles import dense
from tests.oracles.rotations import PAULIS

words = st.dictionaries(st.integers(0, 2), st.sampled_from("XYZ")).map(
    lambda letters: tuple(sorted(letters.items()))
)


def matrix_of(sentence):
    return sum(
        factor * dense.on({wire: PAULIS[letter] for wire, letter in word}, 3)
        for word, factor in sentence.items()
    )


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(words, st.floats(-2, 2), min_size=1, max_size=6))
def test_the_square_of_a_sum_of_words(sentence):
    matrix = matrix_of(sentence)
    np.testing.assert_allclose(matrix_of(squared(sentence)), matrix @ matrix, atol=1e-12)


def test_a_matrix_as_words():
    generator = np.random.default_rng(5)
    matrix = generator.normal(size=(8, 8)) + 1j * generator.normal(size=(8, 8))
    matrix = matrix + matrix.conj().T
    sentence = sentence_of(qml.Hermitian(matrix, ["c", "a", "b"]), {"c": 0, "a": 1, "b": 2})
    np.testing.assert_allclose(matrix_of(sentence), matrix, atol=1e-12)


def test_a_matrix_that_is_not_hermitian_or_too_large_has_no_words():
    assert sentence_of(qml.Hermitian(np.eye(16), range(4)), dict(enumerate(range(4)))) is None
    assert sentence_of(qml.T(0), {0: 0}) is None


MADE = {
    "scaled": lambda a: a * qml.Z(0),
    "a sum": lambda a: a * qml.Z(0) + qml.X(1) + 0.3 * qml.Z(1),
    "a product": lambda a: qml.prod(a * qml.Z(0), 0.5 * qml.X(1)),
    "nested": lambda a: 0.7 * (qml.prod(a * qml.Z(0) + qml.Y(1), qml.X(2)) + qml.Z(2)),
}


@pytest.mark.parametrize("make", MADE.values(), ids=MADE)
def test_factors_that_changed_since_an_operator_was_made_count_as_they_are(make):
    operator = make(2.0)
    operator.data = tuple(5.0 if factor == 2.0 else factor for factor in operator.data)
    index = {wire: wire for wire in range(3)}
    expected = qml.matrix(make(5.0), wire_order=range(3))
    np.testing.assert_allclose(matrix_of(sentence_of(operator, index)), expected, atol=1e-12)
