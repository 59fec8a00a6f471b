"""``anneal``: known optima, what it says, and what it refuses."""

import dataclasses
import itertools
import subprocess
import sys

import dimod
import networkx as nx
import numpy as np
import pytest

import qaimagic
from qaimagic import anneal, bits, problems, spins
from qaimagic.devices import annealers
from qaimagic.devices.annealers.leap import LeapAnnealer
from qaimagic.errors import DeviceError


def cut(graph):
    s = spins(graph.nodes)
    return s, sum(graph[u][v].get("weight", 1) * s[u] * s[v] for u, v in graph.edges)


def largest_cut(graph, labels):
    weight = dict(graph.edges)
    return max(
        sum(weight[u, v].get("weight", 1) for u, v in graph.edges if (u in side) != (v in side))
        for size in range(len(labels) + 1)
        for side in map(set, itertools.combinations(labels, size))
    )


def weighted():
    graph = nx.Graph()
    graph.add_weighted_edges_from([(0, 1, 2.5), (1, 2, 1.0), (0, 2, 1.0), (2, 3, -3.0)])
    return graph


GRAPHS = {
    "ring": nx.cycle_graph(5),
    "Petersen": nx.petersen_graph(),
    "weighted": weighted(),
    "two parts": nx.disjoint_union(nx.complete_graph(3), nx.complete_graph(4)),
}


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("device", ["anneal:simulated", "anneal:path-integral", "anneal:exact"])
def test_a_largest_cut(name, device):
    graph = GRAPHS[name]
    s, energy = cut(graph)
    answer = anneal(energy, device=device, reads=30, seed=1)
    sides = answer.value_of(s)
    found = sum(graph[u][v].get("weight", 1) for u, v in graph.edges if sides[u] != sides[v])
    assert found == pytest.approx(largest_cut(graph, list(graph)))
    assert answer.energy == pytest.approx(answer.ground_energy)
    assert answer.is_ground


@pytest.mark.parametrize(
    "device", [name for name in annealers.names() if name.startswith("anneal:")]
)
def test_terms_of_third_order_and_mixed_variables(device):
    s, x = spins(3), bits(2)
    energy = s[0] * s[1] * s[2] + 2 * x[0] * x[1] * s[0] - x[0] - x[1]
    answer = anneal(energy, device=device, reads=50, seed=0)
    by_hand = min(
        a * b * c + 2 * d * e * a - d - e
        for a, b, c in itertools.product((1, -1), repeat=3)
        for d, e in itertools.product((0, 1), repeat=2)
    )
    assert answer.energy == answer.ground_energy == by_hand
    assert answer.value_of(energy) == by_hand
    assert set(answer.value_of(s)) <= {1, -1}
    assert set(answer.value_of(x)) <= {0, 1}
    if device != "anneal:exact":
        assert "auxiliary bit" in repr(answer)


def test_exactly_one_in_each_row_and_column():
    x = bits((3, 3))
    energy = ((x.sum(axis=0) - 1) ** 2).sum() + ((x.sum(axis=1) - 1) ** 2).sum()
    answer = anneal(energy)
    grid = answer.value_of(x)
    assert answer.energy == 0
    assert grid.shape == (3, 3)
    assert (grid.sum(axis=0) == 1).all()
    assert (grid.sum(axis=1) == 1).all()


def test_counts_and_states_are_the_samples():
    (x,) = bits(1)
    answer = anneal(x, device="anneal:gibbs", reads=2000, seed=3)
    assert answer.states.tolist() == [[0], [1]]
    assert answer.counts.sum() == answer.reads == 2000
    assert answer.counts[1] / 2000 == pytest.approx(np.exp(-1) / (1 + np.exp(-1)), abs=0.03)
    assert answer.found == answer.counts[0]
    assert answer.best == {"x[0]": 0}


def test_enumeration_gives_the_lowest_states_whatever_their_order():
    x = bits(5)
    energy = sum((i + 1) * x[i] for i in range(5)) - 4 * x[0] * x[1] * x[2] * x[3]
    answer = anneal(energy, device="anneal:exact", reads=6)
    assert answer.energies.tolist() == [0, 1, 2, 3, 3, 4]
    assert answer.notes == ()
    assert "by enumeration" in repr(answer)


def test_models_and_qubos_keep_their_labels():
    bqm = dimod.BinaryQuadraticModel({"a": 1.0}, {"ab": -2.0}, 0.0, "SPIN")
    assert anneal(bqm).best == {"a": -1, "b": -1}
    assert anneal({(3, 3): -1, (3, 4): 2}).best == {3: 1, 4: 0}
    assert anneal(np.array([[-1.0, 4.0], [0.0, -2.0]])).best == {"x[0]": 0, "x[1]": 1}


def test_a_sampler_of_dimods_own_is_a_device():
    s = spins(3)
    answer = anneal(s[0] * s[1] + s[2], device=dimod.RandomSampler(), reads=40)
    assert answer.device == "RandomSampler"
    assert answer.reads == 40
    exact = anneal(s[0] * s[1] + s[2], device=dimod.ExactSolver())
    assert exact.energy == exact.ground_energy == -2


def test_chain_breaks_are_said():
    from dwave.system.testing import MockDWaveSampler

    machine = MockDWaveSampler(
        topology_type="pegasus", topology_shape=[2], parameter_warnings=False
    )
    s = spins(5)
    energy = sum(s[i] * s[j] for i in range(5) for j in range(i))
    answer = anneal(energy, device=LeapAnnealer(machine=machine), reads=10)
    assert answer.energy == answer.ground_energy == -2
    assert answer.chain_breaks is not None
    assert "% of the chains of qubits broke." in repr(answer)


def test_a_seed_decides_the_answer():
    energy = cut(nx.petersen_graph())[1]
    first, again = (anneal(energy, device="anneal:gibbs", seed=4) for _ in range(2))
    assert (first.states == again.states).all()
    assert (first.counts == again.counts).all()


def test_nodes_without_edges_are_free():
    graph = nx.Graph([(0, 1)])
    graph.add_node("alone")
    s, energy = cut(graph)
    answer = anneal(energy)
    assert answer.value_of(s)["alone"] == 1
    assert len(answer.labels) == 2


def test_many_variables_are_not_enumerated():
    s = spins(25)
    answer = anneal(sum(s[i] * s[i + 1] for i in range(24)), reads=20)
    assert answer.ground_energy is None
    assert answer.is_ground is None
    assert answer.energy == -24
    assert "exact" not in repr(answer)


def test_a_frame_has_the_users_names():
    pytest.importorskip("pandas")
    x = bits(["a", "b"])
    frame = anneal(x["a"] - x["b"], device="anneal:exact").to_frame()
    assert list(frame.columns) == ["x['a']", "x['b']", "energy", "count"]
    assert frame["energy"].tolist() == [-1, 0, 0, 1]


def test_values_in_any_state():
    x = bits(2)
    answer = anneal(x[0] + 2 * x[1], device="anneal:exact")
    assert [answer.value_of(x, rank).tolist() for rank in range(4)] == [
        [0, 0], [1, 0], [0, 1], [1, 1]
    ]  # fmt: skip
    assert answer.value_of(0.5 * x[0] + 1.25, 1) == 1.75
    with pytest.raises(ValueError, match="it is 4, and 4 states were found"):
        answer.value_of(x, 4)
    with pytest.raises(TypeError, match="must be spins, bits, or an energy"):
        answer.value_of("x")


def test_what_is_refused():
    s = spins(30)
    chain = sum(s[i] * s[i + 1] for i in range(29))
    with pytest.raises(DeviceError, match="at most 24 variables, but there are 30"):
        anneal(chain, device="anneal:exact")
    with pytest.raises(DeviceError, match="Did you mean `anneal:tabu`"):
        anneal(chain, device="anneal:tab")
    with pytest.raises(ValueError, match="`reads` must be at least 1"):
        anneal(chain, reads=0)
    with pytest.raises(TypeError, match="`seed` must be a whole number"):
        anneal(chain, seed=None)
    with pytest.raises(ValueError, match="A sum over nothing"):
        anneal(cut(nx.empty_graph(3))[1])


@pytest.mark.parametrize("package", ["dimod", "dwave.samplers"])
def test_a_missing_package_is_named(package):
    script = (
        f"import sys; sys.modules[{package!r}] = None\nimport qaimagic\n"
        "from qaimagic.errors import MissingExtraError\n"
        "for device in ('anneal:simulated', 'anneal:exact'):\n"
        "    try:\n        qaimagic.anneal(qaimagic.spins(2)[0], device=device)\n"
        "    except MissingExtraError as error:\n        print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    told = 'Annealing needs the extra `anneal`: pip install "qaimagic[anneal]"'
    assert done.stdout.splitlines() == [told] * 2


def test_variables_need_neither_torch_nor_dimod():
    script = (
        "import sys, qaimagic\nqaimagic.spins(3); qaimagic.anneal\n"
        "print({'torch', 'pennylane', 'dimod', 'dwave'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"


def test_the_picture_has_words_and_data():
    answer = anneal(cut(nx.petersen_graph())[1])
    bundle = answer._repr_mimebundle_()
    assert bundle["text/plain"] == repr(answer) == answer.plot().text
    assert bundle["text/plain"].startswith("Lowest energy -9 in 100 of 100 reads on anneal:simul")
    assert "<desc>energy: -9 in 100 reads; exact ground energy -9</desc>" in bundle["text/html"]
    assert "s[0]" in bundle["text/html"]
    assert qaimagic.anneal is anneal


def test_labels_are_escaped():
    x = bits(["<script>", "b"])
    html = anneal(x["<script>"] + x["b"]).plot().html()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_temperature_is_told_with_its_error_or_its_bound():
    s = spins(4)
    ring = sum(s[i] * s[i - 1] for i in range(4))
    warm = anneal(ring, device="anneal:gibbs", reads=500)
    assert f"has their mean energy at T = {warm.temperature}." in repr(warm)
    assert warm.temperature.value == pytest.approx(1, abs=5 * warm.temperature.standard_error)
    cold = anneal(ring)
    assert f"Every read is a ground state: T is {cold.temperature}." in repr(cold)
    shares = [cold.levels.shares(factor * cold.temperature.at_most)[0] for factor in (0.99, 1.01)]
    assert shares[0] ** 100 > 0.05 > shares[1] ** 100
    assert anneal(ring, device="anneal:exact").temperature is None
    everything = anneal(ring, device=dimod.ExactSolver())
    assert everything.temperature.value == np.inf
    assert "no lower than states drawn by chance" in repr(everything)


def test_beside_the_bars_stands_the_distribution_and_below_the_graph():
    answer = anneal(cut(nx.petersen_graph())[1], device="anneal:gibbs", reads=500)
    html = answer.plot().html()
    assert f"exact Boltzmann, T = {answer.temperature}" in html
    assert "3 of 15 couplings violated" in html
    assert "standard error" in html
    alone = anneal(spins(1)[0], device="anneal:gibbs")
    assert alone.plot().html().count("<svg") == 1


def test_longer_products_are_said_not_to_be_drawn():
    s = spins(3)
    html = anneal(s[0] * s[1] * s[2] + s[0] * s[1]).plot().html()
    assert "1 product of three variables and more is not drawn." in html


def test_a_neighbour_of_the_ground_state_is_no_ground_state_among_large_numbers():
    numbers = [10**7 + 7, 10**7 + 9, 2 * 10**7 + 15, 3, 4]
    exact = anneal(problems.number_partition(numbers), device="anneal:exact", reads=32)
    assert exact.value == 0
    apart = np.flatnonzero(exact.energies == 4)
    one = dataclasses.replace(
        exact,
        device="some sampler",
        states=exact.states[apart],
        energies=exact.energies[apart],
        counts=np.ones(len(apart)),
    )
    assert one.value == 2
    assert not one.is_ground
    assert one.temperature.value > 0
    assert "Every read is a ground state" not in repr(one)
    assert exact.found == 2
