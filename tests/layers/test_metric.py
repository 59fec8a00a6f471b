from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest
import torch

from qaimagic import HybridLayer, devices, quantum
from qaimagic.errors import CircuitError, DeviceError
from tests.oracles import dense

_STEP = 1e-5


@pytest.fixture(autouse=True)
def _doubles():
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def by_differences(state, weights):
    """The metric of a NumPy state by central differences: an oracle that knows no gates."""
    here = state(weights)
    steps = np.eye(len(weights)) * _STEP
    slopes = [(state(weights + step) - state(weights - step)) / (2 * _STEP) for step in steps]
    along = np.array([slope.conj() @ here for slope in slopes])
    gram = np.array([[one.conj() @ other for other in slopes] for one in slopes])
    return np.real(gram - np.outer(along, along.conj()))


def metric_by_differences(body, x, weights):
    """The mean over samples, through PennyLane's states."""
    device = qml.device("default.qubit", wires=3)

    def measured(sample, theta):
        with qml.QueuingManager.stop_recording():
            gates = qml.tape.make_qscript(body)(sample, theta).operations
        for gate in gates:
            qml.apply(gate)
        return qml.state()

    node = qml.QNode(measured, device)
    found = [by_differences(lambda theta, s=sample: node(s, theta), weights) for sample in x]
    return np.mean(found, axis=0)


def entangled(inputs, theta: 6):
    qml.AngleEmbedding(inputs, wires=range(3))
    qml.RY(theta[0], wires=0)
    qml.PhaseShift(theta[1], wires=0)
    qml.CRX(theta[2], wires=[0, 1])
    qml.ControlledPhaseShift(theta[3], wires=[1, 2])
    qml.IsingXX(theta[0] * inputs[1], wires=[1, 2])
    qml.Rot(theta[3], torch.as_tensor(theta[4]).tanh(), 2 * theta[5] - 1, wires=2)
    qml.SingleExcitation(theta[4], wires=[0, 2])
    qml.ctrl(qml.RY(theta[5], wires=1), control=[0, 2], control_values=[0, 1])
    return qml.expval(qml.Z(0))


def inputs():
    return torch.tensor([[0.3, -0.8, 0.5], [1.2, 0.4, -1.0], [0.0, 2.0, 0.7]])


def test_the_whole_metric_is_that_of_the_states():
    layer = quantum(entangled)
    weights = layer.theta.detach().numpy()
    expected = metric_by_differences(entangled, inputs().numpy(), weights)
    found = layer.metric_tensor(inputs(), approx=None)
    np.testing.assert_allclose(found, expected, atol=1e-8)
    assert np.linalg.eigvalsh(found).min() > -1e-12


def test_it_is_what_a_dense_reference_gives():
    @quantum
    def body(inputs, a, b: 2, weight: ()):
        qml.RX(inputs[0], wires=0)
        qml.CRY(b[0], wires=[0, 1])
        qml.RZ(weight * a[0], wires=1)
        qml.RX(b[1], wires=1)
        return qml.expval(qml.Z(1))

    def state(numbers, x, a):
        first, second, weight = numbers
        return dense.apply(
            [
                dense.on({0: dense.rotation(dense.X, x)}, 2),
                dense.controlled(dense.rotation(dense.Y, first), 0, 1, 2),
                dense.on({1: dense.rotation(dense.Z, weight * a)}, 2),
                dense.on({1: dense.rotation(dense.X, second)}, 2),
            ],
            2,
        )

    x, a = torch.tensor([[0.4], [1.9]]), torch.tensor([[0.7], [-1.3]])
    numbers = np.array([*body.b.tolist(), body.weight.item()])
    pairs = zip(x.flatten().tolist(), a.flatten().tolist(), strict=True)
    expected = [by_differences(lambda n, p=pair: state(n, *p), numbers) for pair in pairs]
    found = body.metric_tensor(x, a, approx=None)
    np.testing.assert_allclose(found, np.mean(expected, axis=0), atol=1e-8)


def test_the_whole_metric_agrees_with_pennylanes_from_the_adjoint():
    def ansatz(theta: (2, 3)):
        for layer in theta:
            for wire in range(3):
                qml.RY(layer[wire], wires=wire)
            qml.PhaseShift(layer[0], wires=1)
            for wire in range(2):
                qml.CNOT([wire, wire + 1])
        return qml.expval(qml.Z(0))

    layer = quantum(ansatz)
    node = qml.QNode(ansatz, qml.device("default.qubit", wires=3), interface="torch")
    expected = qml.adjoint_metric_tensor(node)(layer.theta)
    found = layer.metric_tensor(approx=None)
    torch.testing.assert_close(found, expected.detach().reshape(6, 6))


@pytest.mark.parametrize("approx", ["block-diag", "diag"])
def test_approximations_agree_with_pennylanes_where_those_are_right(approx):
    def ansatz(theta: (2, 3)):
        for layer in theta:
            for wire in range(3):
                qml.RY(layer[wire], wires=wire)
            for wire in range(2):
                qml.CNOT([wire, wire + 1])
        return qml.expval(qml.Z(0))

    layer = quantum(ansatz)
    node = qml.QNode(ansatz, qml.device("default.qubit", wires=3), interface="torch")
    expected = qml.metric_tensor(node, approx=approx)(layer.theta)
    found = layer.metric_tensor(approx=approx)
    torch.testing.assert_close(found, expected.detach().reshape(6, 6))
    assert found.count_nonzero() > 6 or approx == "diag"


@pytest.mark.parametrize("approx", ["block-diag", "diag"])
def test_measured_blocks_are_those_of_the_states(approx):
    layer = quantum(entangled)
    expected = layer.metric_tensor(inputs(), approx=approx)
    with devices.override("default.mixed"):
        found = layer.metric_tensor(inputs(), approx=approx)
    torch.testing.assert_close(found, expected)


def test_shots_scatter_about_the_exact_blocks():
    layer = quantum(shots=4000, seed=3)(entangled)
    expected = quantum(entangled)
    expected.load_state_dict(layer.state_dict())
    found = torch.stack([layer.metric_tensor(inputs()) for _ in range(10)])
    error = found.std(dim=0) / 10**0.5
    exact = expected.metric_tensor(inputs())
    assert not torch.equal(found[0], exact)
    assert bool(((found.mean(dim=0) - exact).abs() <= 5 * error + 1e-3).all())


def test_one_circuit_is_counted_for_each_block_and_sample():
    @quantum(shots=10, seed=1)
    def body(inputs, theta: (2, 3)):
        qml.AngleEmbedding(inputs, wires=range(3))
        for layer in theta:
            for wire in range(3):
                qml.RY(layer[wire], wires=wire)
            qml.CNOT([0, 1])
        return qml.expval(qml.Z(0))

    body.metric_tensor(inputs())
    assert body.circuits == 2 * 3


def test_a_gate_that_need_not_wait_joins_the_block_before():
    def body(theta: 3):
        qml.RX(theta[0], wires=0)
        qml.Hadamard(1)
        qml.CNOT([1, 2])
        qml.RY(theta[1], wires=2)
        qml.CNOT([0, 2])
        qml.RZ(theta[2], wires=2)
        return qml.expval(qml.Z(2))

    layer = quantum(body)
    found = layer.metric_tensor()
    whole = layer.metric_tensor(approx=None)
    torch.testing.assert_close(found[:2, :2], whole[:2, :2])
    torch.testing.assert_close(found[2, 2], whole[2, 2])
    assert found[2, :2].count_nonzero() == 0
    with devices.override("default.mixed"):
        torch.testing.assert_close(layer.metric_tensor(), found)


def test_a_phase_and_a_factor_of_the_observable_do_not_move_the_state():
    @quantum
    def body(theta: 3):
        qml.GlobalPhase(theta[0], wires=0)
        qml.RZ(theta[1], wires=0)
        return qml.expval(theta[2] * qml.Z(0))

    torch.testing.assert_close(body.metric_tensor(approx=None), torch.zeros(3, 3))


def test_circuits_that_depend_on_values_are_taken_one_by_one():
    def body(inputs, theta: 2):
        qml.RY(theta[0], wires=0)
        if inputs[0] > 0:
            qml.CNOT([0, 1])
            qml.RX(theta[1], wires=1)
        return qml.expval(qml.Z(1))

    layer = quantum(wires=2)(body)
    x = torch.tensor([[-1.0], [1.0]])
    each = torch.stack([layer.metric_tensor(row[None], approx=None) for row in x])
    torch.testing.assert_close(layer.metric_tensor(x, approx=None), each.mean(dim=0))
    assert each[0, 1, 1] == 0
    assert each[1, 1, 1] > 0


def test_a_state_that_data_prepare_is_a_start():
    @quantum
    def body(inputs, theta: 2):
        qml.AmplitudeEmbedding(inputs, wires=range(2), normalize=True)
        qml.RY(theta[0], wires=0)
        qml.CRX(theta[1], wires=[0, 1])
        return qml.expval(qml.Z(1))

    x = torch.tensor([[1.0, 2.0, 0.0, -1.0], [0.5, 0.0, 0.0, 1.0]])
    found = body.metric_tensor(x, approx=None)
    with devices.override("default.mixed"):
        torch.testing.assert_close(
            body.metric_tensor(x, approx="diag").diagonal(), found.diagonal()
        )


def test_a_qnode_sees_the_batch_and_has_the_metric_of_the_body():
    def body(inputs, theta: 2):
        qml.RY(inputs[..., 0] * theta[0], wires=0)
        qml.CRX(theta[1], wires=[0, 1])
        return qml.expval(qml.Z(1))

    node = qml.QNode(body, qml.device("default.qubit", wires=2))
    layer, other = HybridLayer(node, {"theta": 2}), quantum(body)
    other.load_state_dict(layer.state_dict())
    x = torch.tensor([[0.4], [1.0], [-2.0]])
    torch.testing.assert_close(
        layer.metric_tensor(x, approx=None), other.metric_tensor(x, approx=None)
    )


def test_it_has_the_dtype_of_the_weights():
    layer = quantum(entangled).float()
    found = layer.metric_tensor(inputs().float(), approx=None)
    assert found.dtype is torch.float32
    expected = layer.double().metric_tensor(inputs(), approx=None)
    torch.testing.assert_close(found.double(), expected, atol=1e-6, rtol=1e-5)


def test_bad_requests_say_what_to_do():
    layer = quantum(entangled)
    with pytest.raises(ValueError, match="Did you mean `block-diag`"):
        layer.metric_tensor(inputs(), approx="block_diag")
    with pytest.raises(ValueError, match="the batch is empty"):
        layer.metric_tensor(inputs()[:0])
    with (
        devices.override(shots=10),
        pytest.raises(DeviceError, match='`approx="block-diag"` is measured on any device'),
    ):
        layer.metric_tensor(inputs(), approx=None)


def test_circuits_without_a_metric_say_why():
    @quantum
    def measured(theta: ()):
        qml.RX(theta, wires=0)
        qml.measure(0)
        return qml.expval(qml.Z(0))

    @quantum
    def loaded(theta: 4):
        qml.AmplitudeEmbedding(theta, wires=range(2), normalize=True)
        return qml.expval(qml.Z(0))

    @quantum
    def noisy(theta: ()):
        qml.RX(theta, wires=0)
        qml.BitFlip(0.1, wires=0)
        return qml.expval(qml.Z(0))

    for layer, reason in (
        (measured, "its state is not pure"),
        (loaded, "its start state depends on the weights"),
        (noisy, "`BitFlip` is noise"),
    ):
        with pytest.raises(CircuitError, match=reason):
            layer.metric_tensor()


def test_the_fidelity_is_the_overlap_of_the_states():
    @quantum
    def body(inputs, theta: 2):
        qml.RX(inputs[0], wires=0)
        qml.CRY(theta[0], wires=[0, 1])
        qml.RZ(theta[1], wires=0)
        return qml.state()

    x, other = torch.tensor([[0.4], [1.9]]), torch.tensor([0.2, -1.0])
    one = body(x).detach()
    found = body.fidelity({"theta": other}, x)
    with torch.no_grad():
        body.theta.copy_(other)
    expected = (one.conj() * body(x)).sum(dim=-1).abs().square()
    torch.testing.assert_close(found, expected.detach())
