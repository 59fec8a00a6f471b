"""Circuits of Cirq's against the matrices that Cirq itself gives them."""

import cirq
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from qaimagic.bridge.importing.from_cirq import from_cirq
from qaimagic.errors import CircuitError
from tests.bridge.imported import distance, matrix_of

T, S = sympy.symbols("t s")
VALUES = {"t": 0.37, "s": -0.71}
Q = cirq.LineQubit.range(4)
ONE = [
    cirq.X**T,
    cirq.Y**T,
    cirq.Z**T,
    cirq.H**T,
    cirq.rx(T),
    cirq.ry(2 * T + S),
    cirq.rz(sympy.sin(T)),
    cirq.XPowGate(exponent=T, global_shift=0.3),
    cirq.ZPowGate(exponent=T, global_shift=-0.2),
    cirq.HPowGate(exponent=T, global_shift=0.4),
    cirq.PhasedXPowGate(phase_exponent=S, exponent=T),
    cirq.PhasedXZGate(x_exponent=S, z_exponent=T, axis_phase_exponent=S),
    cirq.X,
    cirq.X**0.5,
    cirq.X**-0.5,
    cirq.Y**0.5,
    cirq.S,
    cirq.T**-1,
    cirq.H,
    cirq.I,
    cirq.MatrixGate(cirq.testing.random_unitary(2, random_state=1)),
]
TWO = [
    cirq.CX,
    cirq.CX**T,
    cirq.CZ**T,
    cirq.CZPowGate(exponent=T, global_shift=0.3),
    cirq.cphase(T),
    cirq.SWAP**T,
    cirq.SWAP,
    cirq.ISWAP,
    cirq.ISWAP**T,
    cirq.ISWAP**-0.5,
    cirq.XX**T,
    cirq.YYPowGate(exponent=T, global_shift=0.1),
    cirq.ZZ**T,
    cirq.ms(T),
    cirq.FSimGate(S, T),
    cirq.PhasedFSimGate(S, T, S, T, S),
    cirq.PhasedISwapPowGate(phase_exponent=S, exponent=T),
    cirq.givens(T),
    cirq.TwoQubitDiagonalGate([0.1, 0.2, T, 0.4]),
    cirq.DiagonalGate([0.1, 0.2, T, 0.4]),
    cirq.MatrixGate(cirq.testing.random_unitary(4, random_state=2)),
    cirq.QuantumFourierTransformGate(2),
]
THREE = [cirq.CCX, cirq.CCX**T, cirq.CCZ**T, cirq.CCZ, cirq.CSWAP]
ALL = [*ONE, *TWO, *THREE]


def agrees(circuit, values=VALUES):
    asked = cirq.resolve_parameters(circuit, values)
    order = sorted(circuit.all_qubits())
    return distance(matrix_of(from_cirq(circuit), values), asked.unitary(order)) < 1e-9


@pytest.mark.parametrize("gate", ALL, ids=str)
def test_every_gate(gate):
    n = gate.num_qubits()
    circuit = cirq.Circuit(cirq.H.on_each(*Q[:n]), gate(*Q[:n][::-1]), cirq.X(Q[3]))
    assert agrees(circuit)


@pytest.mark.parametrize("gate", ALL, ids=str)
def test_every_gate_under_a_control_on_zero(gate):
    n = gate.num_qubits()
    one = gate(*Q[1 : n + 1]).controlled_by(Q[0], control_values=[0])
    assert agrees(cirq.Circuit(cirq.H.on_each(*Q[: n + 1]), one))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(ALL),
            st.permutations(range(4)),
            st.sampled_from(["plain", "inverse", "controlled"]),
        ),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=20, deadline=None)
def test_random_circuits(steps):
    circuit = cirq.Circuit(cirq.I.on_each(*Q))
    for gate, wires, how in steps:
        n = gate.num_qubits()
        one = gate(*(Q[wire] for wire in wires[:n]))
        if how == "inverse" and cirq.inverse(one, None) is not None:
            one = cirq.inverse(one)
        if how == "controlled" and n < 3:
            one = one.controlled_by(Q[wires[n]])
        circuit.append(one)
    assert agrees(circuit)


def test_controls_of_several_values_and_circuits_within_circuits():
    inner = cirq.FrozenCircuit(cirq.X(Q[0]) ** T, cirq.CX(*Q[:2]))
    either = cirq.SumOfProducts([(0, 1), (1, 0)])
    circuit = cirq.Circuit(
        cirq.H.on_each(*Q),
        cirq.ControlledGate(cirq.rx(T), control_values=either)(*Q[:3]),
        cirq.CircuitOperation(inner).repeat(2).with_qubit_mapping({Q[0]: Q[3]}),
        (cirq.Y(Q[1]) ** S).with_tags("noted"),
        cirq.PauliStringPhasor(cirq.X(Q[0]) * cirq.Z(Q[2]), exponent_neg=T, exponent_pos=S),
    )
    assert agrees(circuit)


def test_names_and_order_of_qubits():
    grid = cirq.GridQubit.rect(1, 2)
    circuit = cirq.Circuit(cirq.X(grid[1]) ** T, cirq.Y(grid[0]) ** S, cirq.measure(grid[1]))
    found = from_cirq(circuit)
    assert [one.name for one in found.parameters] == ["s", "t"]
    assert found.measured == (1,)
    turned = np.kron(*(cirq.unitary(g) for g in (cirq.Y**-0.71, cirq.X**0.37)))
    assert distance(matrix_of(found, VALUES), turned) < 1e-12


@pytest.mark.parametrize(
    ("circuit", "message"),
    [
        (cirq.Circuit(cirq.measure(Q[0]), cirq.H(Q[0])), "goes on with qubit 0"),
        (cirq.Circuit(cirq.H(Q[0]), cirq.reset(Q[0])), "resets qubit 0"),
        (cirq.Circuit(cirq.depolarize(0.1)(Q[0])), "Noise belongs to the device"),
        (cirq.Circuit(cirq.IdentityGate(qid_shape=(3,))(cirq.LineQid(0, 3))), "qudits"),
        (cirq.Circuit(cirq.measure(Q[0], invert_mask=(True,))), "invert mask"),
        (
            cirq.Circuit(cirq.measure(Q[0], key="m"), cirq.X(Q[1]).with_classical_controls("m")),
            "depends on measured bits",
        ),
        (cirq.Circuit(cirq.X(Q[0]) ** sympy.gamma(T)), "uses `gamma`"),
    ],
)
def test_what_a_layer_cannot_do(circuit, message):
    with pytest.raises(CircuitError, match=message):
        from_cirq(circuit)
