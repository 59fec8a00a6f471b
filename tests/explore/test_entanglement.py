import numpy as np
import pennylane as qml
import pytest

from qaimagic.explore.entanglement import cut_entropies


def normalised(values):
    return np.asarray(values, complex) / np.linalg.norm(values)


def test_product_states_share_nothing_and_bell_pairs_a_bit():
    product = np.kron(normalised([1, 2j]), normalised([3, -1]))
    np.testing.assert_allclose(cut_entropies(product), [0], atol=1e-12)
    np.testing.assert_allclose(cut_entropies(normalised([0, 1, -1, 0])), [1], atol=1e-12)


def test_ghz_shares_a_bit_across_every_cut():
    ghz = normalised(np.eye(32)[0] + np.eye(32)[31])
    np.testing.assert_allclose(cut_entropies(ghz), np.ones(4), atol=1e-12)


def test_a_partly_entangled_pair_has_the_binary_entropy():
    angle = 0.7
    p = np.cos(angle / 2) ** 2
    expected = -p * np.log2(p) - (1 - p) * np.log2(1 - p)
    state = [np.cos(angle / 2), 0, 0, np.sin(angle / 2)]
    np.testing.assert_allclose(cut_entropies(np.array(state, complex)), [expected], atol=1e-12)


@pytest.mark.parametrize("n_wires", [2, 3, 5])
def test_any_state_agrees_with_pennylane(n_wires):
    random = np.random.default_rng(n_wires)
    state = normalised(random.normal(size=2**n_wires) + 1j * random.normal(size=2**n_wires))
    matrix = qml.math.dm_from_state_vector(state)
    expected = [
        qml.math.vn_entropy(matrix, indices=range(cut), base=2) for cut in range(1, n_wires)
    ]
    np.testing.assert_allclose(cut_entropies(state), expected, atol=1e-9)


def test_one_wire_has_no_cut():
    assert cut_entropies(np.array([1, 0], complex)).shape == (0,)
