"""The sample explorer's traits: what the front end is told, and what may be set."""

import json

import networkx as nx
import numpy as np
import pytest
import traitlets

from qaimagic import anneal, spins
from qaimagic.subroutines.anneal.picture import picture_of
from qaimagic.widgets.landscape import LandscapeView
from qaimagic.widgets.sampler import MOST_STATES, SampleExplorer


def ring(n, **settings):
    s = spins(n)
    return anneal(sum(s[i] * s[(i + 1) % n] for i in range(n)), **settings)


@pytest.fixture
def answer():
    return ring(5, device="anneal:gibbs", reads=300)


@pytest.fixture
def explorer(answer):
    made = SampleExplorer(picture_of(answer)[0])
    yield made
    made.close()


def test_numbers_are_those_of_the_samples(answer, explorer):
    assert np.frombuffer(explorer.energies).tolist() == answer.energies.tolist()
    assert np.frombuffer(explorer.counts).tolist() == answer.counts.tolist()
    states = np.frombuffer(explorer.states, dtype=np.int8).reshape(-1, 5)
    assert (states == answer.states).all()
    bars = np.frombuffer(explorer.bars, dtype=np.int32)
    counted = np.bincount(bars, weights=answer.counts)
    assert counted.tolist() == explorer.histogram["counts"]
    expected = np.frombuffer(explorer.expected)
    assert len(expected) == len(answer.energies)
    assert 250 < sum(explorer.histogram["expected"]) <= 300


def test_the_graph_is_that_of_the_couplings(explorer):
    pairs = nx.Graph(map(tuple, explorer.graph["pairs"]))
    assert nx.is_isomorphic(pairs, nx.cycle_graph(5))
    assert explorer.graph["couplings"] == [1.0] * 5
    assert explorer.labels == [f"s[{i}]" for i in range(5)]


def test_what_is_synced_is_json_without_nan(explorer):
    state = {
        name: value for name, value in explorer.get_state().items()
        if not isinstance(value, bytes | memoryview) and not name.startswith("_")
    }  # fmt: skip
    json.dumps({name: value for name, value in state.items() if name != "layout"}, allow_nan=False)


def test_a_state_is_chosen_by_its_rank(explorer):
    explorer.chosen = 3
    last = len(np.frombuffer(explorer.energies)) - 1
    for rank in (-1, last + 1):
        with pytest.raises(traitlets.TraitError, match=rf"must be from 0 to {last}, but it is"):
            explorer.chosen = rank
    with pytest.raises(traitlets.TraitError):
        explorer.chosen = "lowest"
    assert explorer.chosen == 3


def test_what_is_no_view_is_refused():
    with pytest.raises(TypeError, match="`view` must be a SampleView, but it is int"):
        SampleExplorer(3)
    with pytest.raises(TypeError, match="`drawing` must be a Heatmap, but it is int"):
        LandscapeView(3)


def test_what_was_found_cannot_be_changed(explorer):
    with pytest.raises(traitlets.TraitError, match="read-only"):
        explorer.energies = b""


def test_many_states_are_cut_to_the_lowest():
    answer = ring(12, device="anneal:exact", reads=4096)
    explorer = SampleExplorer(picture_of(answer)[0])
    energies = np.frombuffer(explorer.energies)
    assert len(energies) == MOST_STATES
    assert energies.max() <= answer.energies[MOST_STATES]
    assert explorer.lines[-1] == "The lowest 1,000 of 4,096 states can be looked at."
    explorer.close()
