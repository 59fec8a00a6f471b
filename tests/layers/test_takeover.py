"""The engine runs in the place of an ideal simulator where nobody can tell, by one rule for all."""

from __future__ import annotations

import warnings

import pennylane as qml
import pytest
import torch

from qaimagic import HybridLayer, accelerate, devices
from qaimagic.errors import QaimagicNote
from qaimagic.layers import takeover
from qaimagic.layers.accelerated import Accelerated
from tests.layers.traced import assert_right, is_traced, on_default_qubit, traces

pytestmark = pytest.mark.filterwarnings("ignore::qaimagic.errors.QaimagicNote")


def circuit(inputs, theta):
    qml.AngleEmbedding(inputs, wires=range(2))
    qml.RY(theta[0] * inputs[:, 1], wires=1)
    qml.CNOT([0, 1])
    qml.RZ(theta[1], wires=1)
    return qml.expval(qml.Z(0)), qml.expval(qml.X(1))


def qnode(device="default.qubit", **options):
    return qml.QNode(circuit, qml.device(device, wires=2), **options)


def layer_of(node):
    torch.manual_seed(0)
    return HybridLayer(node, {"theta": 2}).double()


@qml.transform
def doubled(tape):
    return [tape], lambda results: tuple(2 * result for result in results[0])


@pytest.fixture
def inputs():
    torch.manual_seed(1)
    return torch.rand(5, 2, dtype=torch.float64)


@pytest.mark.parametrize("name", ["default.qubit", "lightning.qubit"])
def test_a_qnode_on_an_ideal_simulator_is_taken_over_and_that_is_said_once(name, inputs):
    takeover._said.clear()
    layer = layer_of(qnode(name))
    with pytest.warns(QaimagicNote, match=f"QNodes on `{name}` run on `qaimagic.qubit`") as told:
        answers = layer(inputs)
    assert told[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        layer(inputs)
    assert traces(layer) == 1
    torch.testing.assert_close(answers, on_default_qubit(layer, inputs))
    layer(inputs[:2])
    assert traces(layer) == 2


KEPT = {
    "`default.mixed` is not an ideal simulator": lambda: qnode("default.mixed"),
    "asks for 10 shots": lambda: qml.set_shots(qnode(), 10),
    "has transforms": lambda: qml.transforms.cancel_inverses(qnode()),
    "gradients by `finite-diff`": lambda: qnode(diff_method="finite-diff"),
    "gradients by `hadamard`": lambda: qnode(diff_method="hadamard"),
    '`parameter-shift`, and the engine has a way of its own; `diff_method="best"` allows it': (
        lambda: qnode(diff_method="parameter-shift")
    ),
    "it asks for no gradients": lambda: qnode(diff_method=None),
}


@pytest.mark.parametrize("reason", KEPT)
def test_layers_and_accelerate_keep_the_same_qnodes(reason, inputs, capsys):
    layer = layer_of(KEPT[reason]())
    layer(inputs)
    assert traces(layer) == 0
    model = accelerate(qml.qnn.TorchLayer(KEPT[reason](), {"theta": 2}))
    assert not isinstance(model, Accelerated)
    assert reason in capsys.readouterr().out


def test_circuits_for_gradients_that_were_asked_for_by_name_run_and_are_counted(inputs):
    by_shifts, fast = layer_of(qnode(diff_method="parameter-shift")), layer_of(qnode())
    for layer, for_each in ((by_shifts, 1 + 2 * 2), (fast, 1)):
        layer(inputs)  # the first call also looks whether samples are mixed up
        before = layer.circuits
        layer(inputs).sum().backward()
        assert layer.circuits - before == for_each * len(inputs)
    torch.testing.assert_close(by_shifts.theta.grad, fast.theta.grad)


def test_who_tracks_a_device_sees_its_circuits(inputs):
    layer = layer_of(qnode())
    layer(inputs)
    with qml.Tracker(layer.qnode.device) as tracker:
        layer(inputs)
    assert tracker.totals["executions"] == len(inputs)


def test_shots_asked_for_around_a_call_are_drawn(inputs):
    layer = layer_of(qnode())
    layer(inputs)
    with devices.override(shots=10):
        answers = layer(inputs)
    torch.testing.assert_close(answers * 5, torch.round(answers * 5))


@pytest.mark.parametrize(
    "device", ["qaimagic.qubit", qml.device("qaimagic.qubit", wires=2)], ids=["name", "object"]
)
def test_on_another_device_a_qnode_keeps_its_transforms_and_may_be_traced(device, inputs):
    plain, other = layer_of(qnode("default.mixed")), layer_of(doubled(qnode()))
    expected = plain(inputs)
    with devices.override(device):
        torch.testing.assert_close(plain(inputs), expected)
        torch.testing.assert_close(other(inputs), 2 * expected)
    assert is_traced(plain)
    assert traces(other) == 0


def test_wires_of_a_qnodes_device_count(inputs):
    @qml.qnode(qml.device("default.qubit", wires=["b", "a", 7]))
    def node(inputs):
        qml.RX(inputs[:, 0], wires="a")
        return qml.probs()

    layer = HybridLayer(node, {})
    assert layer(inputs).shape == (5, 8)
    assert is_traced(layer)
    assert_right(layer, inputs)
