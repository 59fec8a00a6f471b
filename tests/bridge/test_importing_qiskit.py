"""Circuits of Qiskit's against the matrices that Qiskit itself gives them."""

import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit import QuantumCircuit
from qiskit.circuit import ClassicalRegister, Gate, Parameter, ParameterVector, QuantumRegister
from qiskit.circuit.library import (
    PauliEvolutionGate,
    QFTGate,
    RXGate,
    UGate,
    UnitaryGate,
    efficient_su2,
    get_standard_gate_name_mapping,
    zz_feature_map,
)
from qiskit.quantum_info import SparsePauliOp, random_unitary

from qaimagic.bridge.importing.circuit import Parameter as Free
from qaimagic.bridge.importing.from_qiskit import from_qiskit
from qaimagic.errors import CircuitError
from tests.bridge.imported import big_endian, distance, matrix_of

LIBRARY = {
    name: gate
    for name, gate in get_standard_gate_name_mapping().items()
    if name not in ("measure", "reset", "delay")
}


def agrees(circuit, values=None):
    values = values or {}
    bound = circuit.assign_parameters(
        {one: values[one.name] for one in circuit.parameters if one.name in values}
    )
    return distance(matrix_of(from_qiskit(circuit), values), big_endian(bound)) < 1e-12


@pytest.mark.parametrize("name", LIBRARY)
def test_every_gate_of_the_library(name):
    kind = LIBRARY[name]
    parameters = [Parameter(f"p_{k}") for k in range(len(kind.params))]
    values = {one.name: 0.3 + 0.4 * k for k, one in enumerate(parameters)}
    gate = type(kind)(*parameters) if parameters else kind
    circuit = QuantumCircuit(max(gate.num_qubits, 1) + 1)
    circuit.append(gate, range(1, gate.num_qubits + 1)[::-1])
    assert agrees(circuit, values)


@pytest.mark.parametrize("name", [name for name, gate in LIBRARY.items() if gate.num_qubits < 3])
def test_every_gate_under_a_control_on_zero(name):
    gate = LIBRARY[name]
    if gate.params:
        gate = type(gate)(*(0.3 + 0.4 * k for k in range(len(gate.params))))
    circuit = QuantumCircuit(gate.num_qubits + 1)
    circuit.append(gate.control(1, ctrl_state=0), range(gate.num_qubits + 1))
    circuit.h(range(gate.num_qubits + 1))
    assert agrees(circuit)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([name for name, gate in LIBRARY.items() if gate.num_qubits]),
            st.permutations(range(4)),
            st.lists(st.floats(-4, 4), min_size=4, max_size=4),
        ),
        max_size=6,
    )
)
@settings(max_examples=20, deadline=None)
def test_random_circuits(steps):
    circuit = QuantumCircuit(4)
    for name, wires, angles in steps:
        kind = LIBRARY[name]
        gate = type(kind)(*angles[: len(kind.params)]) if kind.params else kind
        circuit.append(gate, wires[: gate.num_qubits])
    assert agrees(circuit)


def test_formulas_of_parameters():
    theta = ParameterVector("θ", 3)
    other = Parameter("a.b")
    circuit = QuantumCircuit(2)
    circuit.rx(2 * theta[0] + 0.1, 0)
    circuit.ry(theta[1].sin() * other - theta[2].exp() / 3, 1)
    circuit.rzz((theta[0] ** 2).arctan() + abs(theta[1]) - other.log(), 0, 1)
    circuit.cp(-theta[2] / other + theta[0].tan(), 1, 0)
    values = {"θ[0]": 0.4, "θ[1]": -0.7, "θ[2]": 0.9, "a.b": 1.3}
    assert agrees(circuit, values)
    vector = [Free(f"θ[{k}]", "θ", k, 3) for k in range(3)]
    assert from_qiskit(circuit).parameters == (Free("a.b"), *vector)


def test_matrices_and_gates_of_ones_own():
    inner = QuantumCircuit(2, global_phase=0.7)
    angle = Parameter("t")
    inner.rx(angle, 0)
    inner.append(UGate(angle, 0.2, 0.3).control(1), [1, 0])
    own = inner.to_gate(label="mine")
    circuit = QuantumCircuit(4)
    circuit.append(UnitaryGate(random_unitary(4, seed=3)), [2, 0])
    circuit.append(own.control(2, ctrl_state=2), [3, 1, 0, 2])
    circuit.append(UnitaryGate(random_unitary(2, seed=4)).control(1, ctrl_state=0), [1, 3])
    assert agrees(circuit, {"t": 0.8})


def test_gates_that_only_bear_the_name_of_another():
    inner = QuantumCircuit(1)
    inner.h(0)
    own = inner.to_gate()
    own.name = "x"
    circuit = QuantumCircuit(1)
    circuit.append(own, [0])
    assert agrees(circuit)


def test_annotated_gates():
    angle = Parameter("t")
    circuit = QuantumCircuit(3)
    circuit.append(RXGate(angle).control(2, ctrl_state=1, annotated=True), [0, 2, 1])
    circuit.append(UGate(0.1, 0.2, 0.3).inverse(annotated=True), [1])
    circuit.append(RXGate(0.4).power(3, annotated=True), [2])
    assert agrees(circuit, {"t": 0.8})


def test_library_of_circuits():
    circuit = zz_feature_map(3).compose(efficient_su2(3, reps=1))
    circuit.append(QFTGate(3), range(3))
    circuit.append(PauliEvolutionGate(SparsePauliOp(["XYZ", "ZZI"], [0.3, 0.7])), range(3))
    values = {one.name: 0.1 * k for k, one in enumerate(circuit.parameters)}
    assert agrees(circuit, values)


def test_states_that_a_circuit_starts_from():
    circuit = QuantumCircuit(2)
    circuit.initialize(np.array([0.5, 0.1j, -0.7, 0.5j]), [1, 0], normalize=True)
    prepared = matrix_of(from_qiskit(circuit))[:, 0]
    asked = np.array([0.5, 0.1j, -0.7, 0.5j])
    assert np.isclose(abs(np.vdot(prepared, asked / np.linalg.norm(asked))), 1)


def test_measurements_at_the_end():
    circuit = QuantumCircuit(QuantumRegister(3), ClassicalRegister(2))
    circuit.reset(0)
    circuit.h(range(3))
    circuit.measure([2, 0], [0, 1])
    circuit.barrier()
    circuit.x(1)
    assert from_qiskit(circuit).measured == (0, 2)
    assert from_qiskit(QuantumCircuit(2)).measured == ()


@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        (lambda c: (c.measure(0, 0), c.h(0)), "goes on with qubit 0 after measuring"),
        (lambda c: (c.h(1), c.reset(1)), "resets qubit 1 after using it"),
        (lambda c: c.append(Gate("oracle", 1, []), [0]), "`oracle`, which has neither"),
        (lambda c: c.if_else((c.clbits[0], 1), QuantumCircuit(1), None, [0], []), "control flow"),
    ],
)
def test_what_a_layer_cannot_do(mistake, message):
    circuit = QuantumCircuit(2, 1)
    mistake(circuit)
    with pytest.raises(CircuitError, match=message):
        from_qiskit(circuit)


def test_names_that_were_given():
    assert from_qiskit(QuantumCircuit(1)).name == "circuit"
    assert from_qiskit(QuantumCircuit(1, name="ansatz")).name == "ansatz"


def formula_and_value(rng, depth, leaves):
    """Return a random formula of Qiskit's, and its value by Python's own arithmetic."""
    if depth == 0:
        return leaves[rng.randrange(len(leaves))]
    (one, x) = formula_and_value(rng, depth - 1, leaves)
    (other, y) = formula_and_value(rng, rng.randrange(depth), leaves)
    ways = [
        (one + other, x + y),
        (one - other, x - y),
        (one * other, x * y),
        (one / (other * other + 1), x / (y * y + 1)),
        (-one, -x),
        (one**2, x**2),
        (one.sin(), math.sin(x)),
        (one.arctan(), math.atan(x)),
        (1 - 0.3 * one, 1 - 0.3 * x),
    ]
    return ways[rng.randrange(len(ways))]


@pytest.mark.parametrize("seed", range(40))
def test_formulas_mean_what_was_written_whatever_qiskit_makes_of_them(seed):
    x, sin = ParameterVector("x", 2), Parameter("sin")
    values = {"x[0]": 0.3, "x[1]": -0.7, "sin": 1.1}
    leaves = [(one, values[one.name]) for one in (*x, sin)]
    rng = random.Random(seed)
    for depth in (1, 2, 3, 4):
        formula, value = formula_and_value(rng, depth, leaves)
        circuit = QuantumCircuit(1)
        circuit.ry(formula, 0)
        found = matrix_of(from_qiskit(circuit), values)
        bare = QuantumCircuit(1)
        bare.ry(value, 0)
        assert distance(found, big_endian(bare)) < 1e-9, formula
