"""The states of layers, QNodes and numbers, and how alike they are."""

import numpy as np
import pennylane as qml
import pytest
import torch
from torch import nn

import qaimagic
from qaimagic import devices, quantum
from qaimagic.drawing.state_data import State
from qaimagic.errors import CircuitError, DeviceError
from qaimagic.explore.fidelity import fidelity
from tests.drawing.random_states import density, mixed, names, pure, vector
from tests.oracles.dense import H, X, Y, apply, controlled, on, rotation


@pytest.fixture(scope="module")
def encoder():
    @quantum
    def encoder(inputs, theta: 2):
        qml.RY(inputs[0], wires=2)
        qml.RX(theta[0], wires=0)
        qml.CNOT([2, 0])
        qml.H(1)
        qml.RY(theta[1], wires=1)
        return qml.expval(qml.Z(0))

    return encoder


def by_hand(x, theta):
    return apply(
        [
            on({2: rotation(Y, x)}, 3),
            on({0: rotation(X, theta[0])}, 3),
            controlled(X, 2, 0, 3),
            on({1: H}, 3),
            on({1: rotation(Y, theta[1])}, 3),
        ],
        3,
    )


def test_the_state_of_a_layer_whatever_it_measures(encoder):
    theta = encoder.theta.detach().double().tolist()
    [state] = qaimagic.state(encoder, torch.tensor([0.3], dtype=torch.float64)).states
    np.testing.assert_allclose(state.values, by_hand(0.3, theta), atol=1e-12)
    assert (state.name, state.wires) == ("encoder", ("0", "1", "2"))


def test_looking_changes_nothing(encoder):
    before, stream = encoder.theta.clone(), torch.get_rng_state()
    encoder.theta.grad = None
    qaimagic.state(encoder, [0.3], shots=10)
    assert torch.equal(encoder.theta, before)
    assert torch.equal(torch.get_rng_state(), stream)
    assert encoder.theta.grad is None


@pytest.mark.parametrize("device", ["default.qubit", "qaimagic.qubit", "lightning.qubit"])
@pytest.mark.parametrize("wires", [None, 3, ["c", "a", "b"]])
def test_the_state_of_a_qnode_with_its_wires_in_order(device, wires):
    labels = list(wires) if isinstance(wires, list) else [0, 1, 2]
    a, b, c = labels

    @qml.qnode(qml.device(device, wires=wires))
    def circuit(x):
        qml.RX(x, wires=c)
        qml.RY(0.5, wires=a)
        qml.CNOT([c, b])
        return qml.state()

    [state] = qaimagic.state(circuit, 0.4).states

    def gates():
        qml.RX(0.4, wires=c)
        qml.RY(0.5, wires=a)
        qml.CNOT([c, b])

    expected = qml.matrix(gates, wire_order=labels)()[:, 0]
    np.testing.assert_allclose(state.values, expected, atol=1e-7)
    assert state.wires == tuple(map(str, labels))


def test_a_qnode_that_traces_out_is_taken_at_its_word():
    @qml.qnode(qml.device("default.qubit"))
    def circuit():
        qml.H(0)
        qml.CNOT([0, 1])
        qml.RX(0.3, wires=2)
        return qml.density_matrix([2, 0])

    [state] = qaimagic.state(circuit).states
    np.testing.assert_allclose(state.values, circuit(), atol=1e-12)
    assert state.wires == ("2", "0")


def test_shots_of_a_circuit_do_not_count():
    @qml.set_shots(10)
    @qml.qnode(qml.device("default.qubit", wires=2))
    def circuit():
        qml.H(0)
        qml.CNOT([0, 1])
        return qml.counts()

    bell = np.array([1, 0, 0, 1]) / np.sqrt(2)
    layer = qaimagic.HybridLayer(circuit, {})
    for source in (circuit, layer):
        [state] = qaimagic.state(source).states
        np.testing.assert_allclose(state.values, bell, atol=1e-12)


def test_noise_gives_a_density_matrix():
    @quantum(device=devices.get("qaimagic.qubit", depolarizing=0.1))
    def noisy(theta: ()):
        qml.RX(theta, wires=0)
        return qml.expval(qml.Z(0))

    [state] = qaimagic.state(noisy).states
    assert not state.is_vector
    # A depolarizing channel of probability p shrinks a Bloch vector by 1 - 4p/3.
    assert state.lengths[0] == pytest.approx(1 - 0.4 / 3, abs=1e-6)
    theta = noisy.theta.item()
    expected = (1 - 0.4 / 3) * np.array([0, -np.sin(theta), np.cos(theta)])
    np.testing.assert_allclose(state.bloch[0], expected, atol=1e-6)


def test_entanglement_shortens_bloch_vectors(encoder):
    view = qaimagic.state(encoder, [1.2])
    x = qml.math.reduce_statevector(view.states[0].values, [2])
    assert view.states[0].lengths[2] == pytest.approx(
        np.sqrt(2 * np.trace(x @ x).real - 1), abs=1e-7
    )
    assert view.states[0].lengths[1] == pytest.approx(1)


def test_wires_are_chosen_by_name(encoder):
    whole = qaimagic.state(encoder, [0.3]).states[0]
    part = qaimagic.state(encoder, [0.3], wires=[2, 0]).states[0]
    np.testing.assert_allclose(part.values, qml.math.reduce_statevector(whole.values, [2, 0]))
    assert part.wires == ("2", "0")
    assert qaimagic.state(encoder, [0.3], wires=1).states[0].wires == ("1",)


@pytest.mark.parametrize("kind", ["list", "numpy", "torch", "trained", "single"])
def test_numbers_of_every_kind(kind):
    numbers = vector(2)
    given = {
        "list": numbers.tolist(),
        "numpy": numbers,
        "torch": torch.as_tensor(numbers),
        "trained": torch.as_tensor(numbers).requires_grad_(),
        "single": torch.as_tensor(numbers, dtype=torch.complex64),
    }[kind]
    [state] = qaimagic.state(given).states
    np.testing.assert_allclose(state.values, numbers, atol=1e-6)


@pytest.mark.parametrize("one", [pure(2, 1), mixed(2, 2)], ids=["pure", "mixed"])
@pytest.mark.parametrize("other", [pure(2, 3), mixed(2, 4)], ids=["pure", "mixed"])
def test_fidelity_is_pennylanes(one, other):
    first, second = (
        np.outer(s.values, s.values.conj()) if s.is_vector else s.values for s in (one, other)
    )
    expected = float(qml.math.fidelity(first, second))
    assert fidelity(one, other) == pytest.approx(expected, abs=1e-7)
    assert fidelity(other, one) == pytest.approx(expected, abs=1e-7)


def test_fidelity_in_closed_form():
    def qubit(vector):
        x, y, z = vector
        return State(np.array([[1 + z, x - 1j * y], [x + 1j * y, 1 - z]]) / 2, ("0",))

    r, s = np.array([0.3, -0.2, 0.5]), np.array([-0.1, 0.6, 0.4])
    expected = (1 + r @ s + np.sqrt((1 - r @ r) * (1 - s @ s))) / 2
    assert fidelity(qubit(r), qubit(s)) == pytest.approx(expected, abs=1e-12)
    assert fidelity(qubit([0, 0, 1]), qubit([0, 0, -1])) == pytest.approx(0, abs=1e-12)
    same = State(density(3, 7, rank=2), names(3))
    assert fidelity(same, same) == pytest.approx(1, abs=1e-7)
    a, b = vector(3, 1), vector(3, 2)
    pair = State(a, names(3)), State(b, names(3))
    assert fidelity(*pair) == pytest.approx(abs(a.conj() @ b) ** 2, abs=1e-12)


def test_a_pair(encoder):
    view = qaimagic.state(encoder, [0.3], other=np.eye(8)[0], shots=100, seed=3)
    expected = abs(view.states[0].values[0]) ** 2
    assert view.fidelity == pytest.approx(expected, abs=1e-12)
    assert [sample.seed for sample in view.samples] == [3, 4]
    assert repr(view).startswith("encoder: 3 wires, pure;")
    assert f"fidelity {view.fidelity:.4g}" in repr(view)


def test_a_circuit_as_the_second_takes_the_same_inputs(encoder):
    view = qaimagic.state(encoder, [0.3], other=encoder)
    assert view.fidelity == pytest.approx(1)
    assert [state.name for state in view.states] == ["encoder", "encoder (other)"]
    turned = qaimagic.state(np.eye(8)[0], [0.3], other=encoder)
    assert turned.states[1].values == pytest.approx(view.states[0].values)


def test_it_is_shown_without_a_notebook(encoder):
    bundle = qaimagic.state(encoder, [0.3])._repr_mimebundle_()
    assert bundle["text/html"].startswith("<figure")
    assert "data-qaimagic" not in bundle["text/html"]
    assert bundle["text/plain"].startswith("encoder: 3 wires")


@pytest.mark.parametrize(
    ("inputs", "options", "message"),
    [
        ([], {}, "Layer `encoder` takes `inputs`, but it was called with 0 arguments"),
        (
            [torch.zeros(5, 1)],
            {},
            "hold one sample, but they hold 5. Take one of them: `inputs[0]`",
        ),
        (
            [[0.3]],
            {"other": [1, 0]},
            "`other` must have as many wires as `encoder` (3), but it has 1",
        ),
        ([[0.3]], {"other": [1, 1]}, "`other` must have norm 1"),
        ([[0.3]], {"other": "encodr"}, "`other` must be amplitudes or a density matrix"),
        ([[0.3]], {"wires": [5]}, "be among the wires of `encoder` (0, 1, 2), but it holds 5"),
        ([[0.3]], {"wires": []}, "name at least one wire, each once, but it is empty"),
        ([[0.3]], {"wires": [0, 0]}, "each once, but it is 0, 0"),
        ([[0.3]], {"shots": 0}, "`shots` must be at least 1"),
        ([[0.3]], {"shots": 1.5}, "`shots` must be a whole number"),
        ([[0.3]], {"seed": 1}, "`seed` must come with shots"),
    ],
)
def test_mistakes_are_explained(encoder, inputs, options, message):
    with pytest.raises((TypeError, ValueError)) as caught:
        qaimagic.state(encoder, *inputs, **options)
    assert message in str(caught.value)


def test_other_sources_are_refused():
    with pytest.raises(TypeError, match=r"be a hybrid layer, a QNode, amplitudes .*is Linear"):
        qaimagic.state(nn.Linear(2, 2))
    with pytest.raises(TypeError, match="`inputs` must be left out where nothing reads them"):
        qaimagic.state([1, 0], [0.3])

    @qml.qnode(qml.device("default.qubit"))
    def turned(x):
        qml.RX(x, wires=0)
        return qml.state()

    with pytest.raises(TypeError, match=r"be the arguments of `turned` \(x\), but 0 were given"):
        qaimagic.state(turned)
    with pytest.raises(ValueError, match="hold one sample, but they hold 4"):
        qaimagic.state(turned, np.zeros(4))


def test_chance_has_no_one_state():
    @quantum
    def midway():
        qml.H(0)
        qml.measure(0)
        return qml.expval(qml.Z(0))

    with pytest.raises(CircuitError, match="measures before its end has no one state"):
        qaimagic.state(midway)


def test_a_machine_is_not_asked(encoder):
    machine = qml.device("default.qubit")
    machine.is_paid = True
    layer = encoder.new()
    with devices.override(machine), pytest.raises(DeviceError, match="keeps its state to itself"):
        qaimagic.state(layer, [0.3])

    @qml.qnode(machine)
    def circuit():
        return qml.probs(wires=[0])

    with pytest.raises(DeviceError, match="Choose a simulator"):
        qaimagic.state(circuit)


def test_a_list_of_numbers_is_as_exact_as_an_array():
    @qaimagic.quantum
    def turned(inputs):
        qml.RY(inputs[0], wires=0)
        return qml.expval(qml.Z(0))

    [seen] = qaimagic.state(turned, [0.1]).states
    np.testing.assert_allclose(seen.values, [np.cos(0.05), np.sin(0.05)], atol=1e-15)
