"""Costs in gates on two wires: what is alike is taken apart once, and counted as if it were not."""

import pennylane as qml
import pytest
from pennylane.tape import QuantumScript

from qaimagic.bridge.depth import longest_chain, two_qubit_costs, two_qubit_depth, two_qubit_gates

TOFFOLIS = [
    qml.MultiControlledX([0, 1, 2, 3], control_values=[0, 1, 0]),
    qml.MultiControlledX([3, 2, 4, 0]),
    qml.MultiControlledX([2, 1, 0], control_values=[0, 0]),
    qml.MultiControlledX([5, 1, 2, 3], work_wires=[7]),
    qml.MultiControlledX([1, 2, 3, 4], control_values=[1, 0, 0]),
]


def small_gates(gates):
    [tape], _ = qml.devices.preprocess.decompose(
        QuantumScript(gates), stopping_condition=lambda gate: len(gate.wires) <= 2
    )
    return [gate.wires for gate in tape.operations if len(gate.wires) > 1]


@pytest.mark.parametrize("count", range(1, 6))
def test_controlled_flips_cost_what_each_of_them_is_made_of(count):
    parts = small_gates(TOFFOLIS[:count])
    assert two_qubit_costs(QuantumScript(TOFFOLIS[:count])) == (len(parts), longest_chain(parts))


def test_a_gate_that_repeats_counts_each_time():
    swap = qml.CSWAP([0, 1, 2])
    once, twice = QuantumScript([swap]), QuantumScript([swap, qml.S(0), swap])
    assert two_qubit_gates(twice) == 2 * two_qubit_gates(once)
    assert two_qubit_depth(twice) <= 2 * two_qubit_depth(once)


def test_barriers_and_gates_on_one_wire_cost_nothing():
    tape = QuantumScript([qml.H(0), qml.Barrier([0, 1, 2]), qml.CZ([0, 1]), qml.CZ([1, 2])])
    assert two_qubit_costs(tape) == (2, 2)
