"""Problems as dimod's models, there and back."""

import dimod
import networkx as nx
import numpy as np
import pytest

from qaimagic import bits, problems, spins
from qaimagic.problems import to_dimod
from qaimagic.subroutines.energies.problem import read
from tests.subroutines.problems.graphs import everything, random_graph


@pytest.mark.parametrize("seed", range(5))
def test_problems_become_models_with_the_same_energies(seed):
    graph = random_graph(seed, weighted=True, negative=True)
    numbers = np.random.default_rng(seed).integers(1, 50, size=5)
    for problem in (
        problems.maxcut(graph),
        problems.max_independent_set(graph),
        problems.graph_coloring(graph, 2),
        problems.number_partition(numbers),
    ):
        model = to_dimod(problem)
        assert model.vartype is (dimod.SPIN if problem.spins[0] else dimod.BINARY)
        states, energies = everything(problem)
        assert model.energies((states, problem.labels)) == pytest.approx(energies)
        back = read(model)
        assert back.labels == problem.labels
        assert back.energies(states) == pytest.approx(energies)


@pytest.mark.parametrize("seed", range(5))
def test_independent_sets_are_dimods_own(seed):
    graph = random_graph(seed)
    theirs = dimod.generators.maximum_independent_set(graph.edges, graph.nodes)
    assert to_dimod(problems.max_independent_set(graph)).is_almost_equal(theirs)


@pytest.mark.parametrize("make", [spins, bits])
def test_longer_products_become_polynomials(make):
    v = make(4)
    problem = read(2 * v[0] * v[1] * v[2] - v[1] * v[3] + 0.5 + v[0])
    model = to_dimod(problem)
    assert isinstance(model, dimod.BinaryPolynomial)
    states, energies = everything(problem)
    assert model.energies((states, list(problem.labels))) == pytest.approx(energies)
    back = read(model)
    assert back.labels == problem.labels
    assert {term: c for term, c in back.terms.items() if c} == problem.terms


@pytest.mark.parametrize("make", [spins, bits])
def test_or_quadratic_ones_with_auxiliary_bits(make):
    v = make(4)
    problem = read(2 * v[0] * v[1] * v[2] - 3 * v[1] * v[2] * v[3] + v[0])
    model = to_dimod(problem, quadratic=True)
    auxiliary = [label for label in model.variables if label not in problem.labels]
    assert auxiliary
    assert set(auxiliary) <= {f"p[{i}]" for i in range(9)}
    found = dimod.ExactSolver().sample(model)
    order = [list(found.variables).index(label) for label in problem.labels]
    rows = found.record.sample[:, order]
    values = 1 - 2 * rows if make is spins else rows
    states, energies = everything(problem)
    for state, energy in zip(states, energies, strict=True):
        is_it = (values == state).all(axis=1)
        assert found.record.energy[is_it].min() == pytest.approx(energy)


def test_spins_among_bits_stand_as_bits():
    s, x = spins(1), bits(2)
    for energy in (s[0] * x[0] - x[1], s[0] * x[0] * x[1] - x[1]):
        problem = read(energy)
        model = to_dimod(problem)
        assert model.vartype is dimod.BINARY
        states, energies = everything(problem)
        rows = np.where(problem.spins, (1 - states) // 2, states)
        assert model.energies((rows, list(problem.labels))) == pytest.approx(energies)


def test_names_of_auxiliary_bits_are_nobody_elses():
    x = dimod.BinaryPolynomial({("p[0]", "b", "c"): 1.0}, "BINARY")
    labels = list(to_dimod(x, quadratic=True).variables)
    assert len(labels) == len(set(labels)) == 4
    assert "pp[0]" in labels


def test_variables_without_a_term_are_there():
    graph = nx.empty_graph(["a", "b"])
    assert list(to_dimod(problems.maxcut(graph)).variables) == ["a", "b"]


def test_what_is_no_problem_is_refused():
    with pytest.raises(TypeError, match="must be an energy of spins and bits"):
        to_dimod("x")
    with pytest.raises(ValueError, match="must depend on a spin or a bit"):
        to_dimod(0)
