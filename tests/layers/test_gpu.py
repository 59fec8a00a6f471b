"""Layers whose tensors are on a GPU give what they give on the processor."""

from __future__ import annotations

import copy

import pennylane as qml
import pytest
import torch
from torch import nn

import qaimagic

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU here")

FACTOR = torch.tensor(0.7)


def body_of(measured):
    def circuit(inputs, theta):
        for wire in range(3):
            qml.RX(FACTOR * inputs[wire], wires=wire)
        qml.StronglyEntanglingLayers(theta, wires=range(3))
        qml.CRZ(inputs[0] * theta[0, 0, 0], wires=(0, 2))
        return measured()

    return circuit


MEASURED = {
    "expvals": lambda: [qml.expval(qml.Z(0)), qml.expval(qml.X(1) @ qml.Y(2))],
    "hamiltonian": lambda: qml.expval(qml.Hamiltonian([0.5, -2.0], [qml.Z(0), qml.X(1)])),
    "probs": lambda: qml.probs(wires=(0, 2)),
    "variance": lambda: qml.var(qml.Z(1)),
    "purity": lambda: qml.purity(wires=(0,)),
}


def outcome(layer, data):
    data = data.clone().requires_grad_()
    answer = layer(data)
    answer.square().sum().backward()
    return [answer.detach().cpu(), data.grad.cpu(), layer.theta.grad.cpu()]


def close(found, wanted):
    for one, other in zip(found, wanted, strict=True):
        torch.testing.assert_close(one, other, atol=2e-5, rtol=2e-5)


@pytest.mark.parametrize("measured", MEASURED.values(), ids=MEASURED.keys())
def test_answers_and_gradients_are_those_of_the_processor(measured):
    layer = qaimagic.quantum(weight_shapes={"theta": (2, 3, 3)})(body_of(measured))
    data = torch.randn(5, 3)
    wanted = outcome(layer, data)
    there = copy.deepcopy(layer).cuda()
    there.theta.grad = None
    close(outcome(there, data.cuda()), wanted)
    back = there.cpu()
    back.theta.grad = None
    close(outcome(back, data), wanted)


def test_a_qnode_runs_there_too():
    @qml.qnode(qml.device("default.qubit", wires=3))
    def circuit(inputs, theta):
        qml.AngleEmbedding(inputs, wires=range(3))
        qml.StronglyEntanglingLayers(theta, wires=range(3))
        return [qml.expval(qml.Z(wire)) for wire in range(3)]

    layer = qaimagic.HybridLayer(circuit, {"theta": (2, 3, 3)})
    data = torch.randn(4, 3)
    wanted = outcome(layer, data)
    there = copy.deepcopy(layer).cuda()
    there.theta.grad = None
    close(outcome(there, data.cuda()), wanted)


def test_shots_scatter_around_the_exact_answer():
    layer = qaimagic.quantum(weight_shapes={"theta": (2, 3, 3)}, shots=4000, seed=1)(
        body_of(MEASURED["expvals"])
    ).cuda()
    data = torch.randn(5, 3, device="cuda")
    errors = layer.standard_errors(data)
    with torch.no_grad():
        answer = layer(data)
    assert answer.is_cuda
    exact = qaimagic.quantum(weight_shapes={"theta": (2, 3, 3)})(body_of(MEASURED["expvals"]))
    exact.load_state_dict(layer.state_dict())
    assert ((answer.cpu() - exact(data.cpu()).detach()).abs() <= 5 * errors.cpu() + 1e-3).all()


def test_a_model_trains_there():
    torch.manual_seed(0)
    layer = qaimagic.quantum(weight_shapes={"theta": (2, 3, 3)})(body_of(MEASURED["expvals"]))
    model = nn.Sequential(nn.Linear(4, 3), layer, nn.Linear(2, 2)).cuda()
    data = torch.randn(64, 4)
    labels = (data[:, 0] > 0).long()
    run = qaimagic.train(model, (data, labels), epochs=15, lr=0.05)
    losses = run.history.losses
    assert sum(losses[-5:]) < sum(losses[:5])
    assert all(parameter.is_cuda for parameter in model.parameters())


@pytest.mark.parametrize("method", ["parameter-shift", "hadamard", "finite-diff", "backprop"])
def test_estimated_gradients_are_those_of_the_processor(method):
    layer = qaimagic.quantum(weight_shapes={"theta": (1, 3, 3)})(body_of(MEASURED["expvals"]))
    data = torch.randn(2, 3)
    wanted = qaimagic.gradients.estimate(layer, data, method=method)
    found = qaimagic.gradients.estimate(layer.cuda(), data.cuda(), method=method)
    for name, jacobian in wanted.jacobians.items():
        close([found.jacobians[name].cpu()], [jacobian])
    assert found.circuits == wanted.circuits


def test_the_metric_is_that_of_the_processor():
    layer = qaimagic.quantum(weight_shapes={"theta": (1, 3, 3)})(body_of(MEASURED["expvals"]))
    data = torch.randn(3, 3)
    wanted = layer.metric_tensor(data)
    found = layer.cuda().metric_tensor(data.cuda())
    assert found.is_cuda
    close([found.cpu()], [wanted])


@pytest.mark.parametrize("opt", ["QNG", "SPSA", "QNSPSA"])
def test_optimizers_for_circuits_train_there(opt):
    torch.manual_seed(0)
    layer = qaimagic.quantum(weight_shapes={"theta": (1, 3, 3)})(body_of(MEASURED["expvals"]))
    model = nn.Sequential(nn.Linear(4, 3), layer, nn.Linear(2, 2)).cuda()
    data = torch.randn(32, 4)
    labels = (data[:, 0] > 0).long()
    run = qaimagic.train(model, (data, labels), steps=40, batch_size=26, lr=0.05, opt=opt, val=0)
    losses = torch.tensor(run.history.losses)
    assert losses.isfinite().all()
    assert opt != "QNG" or losses[-5:].sum() < losses[:5].sum()
    assert run.times.seconds["executing"] > 0


def test_energies_below_the_ground_are_watched_for_there():
    ising = qml.Hamiltonian([-1.0, -1.0], [qml.Z(0) @ qml.Z(1), qml.X(0)])

    def body(theta):
        qml.RY(theta[0], wires=0)
        qml.RY(theta[1], wires=1)
        return qml.expval(ising)

    layer = qaimagic.quantum(weight_shapes={"theta": (2,)})(body).cuda()
    run = qaimagic.train(layer, steps=50, lr=0.1)
    assert run.alarms == []
    assert run.history.losses[-1] < run.history.losses[0]


@pytest.mark.parametrize("device", ["anneal:gibbs", "anneal:exact", "anneal:simulated"])
def test_a_boltzmann_machine_learns_there(device):
    pytest.importorskip("dimod")
    torch.manual_seed(0)
    data = torch.tensor([[0.0, 0.0], [1.0, 1.0]]).repeat(20, 1)
    machine = qaimagic.BoltzmannMachine(2, 1, device=device, chains=200).cuda()
    qaimagic.train(machine, data, val=0, lr=0.05, steps=400)
    assert machine.log_likelihood(data.cuda()).value > -0.9


def test_a_circuit_from_elsewhere_runs_there():
    program = (
        'OPENQASM 3.0;\ninclude "stdgates.inc";\ninput float x;\ninput float theta;\n'
        "qubit[2] q;\nrx(2 * x + 0.1) q[0];\nry(theta) q[1];\ncx q[0], q[1];\n"
    )
    layer = qaimagic.from_circuit(program)
    data = torch.randn(4, 1)
    wanted = layer(data).detach()
    close([layer.cuda()(data.cuda()).detach().cpu()], [wanted])
