"""Layers of circuits from elsewhere: what they answer, how they are trained, where they run."""

import copy
import pickle
import sys

import cirq
import numpy as np
import pennylane as qml
import pytest
import sympy
import torch
from qiskit import QuantumCircuit, qasm2, qasm3
from qiskit.circuit import Parameter, ParameterVector
from qiskit.circuit.library import (
    GlobalPhaseGate,
    PauliEvolutionGate,
    UnitaryGate,
    get_standard_gate_name_mapping,
)
from qiskit.quantum_info import SparsePauliOp, Statevector, random_unitary

import qaimagic
from qaimagic import from_circuit
from qaimagic.bridge.importing.gates import KINDS
from qaimagic.errors import CircuitError, DeviceError, MissingExtraError

ANGLES = [Parameter(name) for name in "abc"]
LIBRARY = get_standard_gate_name_mapping()
X, THETA, PHI = ParameterVector("x", 2), ParameterVector("θ", 3), Parameter("phi")


def ansatz():
    circuit = QuantumCircuit(3)
    circuit.ry(X[0], 0)
    circuit.ry(X[1] * PHI, 1)
    circuit.rx(2 * THETA[0] + 0.1, 2)
    circuit.cx(0, 2)
    circuit.rzz(THETA[1] + PHI, 1, 2)
    circuit.crx(THETA[2].sin(), 2, 0)
    circuit.h(1)
    return circuit


def by_qiskit(circuit, x, theta, phi):
    """Z on each qubit, from Qiskit's own state."""
    state = Statevector(circuit.assign_parameters({X: x, THETA: theta, PHI: phi}))
    chances = state.probabilities()
    bits = np.arange(len(chances))[:, None] >> np.arange(circuit.num_qubits) & 1
    return chances @ (1 - 2 * bits)


def double(layer):
    torch.manual_seed(0)
    layer.reset_parameters()
    return layer.double()


SAMPLES = torch.tensor([[0.3, -0.8], [1.9, 0.4], [0.0, 2.2]], dtype=torch.float64)


def test_answers_are_qiskits():
    layer = double(from_circuit(ansatz()))
    answers = layer(SAMPLES)
    theta, phi = layer.θ.tolist(), layer.phi.item()
    expected = [by_qiskit(ansatz(), row, theta, phi) for row in SAMPLES.tolist()]
    np.testing.assert_allclose(answers.detach(), expected, atol=1e-12)
    assert layer.weight_shapes == {"phi": (), "θ": (3,)}
    assert layer.n_inputs == {"inputs": 2}


def test_runs_on_the_engine_as_one_program():
    layer = double(from_circuit(ansatz()))
    for _ in range(3):
        layer(SAMPLES)
    assert (layer.circuit.programs.reason, layer.circuit.programs.n_traces) == (None, 1)


def test_gradients_through_formulas():
    layer = double(from_circuit(ansatz()))
    inputs = SAMPLES.clone().requires_grad_()

    def answer(x, theta, phi):
        weights = {"θ": theta, "phi": phi}
        return torch.func.functional_call(layer, weights, (x,))

    assert torch.autograd.gradcheck(answer, (inputs, layer.θ, layer.phi))


def test_the_same_circuit_in_other_words():
    layer = double(from_circuit(ansatz()))
    expected = layer(SAMPLES)
    q = cirq.LineQubit.range(3)
    x, t, phi = sympy.symbols("x0:2"), sympy.symbols("θ0:3"), sympy.Symbol("phi")
    in_cirq = cirq.Circuit(
        cirq.ry(x[0])(q[0]),
        cirq.ry(x[1] * phi)(q[1]),
        cirq.rx(2 * t[0] + 0.1)(q[2]),
        cirq.CX(q[0], q[2]),
        cirq.ZZPowGate(exponent=(t[1] + phi) / sympy.pi, global_shift=-0.5)(q[1], q[2]),
        cirq.rx(sympy.sin(t[2]))(q[0]).controlled_by(q[2]),
        cirq.H(q[1]),
    )
    for circuit in (in_cirq, qasm3.dumps(ansatz())):
        other = from_circuit(circuit).double()
        other.load_state_dict(layer.state_dict())
        torch.testing.assert_close(other(SAMPLES), expected, atol=1e-12, rtol=0)


def test_version_2_has_no_parameters():
    circuit = QuantumCircuit(2)
    circuit.rx(0.3, 0)
    circuit.cx(0, 1)
    layer = from_circuit(qasm2.dumps(circuit))
    assert list(layer.parameters()) == []
    torch.testing.assert_close(layer(), torch.full((2,), float(np.cos(0.3))))


def test_wire_0_is_the_most_significant_bit():
    circuit = QuantumCircuit(2)
    circuit.x(0)
    layer = from_circuit(circuit, returns=qml.probs(wires=[0, 1]))
    assert layer().tolist() == [0, 0, 1, 0]
    assert Statevector(circuit).probabilities().tolist() == [0, 1, 0, 0]


def test_measured_wires_alone_are_answered():
    circuit = ansatz()
    circuit.add_register(*QuantumCircuit(0, 2).cregs)
    circuit.measure([2, 0], [0, 1])
    torch.manual_seed(0)
    layer = from_circuit(circuit)
    whole = from_circuit(ansatz())
    whole.load_state_dict(layer.state_dict())
    torch.testing.assert_close(layer(SAMPLES), whole(SAMPLES)[:, [0, 2]])


def test_other_observables_and_idle_wires():
    circuit = QuantumCircuit(3)
    circuit.h(0)
    returns = [qml.expval(qml.X(0) @ qml.Z(2)), qml.probs(wires=[1])]
    answers = from_circuit(circuit, returns=returns)()
    torch.testing.assert_close(answers, torch.tensor([1.0, 1.0, 0.0]), atol=1e-6, rtol=0)
    assert from_circuit(circuit).n_wires == 3


def every_kind_of_gate():
    """Every gate that has a name here, alone and under a control on 0, with phases and matrices."""
    circuit = QuantumCircuit(4)
    circuit.h(range(4))
    for kind in (*KINDS, "u"):
        gate = LIBRARY[kind]
        gate = type(gate)(*ANGLES[: len(gate.params)]) if gate.params else gate
        circuit.append(gate, range(gate.num_qubits))
        wires = range(gate.num_qubits + 1)
        circuit.append(gate.control(1, ctrl_state=0, annotated=False), [*wires][::-1])
    matrix = random_unitary(4, seed=1)
    circuit.append(UnitaryGate(matrix), [3, 0])
    circuit.append(UnitaryGate(matrix).control(1, ctrl_state=0), [3, 0, 1])
    circuit.append(GlobalPhaseGate(0.3).control(1, ctrl_state=0), [2])
    return circuit


RETURNS = [qml.expval(qml.X(0) @ qml.Y(2)), qml.probs(wires=[1, 3])]


def test_every_kind_of_gate_runs_on_the_engine():
    layer = double(from_circuit(every_kind_of_gate(), returns=RETURNS))
    other = from_circuit(every_kind_of_gate(), returns=RETURNS, device="default.qubit").double()
    other.load_state_dict(layer.state_dict())
    torch.testing.assert_close(layer(), other(), atol=1e-9, rtol=0)
    assert layer.circuit.programs.reason is None


@pytest.mark.parametrize(
    ("circuit", "returns", "data"),
    [(ansatz(), None, [SAMPLES]), (every_kind_of_gate(), RETURNS, [])],
)
def test_the_source_is_the_body_of_a_layer(circuit, returns, data):
    layer = double(from_circuit(circuit, returns=returns))
    names = {"qml": qml, "torch": torch}
    exec(layer.source, names)
    other = qaimagic.quantum(names["circuit"]).double()
    other.load_state_dict(layer.state_dict())
    torch.testing.assert_close(other(*data), layer(*data), atol=1e-9, rtol=0)


def test_it_is_trained():
    torch.manual_seed(0)
    layer = from_circuit(ansatz())
    model = torch.nn.Sequential(layer, torch.nn.Linear(3, 1))
    x = torch.randn(32, 2)
    y = torch.sin(x.sum(1, keepdim=True))
    run = qaimagic.train(model, (x, y), epochs=8, lr=0.1, seed=0)
    losses = run.history.losses
    assert losses[-1] < 0.8 * losses[0]
    assert layer.circuit.programs.reason is None


@pytest.mark.parametrize("device", ["default.qubit", "lightning.qubit"])
def test_other_devices_answer_the_same(device):
    layer = double(from_circuit(ansatz()))
    other = from_circuit(ansatz(), device=device).double()
    other.load_state_dict(layer.state_dict())
    torch.testing.assert_close(other(SAMPLES), layer(SAMPLES), atol=1e-6, rtol=0)


def test_shots_scatter_as_they_should():
    exact = double(from_circuit(ansatz()))
    sampled = from_circuit(ansatz(), shots=4000, seed=1).double()
    sampled.load_state_dict(exact.state_dict())
    off = (sampled(SAMPLES) - exact(SAMPLES)).abs() / sampled.standard_errors(SAMPLES)
    assert off.max() < 5


def test_copies_and_files():
    layer = double(from_circuit(ansatz()))
    expected = layer(SAMPLES)
    for other in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        torch.testing.assert_close(other(SAMPLES), expected)
        assert other.source == layer.source


def test_it_is_drawn_with_the_names_of_its_parameters():
    drawn = str(qaimagic.draw(from_circuit(ansatz()), format="text"))
    assert "RY(inputs[0])" in drawn
    assert "θ[0]" in drawn


def test_it_does_what_other_layers_do():
    layer = double(from_circuit(ansatz()))
    assert layer.metric_tensor(SAMPLES).shape == (4, 4)
    assert layer.without_entanglers()(SAMPLES).shape == (3, 3)
    assert layer.new().weight_shapes == layer.weight_shapes
    with pytest.raises(ValueError, match="reads 2 features of a sample, here there are 3"):
        layer(torch.zeros(5, 3))


def test_many_features():
    x = ParameterVector("x", 70)
    circuit = QuantumCircuit(2)
    for k, angle in enumerate(x):
        circuit.rx(angle, k % 2)
    layer = from_circuit(circuit).double()
    samples = torch.rand(4, 70, dtype=torch.float64)
    torch.testing.assert_close(layer(samples)[:, 1], samples[:, 1::2].sum(1).cos())
    assert layer.n_inputs == {"inputs": 70}


def test_a_vector_of_which_only_some_are_used():
    x = ParameterVector("x", 4)
    circuit = QuantumCircuit(1)
    circuit.rx(x[1], 0)
    samples = torch.rand(3, 4)
    torch.testing.assert_close(from_circuit(circuit)(samples), samples[:, 1:2].cos())


def test_nothing_but_a_parser_is_needed_for_version_3(monkeypatch):
    for name in ("qiskit", "qiskit.qasm2", "cirq"):
        monkeypatch.setitem(sys.modules, name, None)
    assert from_circuit("OPENQASM 3.0; qubit q; U(0, 0, 0) q;")().tolist() == [1.0]
    with pytest.raises(MissingExtraError, match=r'OpenQASM 2 .* pip install "qaimagic\[ibm\]"'):
        from_circuit("OPENQASM 2.0; qreg q[1];")


@pytest.mark.parametrize("circuit", [3, None, lambda x: x, np.eye(2)])
def test_what_is_no_circuit(circuit):
    with pytest.raises(TypeError, match="must be a Qiskit `QuantumCircuit`, a Cirq `Circuit`"):
        from_circuit(circuit)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"inputs": "thetta"}, ValueError, "it names `thetta`. Did you mean `theta`?"),
        ({"inputs": ["x", "x[0]"]}, ValueError, "it names `x\\[0\\]` twice"),
        ({"inputs": 3}, TypeError, "it is 3"),
        ({"inputs": [3]}, TypeError, "it holds 3"),
        ({"inputs": {"x"}}, TypeError, "it is {'x'}"),
        ({"returns": "probs"}, TypeError, "it holds str"),
        ({"returns": []}, ValueError, "an empty list"),
        ({"returns": qml.probs(wires=[0, 4])}, ValueError, "it measures wire 4"),
        ({"device": "default.qbit"}, DeviceError, "default.qubit"),
    ],
)
def test_wrong_options(options, error, message):
    circuit = QuantumCircuit(2)
    circuit.rx(X[0] * X[1] + Parameter("theta"), 0)
    with pytest.raises(error, match=message):
        from_circuit(circuit, **options)


def test_circuits_that_are_no_layers():
    with pytest.raises(ValueError, match="must have at least one qubit"):
        from_circuit(QuantumCircuit())
    circuit = QuantumCircuit(1, 1)
    circuit.measure(0, 0)
    circuit.x(0)
    with pytest.raises(CircuitError, match="goes on with qubit 0"):
        from_circuit(circuit)


def test_an_evolution_is_its_product_formula():
    words = SparsePauliOp(["XX", "ZI"], [0.3, 0.4])
    circuit = QuantumCircuit(2)
    circuit.ry(0.7, 0)
    circuit.ry(1.1, 1)
    circuit.append(PauliEvolutionGate(words, time=0.7), [0, 1])
    layer = from_circuit(circuit, returns=qml.expval(qml.Y(1)))
    on_qubit_1 = SparsePauliOp("YI")
    product = Statevector(circuit.decompose()).expectation_value(on_qubit_1).real
    exact = Statevector(circuit).expectation_value(on_qubit_1).real
    assert layer().item() == pytest.approx(product, abs=1e-6)
    assert abs(product - exact) > 1e-3
