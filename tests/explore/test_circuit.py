"""The circuit explorer without a notebook: states, gradients, and the layer left as it was."""

import math

import numpy as np
import pennylane as qml
import pytest
import torch

import qaimagic
from qaimagic.bridge.gate_by_gate import taken_apart
from qaimagic.devices.selection import override
from qaimagic.drawing.page import Picture
from qaimagic.errors import CircuitError
from qaimagic.explore import _living
from qaimagic.explore.circuit import CircuitExplorer
from qaimagic.explore.circuit_sight import sight_of, traits_of
from qaimagic.training.events import StepEnded
from qaimagic.widgets.circuit import Question

X = torch.tensor([0.3, -0.8, 1.1])


@qaimagic.quantum
def encoder(inputs, theta: (2, 3, 3), scale: ()):
    qml.AngleEmbedding(inputs, wires=range(3))
    qml.StronglyEntanglingLayers(theta, wires=range(3))
    qml.RZ(2 * scale, wires=1)
    return [qml.expval(qml.X(i)) for i in range(3)]


@qaimagic.quantum
def bell(inputs):
    qml.RY(inputs[0], wires=0)
    qml.CNOT([0, 1])
    return qml.expval(qml.Z(1))


@pytest.fixture
def explorer():
    return CircuitExplorer(encoder, X)


def test_states_between_columns_are_pennylanes(explorer):
    tape = taken_apart(encoder.circuit.trace(explorer.values))
    order = explorer._model.columns

    @qml.qnode(qml.device("default.qubit", wires=3))
    def node():
        for place, column in enumerate(order):
            qml.Snapshot(str(place))
            for gate in column:
                qml.apply(tape.operations[gate])
        return qml.state()

    found = qml.snapshots(node)()
    expected = [found[str(place)] for place in range(len(order))] + [found["execution_results"]]
    assert explorer.n_columns == len(order)
    for column, state in enumerate(expected):
        np.testing.assert_allclose(explorer.state(column), state.detach(), atol=1e-12)


def test_the_last_state_gives_the_layers_answers(explorer):
    expected = [np.vdot(state := explorer.state(), _x(state, wire)) for wire in range(3)]
    answers, _ = explorer._model.outcome()
    np.testing.assert_allclose(answers, np.real(expected), atol=1e-12)
    np.testing.assert_allclose(answers, encoder(X).detach(), atol=1e-6)


def _x(state, wire):
    return np.flip(state.reshape((2,) * 3), wire).reshape(-1)


@pytest.mark.parametrize("output", [None, 0, 2])
def test_gradients_are_those_of_default_qubit(explorer, output):
    arguments = {name: value.requires_grad_() for name, value in explorer.values.items()}
    node = qml.QNode(encoder.circuit.function, qml.device("default.qubit"), diff_method="backprop")
    answers = torch.stack(node(**arguments))
    (answers.sum() if output is None else answers[output]).backward()
    expected = torch.cat([arguments[name].grad.reshape(-1) for name in explorer.values])
    found = explorer.gradients(output)
    assert list(found)[:4] == ["inputs[0]", "inputs[1]", "inputs[2]", "theta[0,0,0]"]
    assert list(found)[-1] == "scale"
    np.testing.assert_allclose(list(found.values()), expected, atol=1e-10)


def test_a_gradient_in_closed_form():
    explorer = CircuitExplorer(bell, [0.4])
    assert explorer.gradients() == {"inputs[0]": pytest.approx(-np.sin(0.4), abs=1e-12)}


def test_a_bell_pair_points_nowhere_and_shares_a_bit():
    explorer = CircuitExplorer(bell, [np.pi / 2])
    np.testing.assert_allclose(explorer.bloch(1), [[1, 0, 0], [0, 0, 1]], atol=1e-12)
    np.testing.assert_allclose(explorer.bloch(2), np.zeros((2, 3)), atol=1e-12)
    np.testing.assert_allclose(explorer.entropies(), [1], atol=1e-12)


def test_the_layer_stays_as_it_is(explorer):
    before = {name: value.clone() for name, value in encoder.state_dict().items()}
    circuits = encoder.circuits
    sight_of(explorer._model, Question(changes=((5, 0.1),), gate=0))
    explorer._answer(Question(changes=((5, 0.1),)))
    explorer.gradients()
    assert encoder.circuits == circuits
    assert all(parameter.grad is None for parameter in encoder.parameters())
    for name, value in encoder.state_dict().items():
        assert torch.equal(value, before[name])


def test_a_slider_moves_one_value_and_back(explorer):
    place = explorer._model.labels.index("theta[1,2,0]")
    sight = explorer._answer(Question(changes=((place, 0.25),)))
    assert sight.values[place] == 0.25
    assert explorer.values["theta"][1, 2, 0] == 0.25
    explorer._answer(Question(is_back=True))
    torch.testing.assert_close(explorer.values["theta"], encoder.theta.detach().double())
    torch.testing.assert_close(explorer.values["inputs"], X.double())


def test_a_gate_tells_its_matrix_and_what_turns_it(explorer):
    traits = traits_of(explorer._model)
    place = next(p for p, gate in enumerate(traits["gates"]) if "scale" in gate["words"])
    [control] = traits["gates"][place]["controls"][0]
    assert traits["controls"][control] == {"label": "scale", "group": "scale"}
    sight = explorer._answer(Question(changes=((control, 0.4),), gate=place))
    assert sight.parameters == (pytest.approx(0.8),)
    np.testing.assert_allclose(sight.matrix, qml.RZ(0.8, 0).matrix(), atol=1e-12)


def test_the_drawing_has_every_gate(explorer):
    traits = traits_of(explorer._model)
    n_gates = len(traits["gates"])
    assert sorted(place for column in traits["columns"] for place in column) == [*range(n_gates)]
    assert all(f'data-gate="{place}"' in traits["svg"] for place in range(n_gates))
    assert traits["outputs"][1] == "expval of X on wire 1"


def test_without_a_notebook_it_is_a_picture(explorer):
    bundle = explorer._repr_mimebundle_()
    assert bundle["text/html"].startswith("<figure")
    assert bundle["text/plain"] == repr(explorer)
    assert isinstance(explorer.picture, Picture)
    assert isinstance(qaimagic.draw(encoder, interactive=True), CircuitExplorer)


def test_displayed_again_it_is_the_same_widget_while_that_is_alive(explorer, monkeypatch):
    monkeypatch.delenv("QAIMAGIC_STATIC", raising=False)
    monkeypatch.setattr(_living, "has_widgets", lambda: True)
    first, again = (explorer._repr_mimebundle_()["text/html"] for _ in range(2))
    explorer._view.close()
    later = explorer._repr_mimebundle_()["text/html"]
    explorer._view.close()
    assert first == again != later


def test_a_run_on_another_device_does_not_pay_for_looking(explorer):
    exact = explorer.gradients()
    with override("default.mixed", shots=3):
        assert explorer.gradients() == exact


def test_it_follows_a_training(explorer):
    layer = encoder.new()
    explorer = CircuitExplorer(layer, X)
    view = explorer._living()
    sent = []
    view.send = lambda content, *_buffers: sent.append(content)
    held = []

    def listener(event):
        explorer.listener(event)
        if isinstance(event, StepEnded):
            held.append(view.is_held)
            view._hear(view, {"kind": "ask", "serial": event.step, "column": 1}, [])

    data = torch.rand(8, 3)
    qaimagic.train(
        layer, data=(data, torch.zeros(8, 3)), loss="MSELoss", epochs=3, live=False,
        listeners=[listener],
    )  # fmt: skip
    assert held
    assert all(held)
    assert not view.is_held
    assert [one["kind"] for one in sent] == ["sight"] * len(sent)
    assert len(sent) >= 2
    torch.testing.assert_close(explorer.values["theta"], layer.theta.detach().double())
    view.close()


def test_a_circuit_that_depends_on_its_values_is_drawn_anew():
    @qaimagic.quantum
    def switching(inputs, theta: (1,)):
        qml.RY(inputs[0], wires=0)
        if theta[0] > 0:
            qml.H(wires=0)
        return qml.expval(qml.Z(0))

    with torch.no_grad():
        switching.theta.fill_(1.0)
    explorer = CircuitExplorer(switching, [0.2])
    view = explorer._living()
    place = explorer._model.labels.index("theta[0]")
    explorer._answer(Question(changes=((place, 1.0),)))
    assert len(view.gates) == 2
    explorer._answer(Question(changes=((place, -1.0),)))
    assert len(view.gates) == 1
    assert explorer.n_columns == 1
    view.close()


def test_samples_have_states_and_no_gradients():
    @qaimagic.quantum(shots=10)
    def sampled(inputs):
        qml.RY(inputs[0], wires=0)
        return qml.sample(wires=0)

    explorer = CircuitExplorer(sampled, [np.pi])
    np.testing.assert_allclose(explorer.state(), [0, 1], atol=1e-12)
    assert explorer.gradients() == {}


def test_qnodes_are_looked_into_with_or_without_values():
    @qml.qnode(qml.device("default.qubit", wires=2))
    def node(x, weights):
        qml.RX(x, wires=0)
        qml.BasicEntanglerLayers(weights, wires=range(2))
        return qml.expval(qml.Z(0))

    weights = torch.tensor([[0.1, 0.2]])
    explorer = qaimagic.draw(node, 0.3, weights, interactive=True)
    assert list(explorer.gradients()) == ["x", "weights[0,0]", "weights[0,1]"]
    with pytest.raises(TypeError, match="real number or array for each of x, weights"):
        qaimagic.draw(node, 0.3, interactive=True)

    @qml.qnode(qml.device("default.qubit", wires=2))
    def embedding(inputs):
        qml.AngleEmbedding(inputs, wires=range(2))
        return qml.probs(wires=0)

    assert list(qaimagic.draw(embedding, interactive=True).gradients()) == [
        "inputs[0]",
        "inputs[1]",
    ]


def test_numbers_that_are_not_finite_are_refused_before_anything_runs():
    @qaimagic.quantum
    def turned(theta: ()):
        qml.RX(theta, wires=0)
        return qml.expval(qml.Z(0))

    turned.theta.data.fill_(math.inf)
    with pytest.raises(ValueError, match="`layer` must have finite weights, but `theta` holds"):
        CircuitExplorer(turned)
    node = qml.QNode(turned.qnode.func, qml.device("default.qubit"))
    with pytest.raises(ValueError, match="`inputs` must be finite, but `theta` holds"):
        qaimagic.draw(node, math.nan, interactive=True)


def test_what_cannot_be_looked_into_says_why(explorer):
    @qaimagic.quantum
    def wide(inputs):
        qml.AngleEmbedding(inputs, wires=range(17))
        return qml.expval(qml.Z(0))

    with pytest.raises(CircuitError, match="17 wires, and states are shown of at most 16"):
        CircuitExplorer(wide)
    with pytest.raises(TypeError, match="be a hybrid layer, but it is int"):
        CircuitExplorer(3)
    for inputs, error, words in (
        ([[0.1, 0.2], [0.3, 0.4]], ValueError, "`inputs` must hold one sample, but they hold 2"),
        ([0.1, math.nan], ValueError, "`inputs` must be finite"),
        ("x", TypeError, "`inputs` must be a tensor, but it is str"),
    ):
        with pytest.raises(error, match=words):
            CircuitExplorer(encoder, inputs)
    with pytest.raises(ValueError, match="`column` must be at most"):
        explorer.state(99)
    with pytest.raises(ValueError, match="name one of the layer's 3 answers"):
        explorer.gradients(3)
    with pytest.raises(ValueError, match="be `svg` where the drawing is interactive"):
        qaimagic.draw(encoder, interactive=True, format="text")
