"""Programs in OpenQASM 2 and 3, against Qiskit's circuits and the gates' definitions."""

import cmath
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit import QuantumCircuit, qasm2, qasm3
from qiskit.circuit import Parameter, ParameterVector
from qiskit.circuit.library import get_standard_gate_name_mapping

from qaimagic.bridge.importing.qasm3 import read_qasm3
from qaimagic.bridge.importing.text import from_text
from qaimagic.errors import CircuitError
from tests.bridge.imported import big_endian, distance, matrix_of

LIBRARY = {
    name: gate
    for name, gate in get_standard_gate_name_mapping().items()
    if name not in ("measure", "reset", "delay") and gate.num_qubits
}
HEAD = 'OPENQASM 3.0;\ninclude "stdgates.inc";\n'


def program(body):
    return HEAD + body


def u_of_the_specification(theta, phi, lam):
    """U as OpenQASM 3 defines it, phases included."""
    whole = cmath.exp(1j * theta)
    return (
        np.array(
            [
                [1 + whole, -1j * cmath.exp(1j * lam) * (1 - whole)],
                [
                    1j * cmath.exp(1j * phi) * (1 - whole),
                    cmath.exp(1j * (phi + lam)) * (1 + whole),
                ],
            ]
        )
        / 2
    )


def controlled(matrix):
    return np.block([[np.eye(2), np.zeros((2, 2))], [np.zeros((2, 2)), matrix]])


@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(LIBRARY)),
            st.permutations(range(4)),
            st.lists(st.floats(-4, 4), min_size=4, max_size=4),
        ),
        max_size=6,
    )
)
@settings(max_examples=20, deadline=None)
def test_random_circuits_written_out_by_qiskit(steps):
    circuit = QuantumCircuit(4)
    for name, wires, angles in steps:
        kind = LIBRARY[name]
        gate = type(kind)(*angles[: len(kind.params)]) if kind.params else kind
        circuit.append(gate, wires[: gate.num_qubits])
    expected = big_endian(circuit)
    for written in (qasm2.dumps(circuit), qasm3.dumps(circuit)):
        assert distance(matrix_of(from_text(written)), expected) < 1e-9


def test_inputs_written_out_by_qiskit():
    x, theta = ParameterVector("x", 2), Parameter("θ")
    circuit = QuantumCircuit(2, 2)
    circuit.rx(2 * x[0] + 0.1, 0)
    circuit.rzz(x[1] * theta / 3, 0, 1)
    circuit.ry(theta.sin() - x[0] ** 2, 1)
    circuit.measure([0, 1], [0, 1])
    found = from_text(qasm3.dumps(circuit))
    assert [one.name for one in found.parameters] == ["_x_0_", "_x_1_", "θ"]
    assert found.measured == (0, 1)
    bound = circuit.remove_final_measurements(inplace=False).assign_parameters(
        {x: [0.4, 0.9], theta: -0.7}
    )
    values = {"_x_0_": 0.4, "_x_1_": 0.9, "θ": -0.7}
    assert distance(matrix_of(found, values), big_endian(bound)) < 1e-12


@pytest.mark.parametrize(
    ("gate", "angles", "phase"),
    [
        ("U(0.3, 0.5, 0.9)", (0.3, 0.5, 0.9), 0),
        ("u3(0.3, 0.5, 0.9)", (0.3, 0.5, 0.9), -(0.3 + 0.5 + 0.9) / 2),
        ("u2(0.5, 0.9)", (math.pi / 2, 0.5, 0.9), -(0.5 + 0.9 + math.pi / 2) / 2),
        ("rx(0.3)", (0.3, -math.pi / 2, math.pi / 2), -0.3 / 2),
        ("h", (math.pi / 2, 0, math.pi), -math.pi / 4),
        ("phase(0.3)", (0, 0, 0.3), 0),
    ],
)
def test_phases_of_the_specification_matter_under_a_control(gate, angles, phase):
    expected = controlled(cmath.exp(1j * phase) * u_of_the_specification(*angles))
    found = read_qasm3(program(f"qubit[2] q; ctrl @ {gate} q[0], q[1];"))
    assert distance(matrix_of(found), expected) < 1e-12


@pytest.mark.parametrize(
    ("body", "same"),
    [
        ("qubit[3] q; ctrl(2) @ x q[0], q[1], q[2];", "qubit[3] q; ccx q[0], q[1], q[2];"),
        (
            "qubit[3] q; ctrl @ negctrl @ x q[0], q[1], q[2];",
            "qubit[3] q; x q[1]; ccx q[0], q[1], q[2]; x q[1];",
        ),
        ("qubit q; inv @ s q;", "qubit q; sdg q;"),
        ("qubit q; pow(3) @ t q;", "qubit q; t q; t q; t q;"),
        ("qubit q; pow(-2) @ sx q;", "qubit q; inv @ x q;"),
        ("qubit[2] q; ctrl @ gphase(0.3) q[0];", "qubit[2] q; p(0.3) q[0];"),
        ("qubit[2] q; ctrl @ inv @ gphase(0.3) q[0];", "qubit[2] q; p(-0.3) q[0];"),
        ("qubit[2] q; negctrl @ gphase(0.3) q[0];", "qubit[2] q; x q[0]; p(0.3) q[0]; x q[0];"),
        ("qubit[2] q; h q; cx q[0], q[-1];", "qubit[2] q; h q[0]; h q[1]; cx q[0], q[1];"),
        ("qreg q[3]; rx(pi) q[1:2];", "qubit[3] q; rx(π) q[1]; rx(tau/2) q[2];"),
        ("qubit a; qubit[2] b; cx a, b;", "qubit[3] q; cx q[0], q[1]; cx q[0], q[2];"),
        (
            "gate foo(a, b) p, q { rx(2*a) p; gphase(b); cx p, q; barrier p; }\n"
            "qubit[3] q; ctrl @ foo(0.3, 0.7) q[2], q[0], q[1];",
            "qubit[3] q; crx(0.6) q[2], q[0]; p(0.7) q[2]; ccx q[2], q[0], q[1];",
        ),
        (
            "const float[64] a = 2 ** 3 / 4.0; const int n = 2; qubit[n] q;"
            " rx(-a + sqrt(4.0) * 3e-1 - .5) q[n - 1]; // a comment\n /* another */",
            "qubit[2] q; rx(-1.9) q[1];",
        ),
        ("qubit q; rx(sin(0.5) + arctan(1.0)) q;", "qubit q; rx(1.264823702001651) q;"),
    ],
)
def test_ways_to_say_the_same(body, same):
    one, other = read_qasm3(program(body)), read_qasm3(program(same))
    assert one.n_wires == other.n_wires
    assert distance(matrix_of(one), matrix_of(other)) < 1e-12


@pytest.mark.parametrize(
    ("body", "measured"),
    [
        ("qubit[3] q; bit[3] c; c = measure q;", (0, 1, 2)),
        ("qubit[3] q; bit c = measure q[2];", (2,)),
        ("qubit[3] q; creg c[2]; measure q[1] -> c[0]; c[1] = measure q[0];", (0, 1)),
        ("qubit[3] q; reset q; h q;", ()),
    ],
)
def test_measurements_at_the_end(body, measured):
    assert read_qasm3(program(body)).measured == measured


@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        ("qubit[2] q;\nrx(0.3 q[0];", 4, "`,` is expected, but here is `q`"),
        ("qubit[2] q;\nrx(0.3) q[2];", 4, "`q` has 2 entries, from 0 to 1"),
        ("qubit[2] q;\nrx(0.3) r[0];", 4, "no qubit `r`"),
        ("qubit[2] q;\nrx(thta) q[0];", 4, "no number or function `thta`"),
        ("input float theta;\nqubit q;\nrx(thta) q;", 5, "Did you mean `theta`?"),
        ("qubit[2] q;\ncz q[0];", 4, "`cz` takes 2 qubits besides controls, but it is given 1"),
        ("qubit[2] q;\nrx q[0];", 4, "`rx` takes 1 parameters, but it is given 0"),
        ("qubit[2] q;\ncx q[1], q[1];", 4, "the same qubit twice"),
        ("qubit[2] q; qubit[3] r;\ncx q, r;", 4, "registers of different sizes"),
        ("qubit[2] q;\nfoo q[0];", 4, "there is no gate `foo`"),
        ("qubit q;\nbit c;\nc = measure q;\nh q;", 6, "goes on with qubit 0"),
        ("qubit q;\nh q;\n\nreset q;", 6, "resets qubit 0"),
        ("qubit q; bit c;\nif (c == 1) { x q; }", 4, "`if` is not read here"),
        ("def f(int a) {}", 3, "`def` is not read here"),
        ("input int n;", 3, "an input of a layer is a `float` or an `angle`"),
        ("qubit q;\nrx(1/2) q;", 4, r"gives 0. Write `1.0/2`"),
        ("qubit q;\nrx(1.0/0) q;", 4, "no real number"),
        ("qubit q;\nrx(log(-1.0)) q;", 4, "no real number"),
        ("qubit q;\npow(0.5) @ x q;", 4, "a whole number is expected"),
        ("qubit q;\nqubit q;", 4, "`q` is declared twice"),
        ("gate x a { }", 3, "there is a gate `x` already"),
        ('include "other.inc";', 3, "no files are read"),
        ("qubit[0] q;", 3, "a size is from 1 to 10000, not 0"),
        ("qubit[2**40] q;", 3, "a size is from 1 to 10000"),
        ("qubit q;\nctrl(0) @ x q;", 4, "at least 1 control, not 0"),
        ("qubit q;\npow(2000000) @ x q;", 4, "stands for 2,000,000 gates"),
        ("qubit q;\nrx(9 ** 9 ** 9) q;", 4, "no real number"),
        (f"qubit q;\nrx({'(' * 3000}1{')' * 3000}) q;", 4, "nested too deeply"),
        ("qubit q;\nx q", 4, "here is the end of the text"),
        ("qubit q; §", 3, "the character `§`"),
    ],
)
def test_mistakes_name_their_line(body, line, message):
    with pytest.raises(CircuitError, match=message) as caught:
        read_qasm3(program(body))
    assert caught.value.line == line
    assert str(caught.value).startswith(f"Line {line}: ")


def test_gates_that_were_not_included():
    with pytest.raises(CircuitError, match='needs `include "stdgates') as caught:
        from_text("OPENQASM 3;\nqubit q;\nh q;")
    assert caught.value.line == 3


def test_mistakes_in_version_2():
    head = '// one\nOPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[2];\n'
    with pytest.raises(CircuitError, match=r"Line 5: OpenQASM 2: needed '\)'"):
        from_text(f"{head}rx(0.3 q[0];")
    with pytest.raises(CircuitError, match="`oracle`, which has neither"):
        from_text(f"{head}opaque oracle a; oracle q[0];")


@pytest.mark.parametrize("text", ["", "qubit q;", "circuit.qasm", "OPENQASM 4.0;"])
def test_texts_of_no_known_version(text):
    with pytest.raises(ValueError, match="begin with `OPENQASM 2"):
        from_text(text)
