"""Published values of QAOA, with default options; each test names its source."""

from __future__ import annotations

import math

import networkx as nx
import pytest

from qaimagic import qaoa
from tests.subroutines.qaoa.dense import cut


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("p", [1, 2, 3])
def test_the_ring_of_disagrees(p, seed):
    """Farhi, Goldstone, Gutmann, arXiv:1411.4028: (2p + 1) / (2p + 2) of the edges are cut."""
    answer = qaoa(cut(nx.cycle_graph(8)), p, seed=seed, live=False)
    assert -answer.expectation / 8 == pytest.approx((2 * p + 1) / (2 * p + 2), abs=1e-6)
    assert answer.approximation_ratio == pytest.approx((2 * p + 1) / (2 * p + 2), abs=1e-6)


def test_fixed_angles_on_a_triangle_free_regular_graph():
    """Farhi, Goldstone, Gutmann, arXiv:1411.4028: 1/2 + 1/(3 sqrt 3) of the edges are cut.

    The angles are those for a cost that is maximised; the energy is minus that cost.
    """
    angles = ([-math.atan(1 / math.sqrt(2))], [math.pi / 8])
    answer = qaoa(cut(nx.petersen_graph()), initial=angles, steps=0)
    assert -answer.expectation == pytest.approx(10.386751345948, abs=1e-9)
    assert -answer.expectation == pytest.approx(15 * (1 / 2 + 1 / (3 * math.sqrt(3))), abs=1e-9)
    assert answer.reach.lowest == -12
    trained = qaoa(cut(nx.petersen_graph()), live=False)
    assert trained.expectation == pytest.approx(answer.expectation, abs=1e-6)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(("p", "expected"), [(1, 4.1100688845), (2, 4.6234297613)])
def test_the_maximum_cut_of_d_wave(p, expected, seed):
    """D-Wave, dwave-examples/maximum-cut, README.md (graph and QUBO)."""
    graph = nx.Graph([(0, 1), (0, 2), (1, 3), (2, 3), (2, 4), (3, 4)])
    qubo = {(v, v): -graph.degree[v] for v in graph} | dict.fromkeys(graph.edges, 2)
    for problem in (cut(graph), qubo):
        answer = qaoa(problem, p, seed=seed, live=False)
        assert -answer.expectation == pytest.approx(expected, abs=1e-6)
        assert answer.reach.lowest == answer.samples.energy == -5
        assert answer.reach.is_ground.sum() == 4
