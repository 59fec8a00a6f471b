"""What all problems have in common: their energies tell what was asked, under any names."""

import itertools
import os
import pickle
import subprocess
import sys

import networkx as nx
import numpy as np
import pytest

import qaimagic
from qaimagic import anneal, problems
from tests.subroutines.problems.graphs import everything, random_graph, relabelled

MAKERS = {
    "cut": problems.maxcut,
    "set": problems.max_independent_set,
    "colouring": lambda graph: problems.graph_coloring(graph, 2),
}


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("seed", range(8))
def test_a_feasible_states_energy_is_its_value(name, seed):
    problem = MAKERS[name](random_graph(seed, weighted=True, negative=True))
    states, energies = everything(problem)
    question = problem.question
    feasible = question.is_feasible(states)
    sign = -1 if question.maximise else 1
    assert sign * question.value(states)[feasible] == pytest.approx(energies[feasible], abs=1e-12)
    assert problem.energies(states) == pytest.approx(energies, abs=1e-12)
    if name == "cut":
        assert feasible.all()


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("seed", range(8))
def test_new_names_and_another_order_change_no_value(name, seed):
    graph = random_graph(seed, weighted=True, negative=True)
    spectra, values = [], []
    for each in (graph, relabelled(graph, seed)):
        problem = MAKERS[name](each)
        states, energies = everything(problem)
        spectra.append(np.sort(energies))
        values.append(np.sort(problem.question.value(states)))
    assert spectra[0] == pytest.approx(spectra[1], abs=1e-12)
    assert values[0] == pytest.approx(values[1], abs=1e-12)


@pytest.mark.parametrize("name", MAKERS)
def test_every_node_stays_although_nothing_joins_it(name):
    graph = nx.Graph([("a", "b")])
    graph.add_nodes_from([("c", 3), "alone"])
    problem = MAKERS[name](graph)
    named = [label[0] if name == "colouring" else label for label in problem.labels]
    assert list(dict.fromkeys(named)) == ["a", "b", ("c", 3), "alone"]
    answer = anneal(problem, reads=20)
    assert answer.is_feasible
    assert len(answer.labels) == len(problem.labels)
    answer.plot().html()


def test_graphs_without_edges_have_answers():
    graph = nx.empty_graph(3)
    cut = anneal(problems.maxcut(graph))
    assert (cut.value, cut.energy, cut.approximation_ratio) == (0, 0, 1)
    assert repr(cut).startswith("Cut 0, the largest")
    assert anneal(problems.max_independent_set(graph)).solution == {0, 1, 2}
    colours = anneal(problems.graph_coloring(graph, 1))
    assert colours.solution == {0: 0, 1: 0, 2: 0}
    assert colours.is_feasible


@pytest.mark.parametrize("seed", range(12))
def test_the_default_penalty_keeps_ground_states_independent(seed):
    graph = random_graph(seed)
    states, energies = everything(problems.max_independent_set(graph))
    question = problems.max_independent_set(graph).question
    lowest = energies < energies.min() + 1e-9
    assert question.is_feasible(states)[lowest].all()
    by_hand = max(len(c) for c in nx.find_cliques(nx.complement(graph)))
    assert question.value(states)[lowest] == pytest.approx(by_hand)


@pytest.mark.parametrize("k", [1, 2, 3])
@pytest.mark.parametrize("seed", range(12))
def test_ground_states_are_colourings_where_there_are_any(seed, k):
    """By enumeration; with a penalty above d / k each node has one colour where there are none."""
    graph = random_graph(seed)
    graph.remove_nodes_from(list(graph)[5:])
    problem = problems.graph_coloring(graph, k)
    states, energies = everything(problem)
    exists = any(
        all(colors[i] != colors[j] for i, j in graph.edges)
        for colors in itertools.product(range(k), repeat=len(graph))
    )
    assert (energies.min() == 0) == exists
    assert problem.question.is_feasible(states).tolist() == (energies == 0).tolist()
    most = max(dict(graph.degree).values()) // k
    problem = problems.graph_coloring(graph, k, penalty=most + 0.01)
    states, energies = everything(problem)
    one_each = (states.reshape(len(states), len(graph), k).sum(axis=2) == 1).all(axis=1)
    assert one_each[energies < energies.min() + 1e-9].all()
    assert energies.min() == pytest.approx(problem.question.value(states[one_each]).min())


def test_a_penalty_too_small_is_noticed():
    graph = nx.complete_graph(3)
    loose = anneal(problems.max_independent_set(graph, penalty=0.2), device="anneal:exact")
    assert not loose.is_feasible
    assert loose.value == 3
    assert "Size 3, not feasible; lowest energy -2.4, by enumeration." in repr(loose)
    nothing = anneal(problems.graph_coloring(graph, 1, penalty=0.5), device="anneal:exact")
    assert None in nothing.solution.values()


def test_rules_are_said_for_mixers_to_keep():
    graph = nx.path_graph(3)
    assert problems.max_independent_set(graph).question.none_of == ((0, 1), (1, 2))
    question = problems.graph_coloring(graph, 2).question
    assert question.one_of == ((0, 1), (2, 3), (4, 5))
    assert question.none_of == ((0, 2), (1, 3), (2, 4), (3, 5))
    assert problems.maxcut(graph).question.one_of == ()


@pytest.mark.parametrize("k", [2, 3])
def test_colours_of_an_odd_ring(k):
    graph = nx.cycle_graph(5)
    answer = anneal(problems.graph_coloring(graph, k), reads=50, seed=2)
    assert answer.is_feasible == (k == 3)
    assert answer.value == (0 if k == 3 else 1)
    colors = answer.solution
    clashes = sum(colors[u] == colors[v] is not None for u, v in graph.edges)
    assert clashes + sum(color is None for color in colors.values()) == answer.value
    assert set(colors.values()) <= {None, *range(k)}


@pytest.mark.parametrize("seed", range(5))
def test_partitions_are_even_as_can_be(seed):
    rng = np.random.default_rng(seed)
    numbers = rng.integers(1, 1_000_000, size=9).tolist()
    answer = anneal(problems.number_partition(numbers), device="anneal:exact")
    one, other, difference = answer.solution
    assert sorted(one + other) == sorted(numbers)
    assert numbers[0] in one
    signs = 1 - 2 * ((np.arange(512)[:, None] >> np.arange(9)) & 1)
    assert abs(sum(one) - sum(other)) == difference == answer.value == abs(signs @ numbers).min()
    assert answer.energy == difference**2


def test_differences_near_to_each_other_are_told_apart():
    """Squares of large numbers: a billionth of them is many differences."""
    numbers = [1_000_003, 1_000_033, 1_000_037, 1_000_039, 1_000_081, 1_000_099]
    answer = anneal(problems.number_partition(numbers), device="anneal:exact", reads=64)
    assert len(set(answer.energies[:8])) > 1
    assert answer.found == (answer.energies == answer.energy).sum()
    tiny = anneal(problems.number_partition([3e-6, 2e-6, 2e-6]), device="anneal:exact", reads=8)
    assert tiny.value == pytest.approx(1e-6)
    assert tiny.found == 2


def test_numbers_of_any_kind():
    answer = anneal(problems.number_partition(np.array([3, 1, 1, 2, 2, 1])))
    assert answer.value == 0
    assert sum(answer.solution.one) == 5
    assert all(type(each) is int for each in answer.solution.one)
    assert anneal(problems.number_partition([-3, 3, 1.5])).value == 1.5
    assert anneal(problems.number_partition(iter([7]))).solution == ([7], [], 7)


REFUSED = {
    "text": ("123", TypeError, "must be several numbers, but it is '123'"),
    "one number": (3, TypeError, "must be several numbers, but it is 3"),
    "none": ([], ValueError, "must have at least one"),
    "rule": ([1, True], TypeError, "one is True"),
    "nan": ([1.0, float("nan")], ValueError, "must be finite, but one is nan"),
    "inf": ([1.0, float("inf")], ValueError, "must be finite, but one is inf"),
    "huge": ([1e200, 1.0], ValueError, r"overflows\. Divide them all"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_number_is_refused(case):
    numbers, kind, message = REFUSED[case]
    with pytest.raises(kind, match=message):
        problems.number_partition(numbers)


def test_penalties_and_colours_are_checked():
    graph = nx.path_graph(2)
    for penalty in (0, -1, float("nan")):
        with pytest.raises(ValueError, match="`penalty` must be"):
            problems.max_independent_set(graph, penalty=penalty)
        with pytest.raises(ValueError, match="`penalty` must be"):
            problems.graph_coloring(graph, 2, penalty=penalty)
    with pytest.raises(ValueError, match="`n_colors` must be at least 1"):
        problems.graph_coloring(graph, 0)
    with pytest.raises(TypeError, match="`n_colors` must be a whole number"):
        problems.graph_coloring(graph, 2.5)
    with pytest.raises(TypeError, match="`weight` must be the name of an attribute"):
        problems.maxcut(graph, weight=None)


@pytest.mark.parametrize("name", MAKERS)
def test_problems_travel_and_print(name):
    problem = MAKERS[name](nx.path_graph(3))
    other = pickle.loads(pickle.dumps(problem))
    states, energies = everything(problem)
    assert other.energies(states) == pytest.approx(energies)
    assert other.question.value(states).tolist() == problem.question.value(states).tolist()
    assert repr(problem).startswith(f"<{problem.question.name} of ")


def test_the_text_is_the_same_in_every_process():
    """Solutions hold sets of strings, whose order is not."""
    script = (
        "import networkx as nx, qaimagic\n"
        "graph = nx.relabel_nodes(nx.petersen_graph(), lambda i: f'node {i}')\n"
        "answer = qaimagic.anneal(qaimagic.problems.max_independent_set(graph))\n"
        "print(answer)"
    )
    environment = os.environ | {"PYTHONHASHSEED": "1"}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment
    )
    graph = nx.relabel_nodes(nx.petersen_graph(), lambda i: f"node {i}")
    here = repr(anneal(problems.max_independent_set(graph)))
    assert done.stdout.strip() == here
    assert "Size 4, the largest" in here


def test_the_door_is_lazy_and_public():
    script = (
        "import sys, qaimagic\nqaimagic.problems.maxcut([(0, 1)])\n"
        "print({'torch', 'pennylane', 'dimod', 'networkx'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"
    assert qaimagic.problems is problems
