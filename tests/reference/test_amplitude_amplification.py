"""Grover's search for one of 2^n items after k rounds.

Source: the closed form sin^2((2k + 1) arcsin(2^(-n/2))), at three points.
"""

import pennylane as qml
import pytest

import qaimagic


@pytest.mark.parametrize(
    ("n", "k", "expected"),
    [(3, 2, 0.9453125), (4, 3, 0.9613189697265625), (5, 4, 0.9991823155432941)],
)
def test_grovers_search(n, k, expected):
    def guess():
        for wire in range(n):
            qml.Hadamard(wire)

    found = qaimagic.amplitude_amplification(guess, dict.fromkeys(range(n), 1))
    assert found.best == k
    assert found.successes[k] == pytest.approx(expected, abs=1e-12)
    assert found.formula[k] == pytest.approx(expected, abs=1e-12)
