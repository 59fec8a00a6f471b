"""How often a sum of two unitaries succeeds.

Source: XanaduAI/qhack_2023_coding_challenges, fall_of_sqynet_200: a U + b V on |0>, with a
preparation of two terms.
"""

import pennylane as qml
import pytest

import qaimagic

TURN = [[0.98877108, -0.14943813], [0.14943813, 0.98877108]]


@pytest.mark.parametrize(
    ("factors", "unitaries", "published"),
    [
        ([1, 3], [qml.H(0), qml.Z(0)], 0.8901650422902458),
        ([1, 2], [qml.X(0), qml.Z(0)], 0.5555555555555559),
        ([2, 1], [qml.QubitUnitary(TURN, wires=0), qml.H(0)], 0.9132602008678633),
    ],
)
def test_success_probabilities_of_sums_of_two_unitaries(factors, unitaries, published):
    encoding = qaimagic.block_encode(qml.dot(factors, unitaries), method="lcu")
    assert encoding.alpha == pytest.approx(sum(factors))
    assert encoding.success_probability([1, 0]) == pytest.approx(published, abs=1e-6)
