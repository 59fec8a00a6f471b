"""Goemans and Williamson: bound, exact and found in this order, and the ratio that they promise."""

import dimod
import networkx as nx
import numpy as np
import pytest

from qaimagic import anneal, problems
from qaimagic.devices import annealers
from qaimagic.errors import DeviceError
from tests.devices.annealers.models import random_ising

NAME = "anneal:goemans-williamson"
RATIO = 0.87856


@pytest.mark.parametrize(
    ("graph", "largest"),
    [
        (nx.cycle_graph(5), 5 * (5 + np.sqrt(5)) / 8),
        (nx.petersen_graph(), 12.5),
        (nx.complete_graph(3), 9 / 4),
        (nx.complete_bipartite_graph(3, 4), 12),
    ],
)
def test_bounds_on_cuts_that_are_known_in_closed_form(graph, largest):
    """Vertex-transitive graphs: n/4 times the Laplacian's largest eigenvalue; bipartite: all."""
    answer = anneal(problems.maxcut(graph), device=NAME)
    assert -answer.bound == pytest.approx(largest, rel=2e-4)
    assert -answer.bound >= largest - 1e-12


@pytest.mark.parametrize("seed", range(6))
def test_bound_exact_found_stand_in_this_order(seed):
    for bqm in (random_ising(8, seed=seed), random_ising(8, seed=seed).change_vartype("BINARY")):
        found = annealers.get(NAME).sample(bqm, num_reads=30, seed=seed)
        exact = annealers.get("anneal:exact").sample(bqm).first.energy
        assert found.info["bound"] <= exact + 1e-12 <= found.first.energy + 2e-12
        assert found.info["bound"] == pytest.approx(exact, rel=0.2)
        assert bqm.energies(found) == pytest.approx(found.record.energy)


@pytest.mark.parametrize("seed", range(6))
def test_the_mean_cut_is_what_goemans_and_williamson_promise(seed):
    rng = np.random.default_rng(seed)
    graph = nx.gnp_random_graph(12, 0.5, seed=seed)
    for u, v in graph.edges:
        graph[u][v]["weight"] = float(rng.exponential())
    answer = anneal(problems.maxcut(graph), device=NAME, reads=2000, seed=seed)
    cuts = answer.problem.question.value(answer.states)
    mean = cuts @ answer.counts / 2000
    spread = np.sqrt((cuts - mean) ** 2 @ answer.counts) / 2000
    assert mean + 4 * spread >= RATIO * -answer.bound * (1 - 1e-4)
    assert mean <= -answer.ground_energy


def test_fields_are_couplings_to_one_more_spin():
    bqm = dimod.BinaryQuadraticModel({"a": 1.0, "b": -2.0}, {"ab": 0.0}, 0.5, "SPIN")
    found = annealers.get(NAME).sample(bqm, num_reads=5, seed=0)
    assert (found.record.energy == -2.5).all()
    assert found.info["bound"] == pytest.approx(-2.5, rel=1e-3)


@pytest.mark.parametrize("scale", [1e-150, 1e150])
def test_units_do_not_matter(scale):
    bqm = dimod.BinaryQuadraticModel({}, {"ab": scale, "bc": scale, "ca": scale}, 0.0, "SPIN")
    found = annealers.get(NAME).sample(bqm, num_reads=20, seed=0)
    assert found.first.energy == pytest.approx(-scale)
    assert found.info["bound"] == pytest.approx(-1.5 * scale, rel=1e-3)


def test_too_many_variables_are_refused():
    bqm = dimod.BinaryQuadraticModel(dict.fromkeys(range(2001), 1.0), {}, 0.0, "SPIN")
    with pytest.raises(DeviceError, match=r"at most 2,000 variables, but there are 2,001\."):
        annealers.get(NAME).sample(bqm)
    with pytest.raises(ValueError, match="`gap` must be above 0"):
        annealers.get(NAME, gap=0)
