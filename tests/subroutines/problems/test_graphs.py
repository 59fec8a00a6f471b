"""Graphs in all the forms in which people have them, and those that are refused."""

import networkx as nx
import numpy as np
import pytest

from qaimagic import anneal, problems
from qaimagic.subroutines.problems.graphs import read_graph

EDGES = [("a", "b", 2.0), ("b", "c", -1.5), ("c", "a", 0.5)]


def of_networkx(attribute="weight"):
    graph = nx.Graph()
    for u, v, w in EDGES:
        graph.add_edge(u, v, **{attribute: w})
    return graph


@pytest.mark.parametrize(
    "form",
    [
        EDGES,
        [list(edge) for edge in EDGES],
        iter(EDGES),
        {(u, v): w for u, v, w in EDGES},
        of_networkx(),
    ],
)
def test_weights_in_every_form(form):
    states = np.array([[1, 1, 1], [1, 1, -1], [1, -1, 1], [1, -1, -1]], dtype=np.int8)
    problem = problems.maxcut(form)
    assert problem.labels == ("a", "b", "c")
    assert problem.question.value(states) == pytest.approx([0, -1, 0.5, 2.5])
    assert problem.energies(states) == pytest.approx([0, 1, -0.5, -2.5])


def test_a_weight_of_another_name():
    graph = of_networkx("cost")
    assert anneal(problems.maxcut(graph, weight="cost")).value == 2.5
    assert anneal(problems.maxcut(graph)).value == 2
    with pytest.raises(ValueError, match="Did you mean `cost`"):
        problems.maxcut(graph, weight="cots")


def test_edges_as_an_array_have_plain_labels():
    plain = read_graph(np.array([[0, 1], [1, 2], [2, 3]]))
    assert [type(node) for node in plain.nodes] == [int] * 4
    assert plain.edges == ((0, 1), (1, 2), (2, 3))


def test_weights_of_a_graph_are_ignored_where_nothing_asks_for_them():
    graph = of_networkx()
    graph["a"]["b"]["weight"] = float("nan")
    assert anneal(problems.max_independent_set(graph)).value == 1


def test_nodes_that_are_tuples():
    graph = nx.grid_2d_graph(2, 2)
    answer = anneal(problems.maxcut(graph))
    assert answer.value == 4
    assert answer.solution == ({(0, 0), (1, 1)}, {(0, 1), (1, 0)})
    frame = answer.to_frame()
    assert list(frame.columns) == [*graph, "energy", "count", "value", "is_feasible"]


def with_weight(value):
    graph = nx.Graph()
    graph.add_edge(0, 1, weight=value)
    return graph


REFUSED = {
    "directed": (nx.DiGraph([(0, 1)]), ValueError, r"undirected.*to_undirected"),
    "multi": (nx.MultiGraph([(0, 1)]), ValueError, r"each edge once, but it is a multigraph"),
    "loop": (nx.Graph([(0, 0)]), ValueError, r"no self-loops, but 0 has one"),
    "loop in a list": ([(0, 1), (1, 1)], ValueError, r"no self-loops, but 1 has one"),
    "twice": ([(0, 1), (1, 0)], ValueError, "but 1 and 0 are joined twice"),
    "no nodes": (nx.Graph(), ValueError, "at least one node"),
    "no edges": ([], ValueError, r"at least one node.*G\.add_node"),
    "nan": (with_weight(float("nan")), ValueError, r"that of \(0, 1\) is nan"),
    "inf": ([(0, 1, float("inf"))], ValueError, r"finite weights, but that of \(0, 1\) is inf"),
    "no number": (with_weight("2"), TypeError, r"numbers as weights, but that of \(0, 1\) is '2'"),
    "none": (with_weight(None), TypeError, "is None"),
    "a rule": ([(0, 1, True)], TypeError, "is True"),
    "unhashable": ([([0], 1)], TypeError, r"keys of a dict, but one is \[0\]"),
    "text": ("ab", TypeError, "must be a networkx graph, or several edges"),
    "texts": (["ab", "bc"], TypeError, "one edge is 'ab'"),
    "number": (3, TypeError, "but it is 3"),
    "numbers": ([1, 2], TypeError, "one edge is 1"),
    "four": ([(0, 1, 2, 3)], TypeError, r"one edge is \(0, 1, 2, 3\)"),
    "adjacency": ({0: [1], 1: [0]}, TypeError, "one edge is 0"),
    "matrix": (np.ones((3, 3)), TypeError, r"shape \(3, 3\)\. `networkx\.from_numpy_array"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_graph_is_refused(case):
    graph, kind, message = REFUSED[case]
    with pytest.raises(kind, match=message):
        problems.maxcut(graph)


def test_weights_in_a_list_are_refused_where_nothing_asks_for_them():
    with pytest.raises(TypeError, match=r"without weights, but one edge is \('a', 'b', 2\.0\)"):
        problems.max_independent_set(EDGES)


def test_a_graph_is_no_energy():
    for graph in (nx.path_graph(3), nx.grid_2d_graph(1, 2)):
        with pytest.raises(TypeError, match=r"it is a graph\. `qaimagic\.problems\.maxcut"):
            anneal(graph)
