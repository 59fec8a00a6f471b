"""States on graphs: places, what is violated, and how it is drawn."""

import itertools
import xml.etree.ElementTree as ElementTree

import networkx as nx
import numpy as np
import pytest

from qaimagic.drawing.curves_axes import MINUS
from qaimagic.drawing.spin_graph import SpinGraph, graph_text
from qaimagic.drawing.spin_graph_svg import spin_graph_svg
from qaimagic.drawing.spin_layout import laid_out, within_square

NS = "{http://www.w3.org/2000/svg}"


def graph_of(network, couplings=None, spins=True, labels=None):
    n, pairs = len(network), np.array(list(network.edges)).reshape(-1, 2)
    return SpinGraph(
        labels or [f"s[{i}]" for i in range(n)],
        [spins] * n,
        laid_out(n, pairs),
        pairs,
        np.ones(len(pairs)) if couplings is None else np.asarray(couplings),
        np.arange(n) % 2 * 0.5,
    )


TRIANGLE = graph_of(nx.complete_graph(3))


def test_a_triangle_against_itself_violates_one_coupling_or_all():
    counts = [TRIANGLE.violated(s).sum() for s in itertools.product((1, -1), repeat=3)]
    assert sorted(counts) == [1] * 6 + [3] * 2


def test_the_energy_is_the_lowest_bound_plus_twice_what_is_violated():
    rng = np.random.default_rng(0)
    network = nx.random_regular_graph(3, 12, seed=0)
    couplings = rng.normal(size=network.number_of_edges())
    graph = graph_of(network, couplings)
    u, v = graph.pairs.T
    for state in rng.choice([1, -1], (20, 12)):
        energy = (couplings * state[u] * state[v]).sum()
        violated = np.abs(couplings)[graph.violated(state)].sum()
        assert energy == pytest.approx(2 * violated - np.abs(couplings).sum())


@pytest.mark.parametrize(
    ("spins", "coupling", "state", "is_violated"),
    [
        ([False, False], 2.0, [1, 1], True),
        ([False, False], 2.0, [0, 0], False),
        ([False, False], -2.0, [0, 1], True),
        ([False, False], -2.0, [1, 1], False),
        ([True, False], 1.0, [-1, 1], False),
        ([True, False], 1.0, [-1, 0], True),
    ],
)
def test_bits_pay_penalties_and_miss_gains(spins, coupling, state, is_violated):
    graph = SpinGraph(
        ["a", "b"], spins, laid_out(2, [(0, 1)]), np.array([[0, 1]]), np.array([coupling]),
        np.zeros(2),
    )  # fmt: skip
    assert graph.violated(state).tolist() == [is_violated]


def test_words():
    assert graph_text(TRIANGLE, [1, 1, -1]) == (
        "3 variables, 2 of them +1 or 1; 1 of 3 couplings violated: s[0] s[1]"
    )


@pytest.mark.parametrize(
    "network",
    [
        nx.petersen_graph(),
        nx.empty_graph(1),
        nx.empty_graph(5),
        nx.disjoint_union(nx.cycle_graph(5), nx.complete_graph(4)),
        nx.random_regular_graph(3, 150, seed=1),
        nx.gnm_random_graph(150, 1400, seed=1),
    ],
)
def test_places_are_apart_within_the_square_and_the_same_every_time(network):
    places = laid_out(len(network), network.edges)
    assert (places == laid_out(len(network), network.edges)).all()
    assert ((places >= 0) & (places <= 1)).all()
    distances = np.linalg.norm(places[:, None] - places[None], axis=2)
    distances[np.diag_indices(len(network))] = 1
    assert distances.min() > 0.005


def test_own_places_keep_their_shape():
    places = within_square(np.array([[10.0, 0.0], [30.0, 0.0], [30.0, 10.0]]))
    assert places.tolist() == [[0, 0.25], [1, 0.25], [1, 0.75]]
    assert within_square(np.zeros((1, 2))).tolist() == [[0.5, 0.5]]


def test_signs_are_told_without_colour():
    graph = graph_of(nx.path_graph(3), [-1.0, 2.0])
    root = ElementTree.fromstring(spin_graph_svg(graph, [1, 1, 1], title="t"))
    lines = {
        path.find(f"{NS}title").text: path
        for path in root.iter(f"{NS}path")
        if path.find(f"{NS}title") is not None
    }
    assert list(lines) == [f"s[0] s[1]: {MINUS}1", "s[1] s[2]: 2, violated"]
    assert [line.get("stroke-dasharray") for line in lines.values()] == [None, "5 3.5"]
    signs = [text.text for text in root.iter(f"{NS}text")]
    assert signs.count("+") == 3
    assert {"likes equal", "likes opposite", "violated"} <= set(signs)


@pytest.mark.parametrize("n", [1, 2, 30, 150])
def test_drawings_are_well_formed_within_their_frame_and_in_the_pages_ink(n):
    labels = ["<b>&"] * n
    graph = graph_of(nx.cycle_graph(n) if n > 2 else nx.path_graph(n), labels=labels)
    svg = spin_graph_svg(graph, [1, -1] * (n // 2) or [1], title="<t>")
    root = ElementTree.fromstring(svg)
    width, height = (float(root.get(side)) for side in ("width", "height"))
    for circle in root.iter(f"{NS}circle"):
        x, y, r = (float(circle.get(name)) for name in ("cx", "cy", "r"))
        assert r <= x <= width - r
        assert r <= y <= height - r
    assert root.get("fill") == "currentColor"
    assert root.find(f"{NS}title").text == "<t>"
    assert "<b>" not in svg


def test_places_must_be_numbers():
    with pytest.raises(ValueError, match=r"`places` must be finite, of shape \(3, 2\)"):
        SpinGraph(
            "abc", [True] * 3, np.full((3, 2), np.nan), np.zeros((0, 2), int), np.zeros(0),
            np.zeros(3),
        )  # fmt: skip
