"""A layer without its entangling gates, against the product circuit on PennyLane's devices."""

import math

import pennylane as qml
import pytest
import torch

from qaimagic import HybridLayer, devices, gradients, quantum
from qaimagic.errors import CircuitError

WIRES = 3


@quantum
def encoder(inputs, theta: (2, WIRES, 3), phi: 2):
    qml.AngleEmbedding(inputs, wires=range(WIRES))
    qml.StronglyEntanglingLayers(theta, wires=range(WIRES))
    qml.CRX(phi[0], wires=[0, 1])
    qml.RX(phi[1], wires=2)
    qml.adjoint(qml.QFT)(wires=range(WIRES))
    return [qml.expval(qml.Z(0)), qml.expval(qml.X(1) @ qml.Y(2)), qml.probs(wires=[0, 2])]


@qml.qnode(qml.device("default.qubit", wires=WIRES))
def by_hand(x, theta, phi):
    for wire in range(WIRES):
        qml.RX(x[wire], wires=wire)
    for layer in range(2):
        for wire in range(WIRES):
            qml.Rot(*theta[layer, wire], wires=wire)
    qml.RX(phi[1], wires=2)
    for wire in reversed(range(WIRES)):
        qml.Hadamard(wires=wire)
    return qml.expval(qml.Z(0)), qml.expval(qml.X(1) @ qml.Y(2)), qml.probs(wires=[0, 2])


def expected(layer, x):
    rows = [by_hand(row, layer.theta, layer.phi) for row in x]
    return torch.stack([torch.cat([one.reshape(-1) for one in row]) for row in rows])


@pytest.fixture
def product():
    torch.manual_seed(0)
    return encoder.without_entanglers().double()


@pytest.fixture
def x():
    return torch.rand(4, WIRES, dtype=torch.float64, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("device", ["qaimagic.qubit", "default.qubit", "default.mixed"])
def test_answers_and_gradients_are_those_of_the_product_circuit(product, x, device):
    with devices.override(device):
        answer = product(x)
    wanted = expected(product, x)
    torch.testing.assert_close(answer, wanted, atol=1e-10, rtol=0)
    mine = torch.autograd.grad(answer.sin().sum(), [product.theta, product.phi])
    theirs = torch.autograd.grad(wanted.sin().sum(), [product.theta, product.phi])
    for one, other in zip(mine, theirs, strict=True):
        torch.testing.assert_close(one, other, atol=1e-10, rtol=0)


def test_what_is_left_out_has_no_gradient_and_weights_keep_their_shapes(product, x):
    product(x).sum().backward()
    assert product.phi.grad[0] == 0
    assert product.weight_shapes == encoder.weight_shapes
    assert product.n_wires == encoder.n_wires
    assert product.state_dict().keys() == encoder.state_dict().keys()


def test_the_engine_runs_it_as_a_program(product, x):
    product(x)
    product(x)
    assert product.circuit.programs.n_traces == 1


def test_derivatives_against_finite_differences():
    @quantum
    def small(inputs, theta: (1, 2, 3)):
        qml.AngleEmbedding(inputs, wires=range(2))
        qml.StronglyEntanglingLayers(theta, wires=range(2))
        return qml.expval(qml.Z(0) @ qml.Z(1))

    layer = small.without_entanglers().double()
    x = torch.rand(2, 2, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(layer, (x,))


def test_a_bell_pair_without_its_cnot_stays_apart():
    @quantum
    def bell(inputs):
        qml.RY(inputs[0], wires=0)
        qml.CNOT(wires=[0, 1])
        return [qml.expval(qml.Z(0)), qml.expval(qml.Z(1)), qml.expval(qml.Z(0) @ qml.Z(1))]

    angle = 0.7
    answer = bell.without_entanglers()(torch.tensor([[angle]], dtype=torch.float64))[0]
    wanted = torch.tensor([math.cos(angle), 1.0, math.cos(angle)], dtype=torch.float64)
    torch.testing.assert_close(answer, wanted)


def test_one_wire_gates_inside_a_product_of_gates_stay():
    @quantum
    def flipped(inputs):
        qml.RY(inputs[0], wires=0)
        qml.prod(qml.X(0), qml.X(1))
        return [qml.expval(qml.Z(i)) for i in range(2)]

    answer = flipped.without_entanglers()(torch.zeros(1, 1))
    torch.testing.assert_close(answer, torch.tensor([[-1.0, -1.0]]))


def test_a_body_that_reads_values_runs_sample_by_sample():
    @quantum
    def branching(inputs, theta: 2):
        qml.RX(theta[0] if inputs[0] > 0 else theta[1], wires=0)
        qml.CNOT(wires=[0, 1])
        return [qml.expval(qml.Z(i)) for i in range(2)]

    layer = branching.without_entanglers()
    with torch.no_grad():
        layer.theta.copy_(torch.tensor([0.3, 0.8]))
    answer = layer(torch.tensor([[1.0], [-1.0]]))
    wanted = torch.tensor([[math.cos(0.3), 1.0], [math.cos(0.8), 1.0]])
    torch.testing.assert_close(answer, wanted)


def test_a_qnode_has_it_too(x):
    @qml.qnode(qml.device("default.qubit", wires=2))
    def node(inputs, theta):
        qml.AngleEmbedding(inputs, wires=range(2))
        qml.BasicEntanglerLayers(theta, wires=range(2))
        return [qml.expval(qml.Z(i)) for i in range(2)]

    layer = HybridLayer(node, {"theta": (1, 2)}).without_entanglers().double()
    wanted = torch.cos(x[:, :2] + layer.theta[0])
    torch.testing.assert_close(layer(x[:, :2]), wanted)


def test_a_state_of_several_wires_is_refused():
    @quantum
    def amplitudes(inputs):
        qml.AmplitudeEmbedding(inputs, wires=range(2), normalize=True)
        return qml.expval(qml.Z(0))

    with pytest.raises(CircuitError, match="may be entangled already"):
        amplitudes.without_entanglers()


def test_an_estimated_gradient_is_that_of_the_circuit_without_entanglers():
    @quantum
    def pair(inputs, theta: (2,)):
        qml.RY(inputs[0], wires=0)
        qml.CNOT([0, 1])
        qml.RX(theta[0], wires=0)
        qml.RX(theta[1], wires=1)
        return qml.expval(qml.Z(1))

    layer = pair.without_entanglers().double()
    found = gradients.estimate(layer, torch.tensor([[0.4]]).double()).jacobians["theta"]
    with torch.no_grad():
        wanted = torch.stack([torch.zeros(()), -torch.sin(layer.theta[1])])
    assert torch.allclose(found.flatten(), wanted.double(), atol=1e-9)
