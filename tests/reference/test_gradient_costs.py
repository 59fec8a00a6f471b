"""What gradients take in circuits, by published rules.

The 2P circuits of the two-term rule: Mitarai et al., arXiv:1803.00745. That nothing scales as
backpropagation does from single copies: Abbas et al., NeurIPS 2023, arXiv:2305.13362. Gradients of
circuits themselves are in test_published.py.
"""

import pennylane as qml
import pytest

import qaimagic


def test_a_billion_parameters_take_23_days_at_a_millisecond():
    costs = qaimagic.gradient_costs(1e9, seconds_per_circuit=1e-3)
    shift = costs.of("parameter-shift")
    assert shift.evaluations == pytest.approx(2e9, rel=1e-9)
    assert shift.days == pytest.approx(23.148148148148145, rel=1e-9)
    assert costs.of("backprop").evaluations < 5


@pytest.mark.parametrize("n", [3, 12, 60])
def test_two_circuits_for_each_parameter(n):
    @qaimagic.quantum
    def layer(theta: (n,)):
        for wire, angle in enumerate(theta):
            qml.RX(angle, wires=wire % 3)
        return qml.expval(qml.Z(0) @ qml.Z(1))

    assert qaimagic.gradients.circuits(layer) == 2 * n
    found = qaimagic.compare_estimators(
        layer, methods=["parameter-shift"], repeats=2, total_shots=4 * n
    )
    assert found.points[0].circuits == 2 * n
    assert found.modelled("parameter-shift", "circuits", 1e9) == 2e9
