"""Ground energies that others published, by ``vqe`` and ``adapt_vqe``; each test has its source."""

from __future__ import annotations

import pennylane as qml
import pytest

import qaimagic


@pytest.mark.parametrize(
    ("h", "expected"),
    [
        (1.0, -5.226251859505506),
        (2.3, -9.66382463698038),
        (0.5, -4.271558410139714),
        (1.5, -6.760008550556145),
    ],
)
def test_ring_in_a_transverse_field(h, expected):
    """QHack 2023 coding challenges, fall_of_sqynet_500, ising_uprising; 4 spins, energies exact."""
    bonds = [qml.Z(i) @ qml.Z((i + 1) % 4) for i in range(4)]
    ring = qml.dot([-1.0] * 4 + [-h] * 4, bonds + [qml.X(i) for i in range(4)])
    result = qaimagic.vqe(ring, live=False)
    assert result.energy == pytest.approx(expected, abs=1e-6)
    assert result.exact_energy == pytest.approx(expected, abs=1e-9)


def test_hydrogen():
    """PennyLane's demo "A brief overview of VQE" (pennylane.ai/qml/demos/tutorial_vqe).

    Full configuration interaction in STO-3G, atoms at +- 0.66140414 bohr.
    """
    places = qml.numpy.array([[0.0, 0.0, -0.66140414], [0.0, 0.0, 0.66140414]])
    operator, _ = qml.qchem.molecular_hamiltonian(["H", "H"], places)
    for result in (
        qaimagic.vqe(operator, electrons=2, live=False),
        qaimagic.adapt_vqe(operator, electrons=2),
        qaimagic.vqe(operator, live=False),
    ):
        assert result.energy == pytest.approx(-1.136189454088, abs=1e-6)
        assert result.exact_energy == pytest.approx(-1.136189454088, abs=1e-7)


def test_three_hydrogen_atoms():
    """PennyLane's documentation of ``AdaptiveOptimizer``: the trihydrogen cation by ADAPT-VQE.

    Its first gate and slope, and the energy after it; its angles are then kept, ours trained on.
    """
    places = qml.numpy.array(
        [
            [0.01076341, 0.04449877, 0.0],
            [0.98729513, 1.63059094, 0.0],
            [1.87262415, -0.00815842, 0.0],
        ]
    )
    operator, _ = qml.qchem.molecular_hamiltonian(["H"] * 3, places, charge=1)
    result = qaimagic.adapt_vqe(operator, electrons=2)
    start, first, second = result.operators
    assert start.energy == pytest.approx(-1.2465499384199699, abs=1e-6)
    assert first.operator == "DoubleExcitation(0, 1, 4, 5)"
    assert abs(first.gradient) == pytest.approx(0.1439987277673651, abs=1e-6)
    assert first.energy == pytest.approx(-1.2613740231522532, abs=1e-5)
    assert second.operator == "DoubleExcitation(0, 1, 2, 3)"
    assert result.energy == pytest.approx(-1.2743971719772815, abs=1e-4)
    assert result.error == pytest.approx(0.0, abs=1e-6)
