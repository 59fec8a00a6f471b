"""What a declaration says becomes a layer; what is wrong with it is said at once."""

import linecache
import math
import warnings
from typing import Annotated

import numpy as np
import pennylane as qml
import pytest
import torch
from torch import Tensor, nn

from qaimagic import HybridLayer, quantum
from qaimagic.errors import CircuitError, NotWrittenYetError, QaimagicWarning

ONES = np.ones(2)


def z0():
    return qml.expval(qml.Z(0))


def test_annotated_arguments_are_weights_and_the_others_data():
    @quantum
    def layer(query, key, theta: (2, 4, 3), phi: 5, scale: 1):
        qml.AngleEmbedding(query + key, wires=range(3))
        qml.RX(theta.sum() + phi.sum() * scale, wires=0)
        return z0()

    assert layer.data_names == ("query", "key")
    assert layer.weight_shapes == {"theta": (2, 4, 3), "phi": (5,), "scale": ()}
    assert layer.n_inputs == {"query": 3, "key": 3}
    assert [tuple(p.shape) for p in layer.parameters()] == [(2, 4, 3), (5,), ()]


def test_a_shape_may_be_any_expression():
    n_layers = 2

    @quantum
    def layer(theta: (n_layers, 4), phi: qml.StronglyEntanglingLayers.shape(2, 4)):
        qml.RX(theta.sum() + phi.sum(), wires=0)
        return z0()

    assert layer.weight_shapes == {"theta": (2, 4), "phi": (2, 4, 3)}


def test_shapes_for_type_checkers():
    @quantum
    def annotated(inputs: Tensor, theta: Annotated[Tensor, (2, 3)]):
        qml.RX(theta.sum() + inputs[0], wires=0)
        return z0()

    @quantum(weight_shapes={"theta": (2, 3)})
    def apart(inputs, theta):
        qml.RX(theta.sum() + inputs[0], wires=0)
        return z0()

    assert annotated.weight_shapes == apart.weight_shapes == {"theta": (2, 3)}
    assert annotated.data_names == apart.data_names == ("inputs",)


def test_postponed_annotations_still_are_shapes():
    source = (
        "from __future__ import annotations\n"
        "import pennylane as qml\n"
        "n = 3\n"
        "def body(inputs, theta: (n, 2)):\n"
        "    qml.RX(theta.sum() + inputs[0], wires=0)\n"
        "    return qml.expval(qml.Z(0))\n"
    )
    namespace: dict[str, object] = {}
    exec(compile(source, "<cell>", "exec"), namespace)
    assert quantum(namespace["body"]).weight_shapes == {"theta": (3, 2)}


def test_defaults_say_how_weights_start():
    start = torch.arange(6.0).reshape(2, 3)

    @quantum
    def layer(
        number: 3 = 0.5,
        tensor: (2, 3) = start,
        array: 2 = ONES,
        function: 200 = nn.init.normal_,
    ):
        qml.RX(number.sum() + tensor.sum() + array.sum() + function.sum(), wires=0)
        return z0()

    assert layer.number.tolist() == [0.5] * 3
    assert torch.equal(layer.tensor, start)
    assert layer.array.tolist() == [1.0, 1.0]
    assert (layer.function < 0).any()


def test_weights_start_uniform_in_a_full_turn():
    @quantum
    def layer(theta: 2000):
        qml.RX(theta.sum(), wires=0)
        return z0()

    assert layer.theta.min() >= 0
    assert 6.2 < layer.theta.max() < 2 * math.pi


@pytest.mark.parametrize(
    ("signature", "message"),
    [
        ("inputs, theta=(2, 4, 3)", r"Did you mean `theta: \(2, 4, 3\)`"),
        ("inputs, theta='x'", "no default value"),
        ("inputs, theta: 'hello'", r"`hello` of `theta` cannot be evaluated.* `weight_shapes="),
        ("inputs, theta: str", "annotated with a shape"),
        ("inputs, theta: (2, 0)", "annotated with a shape"),
        ("inputs, theta: 2.5", "annotated with a shape"),
        ("inputs, forward: 3", "rename it"),
        ("inputs, name: 2", "the layer's own `name`; rename it"),
        ("inputs, circuit: 2", "the layer's own `circuit`; rename it"),
        ("inputs, *theta", "Name each argument"),
    ],
)
def test_what_is_wrong_with_a_signature_is_said(signature, message):
    namespace: dict[str, object] = {}
    exec(f"\n\ndef body({signature}):\n    pass\n", namespace)
    with pytest.raises(CircuitError, match=message) as caught:
        quantum(namespace["body"])
    assert caught.value.line == 3


BODIES = {
    "raise NotImplementedError": (NotWrittenYetError, "`body` is not written yet"),
    "qml.RXX(inputs[0], wires=[0, 1])": (CircuitError, "Did you mean `qml.RX`"),
    "qml.RX(np.sin(theta[0]), wires=0)": (CircuitError, "`torch.sin` for `np.sin`"),
    "qml.RX(inputs[0], wires=0)": (CircuitError, "returns nothing"),
    "return 3": (CircuitError, "returns int objects"),
    "return [qml.counts(), qml.expval(qml.Z(0))]": (CircuitError, "returned alone"),
    "qml.RX(undefined, wires=0)": (CircuitError, "no name `undefined`"),
    "qml.RX(tehta[0], wires=0)": (CircuitError, "Did you mean `theta`"),
    "RX(theta[0], wires=0)": (CircuitError, "Did you mean `qml.RX`"),
    "qml.cnot([0, 1])": (CircuitError, "Did you mean `qml.CNOT`"),
    "qml.RX(theta[0].sine(), wires=0)": (CircuitError, "Did you mean `sin`"),
    "raise NotImplementedError('later')": (NotWrittenYetError, "`body` is not written yet"),
    "qml.RX(inputs, wires=0)": (CircuitError, r"Write `inputs\[0\]` for one value"),
    "qml.ctrl(qml.RX, 1)(theta, wires=0)": (CircuitError, "given a list of values"),
    "return qml.expval(qml.Z)": (CircuitError, r"say the wire, `qml.PauliZ\(0\)`"),
}


@pytest.mark.parametrize("statement", BODIES)
def test_what_is_wrong_with_a_body_is_said_with_its_line(statement):
    kind, message = BODIES[statement]
    source = f"def body(inputs, theta: 2):\n    qml.H(0)\n    {statement}\n"
    namespace = {"qml": qml, "np": np}
    exec(compile(source, "<cell>", "exec"), namespace)
    with pytest.raises(kind, match=message) as caught:
        _ = quantum(namespace["body"]).n_outputs
    assert caught.value.line == (1 if "returns nothing" in message else 3)


def test_only_annotations_that_are_needed_are_evaluated():
    def body(theta, phi):
        qml.RX(theta.sum() + phi.sum(), wires=0)
        return z0()

    body.__annotations__ = {"theta": "(unknown, 2)", "phi": "(1, 2)", "return": "unknown"}
    layer = quantum(weight_shapes={"theta": 3})(body)
    assert layer.weight_shapes == {"theta": (3,), "phi": (1, 2)}


@pytest.mark.parametrize(
    ("angle", "stopped"),
    [
        ("math.sin(theta[0]) + inputs[0]", "`theta`"),
        ("theta[0].item() * theta[1] + inputs[0]", "`theta`"),
        ("theta[0] * float(inputs[0])", "`inputs`"),
        ("math.sin(theta[0]) * inputs[0].detach()", "`inputs` and `theta`"),
    ],
)
@pytest.mark.filterwarnings("ignore:Converting a tensor with requires_grad=True")
def test_arguments_to_which_no_gradient_flows_are_warned_of(angle, stopped):
    source = f"def body(inputs, theta: 2):\n    qml.RX({angle}, wires=0)\n    return z0()\n"
    namespace = {"qml": qml, "math": math, "z0": z0}
    exec(compile(source, "<cell>", "exec"), namespace)
    with pytest.warns(QaimagicWarning, match=f"`body` reads {stopped} through `math`") as caught:
        _ = quantum(namespace["body"]).n_outputs
    assert (caught[-1].filename, caught[-1].lineno) == ("<cell>", 1)


def test_values_that_choose_gates_are_not_warned_of():
    @quantum
    def layer(inputs, theta: 3):
        qml.BasisEmbedding(inputs[:2], wires=range(2))
        if inputs[2] > 0.5:
            qml.RX(theta[0], wires=0)
        qml.RX(1 - theta[0], wires=0)
        return z0()

    @quantum
    def jittered(inputs, theta: 2):
        qml.RX(theta[0] + inputs[0] + torch.rand(()), wires=0)
        return z0()

    state = torch.get_rng_state()
    with warnings.catch_warnings():
        warnings.simplefilter("error", QaimagicWarning)
        assert layer.n_outputs == 1
        assert torch.equal(torch.get_rng_state(), state)
        assert jittered.n_outputs == 1


@pytest.mark.parametrize(
    ("start", "error", "message"),
    [
        (torch.zeros(5), ValueError, r"shape \(3,\), but its shape is \(5,\)"),
        ("hello", TypeError, "start from a number, a tensor or a function"),
    ],
)
def test_a_start_value_must_fit(start, error, message):
    def body(theta: 3 = start):
        qml.RX(theta.sum(), wires=0)
        return z0()

    with pytest.raises(error, match=message):
        quantum(body)


def test_wires_can_be_given():
    @quantum(wires=["a", "b", "c"])
    def layer():
        qml.X("c")
        return qml.probs()

    assert layer.n_outputs == 8
    assert layer().argmax() == 1
    with pytest.raises(ValueError, match="different from each other"):
        quantum(wires=[0, 0])
    small = quantum(wires=2)(layer.circuit.function)
    with pytest.raises(CircuitError, match="hold every wire of `layer`, but wire 'c' is not"):
        small.summary()


def test_a_qnode_is_sent_to_hybrid_layer():
    node = qml.QNode(lambda: qml.state(), qml.device("default.qubit", wires=1))
    with pytest.raises(TypeError, match="HybridLayer"):
        quantum(node)
    with pytest.raises(TypeError, match=r"@qaimagic\.quantum"):
        HybridLayer(z0, {})


def test_the_source_is_kept():
    @quantum
    def layer(inputs):
        qml.RX(inputs[0], wires=0)
        return z0()

    linecache.clearcache()
    assert "qml.RX(inputs[0], wires=0)" in layer.source
