"""What is read off a state, against closed forms, PennyLane and Kronecker products."""

import numpy as np
import pennylane as qml
import pytest

from qaimagic.drawing.state_checks import checked_state
from qaimagic.drawing.state_data import State, ket, most_probable
from tests.drawing.random_states import density, mixed, names, pure, vector
from tests.oracles.dense import X, Y, Z, on


@pytest.mark.parametrize("state", [pure(3, 1), mixed(3, 2)], ids=["pure", "mixed"])
def test_bloch_vectors_are_expectation_values(state):
    rho = state.values if not state.is_vector else np.outer(state.values, state.values.conj())
    expected = [[np.trace(rho @ on({w: P}, 3)).real for P in (X, Y, Z)] for w in range(3)]
    np.testing.assert_allclose(state.bloch, expected, atol=1e-12)
    np.testing.assert_allclose(state.lengths, np.linalg.norm(expected, axis=1), atol=1e-12)


@pytest.mark.parametrize("places", [[0], [2], [0, 2], [2, 0], [1, 2, 0]])
def test_wires_are_traced_out_as_in_pennylane(places):
    one, other = pure(3, 3), mixed(3, 4)
    by_pennylane = qml.math.reduce_statevector(one.values, places)
    np.testing.assert_allclose(one.reduced(places), by_pennylane, atol=1e-12)
    by_pennylane = qml.math.reduce_dm(other.values, places)
    np.testing.assert_allclose(other.reduced(places), by_pennylane, atol=1e-12)


def test_purity_and_probabilities():
    state = mixed(2, 5)
    assert state.purity == pytest.approx(float(qml.math.purity(state.values, [0, 1])))
    np.testing.assert_allclose(state.probabilities, np.diag(state.values).real, atol=1e-15)
    assert State(np.eye(4) / 4, names(2)).purity == pytest.approx(0.25)
    assert pure(2).is_pure
    assert not state.is_pure
    assert State(np.outer(vector(2), vector(2).conj()), names(2)).is_pure


def test_closed_forms():
    theta, phi = 0.7, 1.9
    turned = State(np.array([np.cos(theta / 2), np.exp(1j * phi) * np.sin(theta / 2)]), names(1))
    expected = [np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)]
    np.testing.assert_allclose(turned.bloch[0], expected, atol=1e-12)
    # cos t |00> + sin t |11>: both wires are cos 2t long.
    pair = State(np.array([np.cos(0.4), 0, 0, np.sin(0.4)]), names(2))
    np.testing.assert_allclose(pair.lengths, np.cos(0.8), atol=1e-12)


def test_all_wires_in_another_order_stay_amplitudes():
    state = pure(3, 6)
    turned = state.part([2, 0, 1])
    assert turned.wires == ("2", "0", "1")
    for index, value in enumerate(state.values):
        b0, b1, b2 = (index >> 2) & 1, (index >> 1) & 1, index & 1
        assert turned.values[4 * b2 + 2 * b0 + b1] == value
    assert not state.part([0]).is_vector


def test_the_most_probable_are_drawn_in_their_order():
    probabilities = np.array([0.1, 0.4, 0.0, 0.2, 0.0, 0.3, 0.0, 0.0])
    state = State(np.sqrt(probabilities), names(3))
    assert most_probable([state], 3).tolist() == [1, 3, 5]
    assert most_probable([state], 64).tolist() == list(range(8))
    other = State(np.eye(8)[7], names(3))
    assert most_probable([state, other], 2).tolist() == [1, 7]
    assert ket(5, 4) == "|0101⟩"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1, 1], r"have norm 1, but its norm is 1.41421. Scale it: `psi / np.linalg.norm\(psi\)`."),
        ([0, 0], "have norm 1, but its norm is 0."),
        ([1, 0, 0], r"have shape \(2\*\*n,\) or \(2\*\*n, 2\*\*n\) for n wires, but .* \(3,\)."),
        ([1], r"its shape is \(1,\)"),
        ([[[1, 0]]], r"its shape is \(1, 1, 2\)"),
        (np.ones((5, 4)) / 2, r"its shape is \(5, 4\). Of a batch, take one: `psi\[0\]`."),
        ([np.nan, 1], "be finite, but it holds NaN or infinity"),
        ([1, np.inf], "be finite"),
        (np.eye(2), "have trace 1, but its trace is 2. Scale it: `psi / np.trace"),
        ([[1, 1], [0, 0]], "be Hermitian"),
        (np.diag([1.5, -0.5]), "have no negative eigenvalue, .*but its lowest is -0.5"),
    ],
)
def test_what_is_no_state_is_refused(values, message):
    with pytest.raises(ValueError, match=f"Argument `psi` must .*{message}"):
        checked_state(values, "psi")


@pytest.mark.parametrize("values", ["|0>", None, [[1], [0, 1]], {}])
def test_what_is_no_number_is_refused(values):
    with pytest.raises(TypeError, match="Argument `psi` must be amplitudes or a density matrix"):
        checked_state(values, "psi")


def test_rounding_is_let_pass_by_the_precision():
    single = np.asarray(vector(5), dtype=np.complex64)
    assert checked_state(single, "psi").dtype == np.complex128
    slightly = vector(2) * (1 + 1e-5)
    with pytest.raises(ValueError, match="norm 1"):
        checked_state(slightly, "psi")
    checked_state(density(3, rank=1), "psi")
    checked_state(slightly.astype(np.complex64), "psi")


def test_a_state_knows_its_own_shape():
    with pytest.raises(ValueError, match=r"have shape \(4,\) or \(4, 4\) for 2 wires"):
        State(np.ones(8) / 8**0.5, names(2))
    with pytest.raises(ValueError, match="be finite"):
        State(np.array([np.nan, 0]), names(1))
