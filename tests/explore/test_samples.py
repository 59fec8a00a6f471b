"""``samples``: exact distributions beside what was drawn, from every kind of sampler."""

import itertools
import math
import subprocess
import sys

import dimod
import networkx as nx
import numpy as np
import pytest
import torch

import qaimagic
from qaimagic import BoltzmannMachine, anneal, bits, samples, spins
from qaimagic.devices import annealers
from qaimagic.explore import _living
from qaimagic.explore.machine_samples import machine_problem, machine_view
from qaimagic.subroutines.anneal.view import view_of

RNG = np.random.default_rng(2)


def triangle():
    s = spins(3)
    return s[0] * s[1] + s[1] * s[2] + s[2] * s[0]


def machine(n_visible=4, n_hidden=2, graph=None):
    torch.manual_seed(3)
    made = BoltzmannMachine(n_visible, n_hidden, graph=graph).double()
    with torch.no_grad():
        made.weight.mul_(12)
        made.visible_bias.normal_()
    return made


def visible_probabilities(machine):
    """Every joint state, summed over the hidden units, in NumPy."""
    n, n_visible = len(machine.units), machine.units.n_visible
    field = machine.field()
    b, W = field.bias.detach().numpy(), field.coupling.detach().numpy()
    chances = {}
    for x in itertools.product((0, 1), repeat=n):
        x = np.array(x)
        key = tuple(x[:n_visible].tolist())
        chances[key] = chances.get(key, 0.0) + math.exp(b @ x + x @ W @ x / 2)
    total = sum(chances.values())
    return {key: value / total for key, value in chances.items()}


def test_two_spins_in_closed_form():
    s = spins(2)
    rows = [[1, -1]] * 40 + [[-1, 1]] * 41 + [[1, 1]] * 9 + [[-1, -1]] * 10
    seen = samples(rows, 0.5 * s[0] * s[1])
    T = 1 / math.log(81 / 19)
    assert seen.temperature.value == pytest.approx(T, rel=1e-9)
    spread = math.sqrt(100 * 0.81 * 0.19)
    assert seen.temperature.standard_error == pytest.approx(T**2 / spread, rel=1e-9)


def test_three_spins_in_closed_form():
    rows = [[1, 1, -1]] * 30 + [[1, 1, 1]]
    T = 4 / math.log(10)
    assert samples(rows, triangle()).temperature.value == pytest.approx(T, rel=1e-9)


@pytest.mark.parametrize("temperature", [0.7, 1.5, 4.0])
def test_gibbs_samples_have_the_temperature_they_were_drawn_at(temperature):
    s = spins(8)
    energy = sum(RNG.normal() * s[i] * s[j] for i, j in itertools.combinations(range(8), 2))
    device = annealers.get("anneal:gibbs", temperature=temperature)
    fit = samples(anneal(energy, device=device, reads=2000)).temperature
    assert abs(fit.value - temperature) < 4 * fit.standard_error
    assert fit.standard_error < 0.1 * temperature


def test_what_is_expected_is_the_boltzmann_distribution_of_all_states():
    model = dimod.BinaryQuadraticModel({i: RNG.normal() for i in range(6)}, {}, 0.0, "SPIN")
    for pair in itertools.combinations(range(6), 2):
        model.add_quadratic(*pair, RNG.normal())
    answer = anneal(model, device="anneal:gibbs", reads=400)
    everything = dimod.ExactSolver().sample(model).record.energy
    weights = np.exp(-everything / answer.temperature.value)
    weights *= 400 / weights.sum()
    view = view_of(answer, "", "")
    each = [weights[np.argmin(np.abs(everything - energy))] for energy in answer.energies]
    assert view.expected == pytest.approx(np.array(each), rel=1e-9)
    shown = view.histogram.bar_expected.sum()
    assert 399.5 <= shown <= 400 + 1e-9
    assert weights @ everything == pytest.approx(answer.counts @ answer.energies)


def test_a_sample_set_is_read_in_any_order_and_kind():
    model = dimod.BinaryQuadraticModel({"a": 1.0, "b": 0.0}, {"ab": -2.0}, 0.5, "SPIN")
    found = dimod.SampleSet.from_samples(
        [{"b": -1, "a": -1}, {"b": 1, "a": 1}], "SPIN", energy=[0, 0], num_occurrences=[7, 2]
    )
    for kind in ("SPIN", "BINARY"):
        given = found.change_vartype(kind, inplace=False)
        text = repr(samples(given, model))
        assert text.startswith("Lowest energy -2.5 in 7 of 9 reads, the exact ground energy.")
        if kind == "BINARY":
            assert "a = 0, b = 0" not in text
    x = bits(["a"])
    said = repr(samples(dimod.SampleSet.from_samples([{"x['a']": 1}], "BINARY", 0), -x["a"]))
    assert "Lowest energy -1" in said


def test_spins_and_bits_of_a_sample_set_mean_the_same_in_dimod():
    model = dimod.BinaryQuadraticModel({"a": 1.0, "b": -0.3}, {"ab": -2.0}, 0.5, "SPIN")
    exact = dimod.ExactSolver().sample(model).truncate(3)
    assert len(set(exact.record.energy)) == 3
    as_bits = exact.change_vartype("BINARY", inplace=False)
    assert samples(as_bits, model).picture == samples(exact, model).picture


def test_visible_states_stand_beside_their_exact_distribution():
    small = machine()
    states = small.sample(3000)
    view = machine_view(small, states.numpy().astype(np.int8), None)
    exact = visible_probabilities(small)
    for state, count, expected in zip(view.states, view.counts, view.expected, strict=True):
        p = exact[tuple(state[:4].tolist())]
        assert expected == pytest.approx(3000 * p, rel=1e-9)
        assert abs(count - 3000 * p) < 5 * math.sqrt(3000 * p * (1 - p)) + 1
    assert view.histogram.bar_expected.sum() == pytest.approx(3000, abs=0.5)


def test_equal_free_energies_are_one_bar_in_single_precision_too():
    torch.manual_seed(1)
    small = BoltzmannMachine(3, 2)
    with torch.no_grad():
        small.weight.copy_(torch.tensor([0.7, -1.3]).expand(3, 2))
        small.visible_bias.fill_(0.3)
    view = machine_view(small, small.sample(500).numpy().astype(np.int8), None)
    assert len(view.histogram.bars[0]) == 4  # as many as sums of three bits
    assert (view.histogram.bars[2] > 0).all()
    assert view.histogram.bar_expected.sum() == pytest.approx(500)


def test_hidden_units_are_drawn_at_their_likelier_value():
    small = machine()
    view = machine_view(small, np.array([[1, 0, 1, 0]], dtype=np.int8), None)
    b, W = small.hidden_bias.detach().numpy(), small.weight.detach().numpy()
    assert view.states[0, 4:].tolist() == (b + np.array([1, 0, 1, 0]) @ W > 0).tolist()
    assert "Hidden units are drawn at their likelier value." in view.notes


def test_a_machine_as_a_problem_has_its_energies():
    small = machine()
    states = np.array(list(itertools.product((0, 1), repeat=6)), dtype=np.int8)
    energies = small.energy(torch.as_tensor(states)).detach().numpy()
    assert machine_problem(small).energies(states) == pytest.approx(energies)
    seen = samples(small.sample(2000, hidden=True), small)
    assert abs(seen.temperature.value - 1) < 4 * seen.temperature.standard_error


def test_machines_on_graphs():
    fully_visible = machine(4, 0, nx.cycle_graph(4))
    assert samples(fully_visible.sample(300), fully_visible).temperature is not None
    tangled = machine(2, 3, nx.complete_graph(5))
    html = samples(tangled.sample(300), tangled).picture.html()
    assert "Hidden units are coupled with one another; the graph is not drawn." in html


def test_own_positions_by_label_or_by_node():
    graph = nx.path_graph(3)
    s = spins(graph.nodes)
    answer = anneal(s[0] * s[1] + s[1] * s[2], reads=5)
    by_node = {0: (0, 0), 1: (1, 0), 2: (2, 1)}
    by_label = {f"s[{node}]": place for node, place in by_node.items()}
    assert samples(answer, positions=by_node).picture == samples(answer, positions=by_label).picture
    assert view_of(answer, "", "", by_node).graph.places.tolist() == [
        [0, 0.25],
        [0.5, 0.25],
        [1, 0.75],
    ]
    for positions, message in (
        ({0: (0, 0)}, r"pair of numbers, but that of s\[1\] is None"),
        ({**by_node, 2: (math.nan, 0)}, "must be finite"),
    ):
        with pytest.raises(ValueError, match=message):
            samples(answer, positions=positions)
    with pytest.raises(TypeError, match="`positions` must map labels to pairs"):
        samples(answer, positions=[(0, 0)])


@pytest.mark.parametrize(
    ("found", "energy", "kind", "message"),
    [
        ([[1, 1]], None, TypeError, "`energy` must be given"),
        ([[1, 1]], triangle(), ValueError, r"have 3 columns, but their shape is \(1, 2\)"),
        ([[1, 0, 1]], triangle(), ValueError, r"but s\[1\] is 0 in row 0"),
        ([[1, 3, 1]], triangle(), ValueError, "it holds 3"),
        ([[1, math.nan, 1]], triangle(), ValueError, "it holds nan"),
        ([], triangle(), ValueError, r"have shape \(m, 3\), with at least one state"),
        ("best", triangle(), TypeError, "must be what `qaimagic.anneal` found"),
        ([[1, 1, 1]], "energy", TypeError, "`energy` must be an energy of spins and bits"),
        ([[-1, 0, 0, 1]], machine(), ValueError, "hold zeros and ones"),
    ],
)
def test_what_is_refused(found, energy, kind, message):
    with pytest.raises(kind, match=message):
        samples(found, energy)


def test_what_anneal_found_knows_its_energy():
    with pytest.raises(ValueError, match="`energy` must be left out"):
        samples(anneal(triangle()), triangle())


def test_a_sample_set_of_other_variables_is_refused():
    found = dimod.SampleSet.from_samples([{"q": 1}], "SPIN", 0)
    with pytest.raises(ValueError, match=r"but s\[0\] is not among them"):
        samples(found, triangle())


def test_large_problems_have_no_graph_and_no_temperature():
    s = spins(200)
    seen = samples(RNG.choice([1, -1], (30, 200)), sum(s[i] * s[i - 1] for i in range(200)))
    assert seen.temperature is None
    html = seen.picture.html()
    assert html.count("<svg") == 1
    assert "200 variables and 200 couplings; it is drawn up to 150 and 1,500." in html


def test_names_cannot_inject_html():
    x = bits(["<img onerror=1>", "b"])
    html = samples(anneal(x["<img onerror=1>"] * x["b"])).picture.html()
    assert "<img" not in html


def test_samples_of_an_annealer_need_no_torch():
    script = (
        "import sys, qaimagic\ns = qaimagic.spins(2)\n"
        "qaimagic.samples(qaimagic.anneal(s[0] * s[1]))._repr_mimebundle_()\n"
        "print({'torch', 'pennylane'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"


def test_it_is_alive_only_where_there_are_widgets(monkeypatch):
    seen = samples(anneal(triangle()))
    assert "data-qaimagic" not in seen._repr_mimebundle_()["text/html"]
    monkeypatch.setattr(_living, "has_widgets", lambda: True)
    first, again = (seen._repr_mimebundle_() for _ in range(2))
    assert first == again
    assert first["text/html"].startswith('<div data-qaimagic="')
    assert not [kind for kind in first if "widget" in kind]
    monkeypatch.setenv("QAIMAGIC_STATIC", "1")
    assert "data-qaimagic" not in seen._repr_mimebundle_()["text/html"]
    assert qaimagic.samples is samples


def test_one_is_said_as_one():
    machine = qaimagic.BoltzmannMachine(2, 1)
    assert samples([[1, 0]], machine).picture.text.startswith(
        "1 sample of 2 visible units, 1 state; the likeliest of them, 10, came 1 time,"
    )
