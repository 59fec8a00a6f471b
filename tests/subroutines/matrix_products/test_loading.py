"""States from angles, against the vectors themselves."""

from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest

from qaimagic.subroutines.matrix_products.loading import Loading


def loaded(loading: Loading, angles: np.ndarray) -> np.ndarray:
    @qml.qnode(qml.device("default.qubit", wires=loading.n))
    def circuit():
        loading.queue(angles, range(loading.n))
        return qml.state()

    return circuit()


@pytest.mark.parametrize("n", [1, 2, 3, 5])
@pytest.mark.parametrize("is_real", [True, False])
def test_the_state_is_the_vector_up_to_a_phase(n, is_real):
    rng = np.random.default_rng(n)
    states = rng.normal(size=(6, 2**n)) + (0 if is_real else 1j * rng.normal(size=(6, 2**n)))
    states[0, 0], states[1, 1:], states[2, :-1] = 0, 0, 0
    states = (states / np.linalg.norm(states, axis=1, keepdims=True)).astype(complex)
    loading = Loading(n, is_real)
    angles = loading.angles(states)
    assert angles.shape == (6, loading.n_angles)
    for state, row in zip(states, angles, strict=True):
        found = loaded(loading, row)
        assert abs(np.vdot(found, state)) == pytest.approx(1, abs=1e-12)
        if is_real:
            np.testing.assert_allclose(found, state, atol=1e-12)


def test_small_parts_are_not_lost():
    state = np.array([[1e-9, 1.0, 1e-7, -1e-12]], complex)
    found = loaded(Loading(2, is_real=True), Loading(2, is_real=True).angles(state)[0])
    np.testing.assert_allclose(found.real, state[0].real, rtol=1e-3, atol=0)
