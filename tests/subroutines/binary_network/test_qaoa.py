"""QAOA as a trainer of weights: it needs nothing of the network but its energy."""

import pytest

from qaimagic import BinaryNetwork, compare_solvers, qaoa

XOR = ([[1, 1], [1, -1], [-1, 1], [-1, -1]], [-1, 1, 1, -1])


def test_qaoa_trains_exclusive_or():
    network = BinaryNetwork(2, 2)
    answer = qaoa(network.energy(*XOR), p=2, reads=200, live=lambda _event: None)
    assert answer.samples.energy == pytest.approx(4 / 9)
    assert network.set_weights(answer).predict(XOR[0]).tolist() == XOR[1]


def test_qaoa_stands_beside_the_others():
    """Above chance, which is 4 in 128; its circuits are counted and said to be simulated."""
    result = compare_solvers(BinaryNetwork(2, 2), *XOR, methods=["descent", "qaoa"], p=2)
    way = result["qaoa"]
    assert result.chance == 4 / 128
    assert way.success.interval[0] > result.chance
    assert len(way.losses) == 100
    assert way.circuits > 0
    assert "qaoa, simulated" in result.plot().below
    again = compare_solvers(BinaryNetwork(2, 2), *XOR, methods=["qaoa"], p=2)
    assert (again["qaoa"].losses == way.losses).all()
