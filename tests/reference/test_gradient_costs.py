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


GRADIENTS = [
    (
        [0.37454012, 0.95071431, 0.73199394, 0.59865848, 0.15601864, 0.15599452],
        [-0.06518877, -0.02728919, 0.0, -0.09339346, -0.76106754, 0.0],
    ),
    (
        [
            0.7286407160000131,
            0.604431298517586,
            0.5966297756635066,
            0.3361356009032367,
            0.1633339827097956,
            0.2086455467304198,
        ],
        [-0.0293733, -0.08410477, 0.0, -0.09423404, -0.59528383, 0.0],
    ),
]


@pytest.mark.parametrize("method", ["parameter-shift", "hadamard", "backprop", "adjoint"])
@pytest.mark.parametrize(("start", "expected"), GRADIENTS)
def test_rules_give_the_published_gradient(method, start, expected):
    """XanaduAI/QHack2022, Coding_Challenges/pennylane101_400_FiniteDifferenceGradient_template."""

    @qaimagic.quantum
    def layer(theta: (6,)):
        for first in (0, 3):
            qml.RX(theta[first], wires=0)
            qml.RY(theta[first + 1], wires=1)
            qml.RZ(theta[first + 2], wires=2)
            for pair in ([0, 1], [1, 2], [2, 0]):
                qml.CNOT(pair)
        return qml.expval(qml.Y(0) @ qml.Z(2))

    import torch

    with torch.no_grad():
        layer.theta.copy_(torch.tensor(start))
    found = qaimagic.gradients.estimate(layer, method=method).jacobians["theta"].flatten()
    assert found.tolist() == pytest.approx(expected, abs=1e-6)
