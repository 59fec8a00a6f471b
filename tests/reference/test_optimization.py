"""Optima that others published, through the public API; each test names its source."""

from __future__ import annotations

import itertools

import networkx as nx
import pytest

from qaimagic import anneal, problems

DEVICES = ["anneal:exact", "anneal:simulated", "anneal:tabu", "anneal:descent"]
MAXIMUM_CUT = [(1, 2), (1, 3), (2, 4), (3, 4), (3, 5), (4, 5)]
DISKS = [
    (
        [
            (4.676495520782796, 2.611816925831103),
            (2.1112909562162763, 6.054858463854695),
            (1.5485936307414583, 5.222428162220638),
            (7.361431893916296, 4.552144597036618),
            (6.832710422152228, 9.630745026546073),
            (5.513534564521993, 7.387891596606659),
        ],
        -1.0,
    ),
    (
        [
            (1.971141343837512, 1.1991102459020841),
            (1.3175151958757692, 3.7875893202521675),
            (1.7743411711379486, 3.0946479758878165),
            (0.19884568690295978, 2.389909455806816),
            (1.2411294078770752, 3.2889545392433455),
            (4.077451769506551, 0.5826862970005925),
        ],
        -0.66667,
    ),
]


@pytest.mark.parametrize("device", DEVICES)
def test_dwaves_maximum_cut(device):
    """D-Wave, dwave-examples/maximum-cut, README.md: the graph, its QUBO, and its largest cut."""
    answer = anneal(problems.maxcut(MAXIMUM_CUT), device=device, reads=32)
    assert answer.value == 5
    assert answer.energy == -5
    one, other = answer.solution
    assert sum((u in one) != (v in one) for u, v in MAXIMUM_CUT) == 5
    assert one | other == {1, 2, 3, 4, 5}
    Q = {(i, i): q for i, q in zip(range(1, 6), (-2, -2, -3, -3, -2), strict=True)}
    qubo = anneal(Q | dict.fromkeys(MAXIMUM_CUT, 2), device=device, reads=32)
    assert qubo.energy == -5


def test_it_has_four_optima():
    answer = anneal(problems.maxcut(MAXIMUM_CUT), device="anneal:exact", reads=32)
    assert answer.found == 4


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize(("places", "density"), DISKS)
def test_independent_sets_of_unit_disks(device, places, density):
    """Xanadu, QHack 2022 coding challenges, qml_500_UDMIS_template: energy per node at 1.35."""
    graph = nx.random_geometric_graph(6, 1.0, pos=dict(enumerate(places)))
    problem = problems.max_independent_set(graph, penalty=1.35)
    answer = anneal(problem, device=device, reads=50)
    assert answer.energy / 6 == pytest.approx(density, abs=1e-4)
    assert answer.is_feasible
    assert answer.value == len(answer.solution) == -answer.energy


@pytest.mark.parametrize("device", DEVICES)
def test_the_largest_cut_of_petersens_graph(device):
    """Bondy, Locke, J. Graph Theory 10 (1986) 477: cubic graphs without triangles have cuts of
    4/5 of their edges, and Petersen's has no larger one."""
    answer = anneal(problems.maxcut(nx.petersen_graph()), device=device)
    assert answer.value == 12
    assert answer.value == max(
        sum((u in side) != (v in side) for u, v in nx.petersen_graph().edges)
        for size in range(6)
        for side in map(set, itertools.combinations(range(10), size))
    )
