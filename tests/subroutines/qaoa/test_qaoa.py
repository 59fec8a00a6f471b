"""``qaoa``: what it finds, on which devices, and what it refuses."""

import itertools

import networkx as nx
import numpy as np
import pennylane as qml
import pytest
import torch

from qaimagic import anneal, bits, devices, draw, problems, qaoa, spins
from qaimagic.errors import BudgetError, DeviceError
from qaimagic.subroutines.energies.problem import read
from qaimagic.subroutines.qaoa.angles import ramp, stretched
from qaimagic.subroutines.qaoa.costs import cvar
from qaimagic.subroutines.qaoa.solving import Setup
from tests.subroutines.qaoa.dense import X, cut, energies, evolved, on
from tests.training.paid import PaidDevice

RING = cut(nx.cycle_graph(4))


def weighted():
    graph = nx.Graph()
    graph.add_weighted_edges_from([(0, 1, 2.5), (1, 2, 1.0), (0, 2, 1.0), (2, 3, -3.0), (4, 5, 2)])
    return graph


def test_a_result_has_everything_beside_it():
    answer = qaoa(cut(weighted()), 2, live=False)
    exact = anneal(cut(weighted()), device="anneal:exact")
    assert answer.samples.ground_energy == answer.reach.lowest == exact.energy
    assert answer.reach.lowest <= answer.expectation <= min(answer.run.history.losses) + 1e-9
    all_energies = energies(read(cut(weighted())))
    assert answer.expectation == pytest.approx(answer.probabilities @ all_energies)
    ground = all_energies == all_energies.min()
    assert answer.success_probability == pytest.approx(answer.probabilities[ground].sum())
    span = all_energies.max() - all_energies.min()
    ratio = (all_energies.max() - answer.expectation) / span
    assert answer.approximation_ratio == pytest.approx(ratio)
    assert answer.samples.reads == 1000
    assert answer.samples.reads_to_solution().value >= 1
    assert answer.samples.time_to_solution() is None  # drawn from what was simulated once
    assert answer.samples.device == "qaimagic.qubit (QAOA, p = 2)"
    assert answer.circuits == answer.layer.circuits + 1
    assert answer.shots == 0
    assert answer.p == 2
    assert answer.depth == 2 * 3  # node 2 has three edges
    assert answer.seconds > 0


def test_what_stands_beside():
    pytest.importorskip("pandas")
    frame = qaoa(RING, live=False).to_frame()
    assert list(frame.index) == ["QAOA, p = 1", "simulated annealing", "random guessing", "exact"]
    assert frame["mean_energy"].tolist() == pytest.approx([-3, -4, -2, -4], abs=1e-6)
    assert frame["success"].tolist()[1:] == [1, 0.125, 1]
    assert frame["approximation_ratio"].tolist() == pytest.approx([0.75, 1, 0.5, 1])


def test_relabelling_changes_nothing():
    graph = weighted()
    other = nx.relabel_nodes(graph, {0: "d", 1: "a", 2: "f", 3: "b", 4: "c", 5: "e"})
    here, there = (qaoa(cut(g), live=False).expectation for g in (graph, other))
    assert here == pytest.approx(there, abs=1e-9)


@pytest.mark.parametrize("factor", [1e-3, 1, 1e4])
def test_units_of_energy_change_gammas_alone(factor):
    plain, scaled = (qaoa(f * RING, 2, live=False) for f in (1, factor))
    assert scaled.expectation == pytest.approx(factor * plain.expectation, rel=1e-6)
    np.testing.assert_allclose(scaled.gammas * factor, plain.gammas, rtol=1e-3)
    np.testing.assert_allclose(scaled.betas, plain.betas, rtol=1e-3)


def test_deeper_circuits_start_from_shallower_ones():
    answers = [None]
    for p in (1, 2, 3):
        answers.append(qaoa(cut(weighted()), p, initial=answers[-1], live=False))
    found = [answer.expectation for answer in answers[1:]]
    assert found == sorted(found, reverse=True)
    begun = qaoa(cut(weighted()), 3, initial=answers[1], steps=0)
    assert begun.run is None
    np.testing.assert_allclose(begun.gammas, stretched(answers[1].gammas, 3))


def test_interpolation_is_that_of_zhou():
    given = np.array([0.2, 0.5, 0.9])
    by_hand = [0.2, 1 / 3 * 0.2 + 2 / 3 * 0.5, 2 / 3 * 0.5 + 1 / 3 * 0.9, 0.9]
    np.testing.assert_allclose(stretched(given, 4), by_hand)
    np.testing.assert_array_equal(stretched(given, 3), given)
    gammas, betas = ramp(4)
    np.testing.assert_allclose(gammas, -betas[::-1])


@pytest.mark.parametrize("alpha", [0.05, 0.3, 0.77, 1.0])
def test_cvar_is_the_mean_of_the_lowest_samples(alpha):
    rng = np.random.default_rng(3)
    levels = rng.integers(-3, 4, 40).astype(float)
    chances = torch.tensor(rng.dirichlet(np.ones(40))).requires_grad_()
    samples = np.repeat(levels, np.round(chances.detach().numpy() * 1e6).astype(int))
    lowest = np.sort(samples)[: int(alpha * len(samples))]
    assert cvar(levels, alpha)(chances).item() == pytest.approx(lowest.mean(), abs=1e-3)
    if alpha < 1:  # at 1 the clamp has its kink
        assert torch.autograd.gradcheck(cvar(levels, alpha), chances)


def test_cvar_trains_the_lowest_samples():
    problem = cut(nx.petersen_graph())
    plain, risk = (qaoa(problem, cvar=alpha, live=False) for alpha in (1, 0.3))
    assert risk.success_probability > plain.success_probability
    assert risk.expectation > plain.expectation
    assert risk.run.history.losses[-1] < risk.expectation
    assert risk.run.history.losses[-1] >= risk.reach.lowest - 1e-9
    assert risk.run.loss == "CVaR 0.3 of the energy"
    assert risk.layer().shape == (2**10,)


def test_a_seed_decides_the_samples():
    first, again, other = (qaoa(RING, steps=0, seed=seed).samples for seed in (0, 0, 1))
    assert first.counts.tolist() == again.counts.tolist() != other.counts.tolist()
    noisy, same = (qaoa(RING, steps=2, shots=20, seed=5, live=False) for _ in range(2))
    assert noisy.expectation == same.expectation
    assert noisy.gammas.tolist() == same.gammas.tolist()


def test_devices_agree():
    ours, theirs = (
        qaoa(cut(weighted()), 2, device=name, live=False, steps=5)
        for name in ("qaimagic.qubit", "default.qubit")
    )
    np.testing.assert_allclose(ours.probabilities, theirs.probabilities, atol=1e-8)
    np.testing.assert_allclose(ours.gammas, theirs.gammas, rtol=1e-6)


def test_shots_have_error_bars():
    answer = qaoa(RING, shots=500, steps=10, reads=2000, live=False)
    assert answer.samples.time_to_solution().value > 0
    exact = qaoa(RING, initial=(answer.gammas, answer.betas), steps=0)
    assert answer.probabilities is None
    assert abs(answer.expectation - exact.expectation) < 5 * answer.standard_error
    error = np.sqrt(exact.success_probability * (1 - exact.success_probability) / 2000)
    assert abs(answer.success_probability - exact.success_probability) < 5 * error
    assert answer.shots == (answer.circuits - 1) * 500 + 2000
    assert f"± {answer.standard_error:.2g}"[:6] in repr(answer)
    assert answer.samples.reads == 2000


def test_noise_is_in_the_answer():
    noisy = devices.get("qaimagic.qubit", depolarizing=0.05)
    angles = ([np.pi / 4], [-np.pi / 8])
    answer = qaoa(RING, device=noisy, initial=angles, steps=0)
    clean = qaoa(RING, initial=angles, steps=0)
    reference = devices.get("default.mixed", depolarizing=0.05)
    assert clean.expectation == pytest.approx(-3)
    assert -2.9 < answer.expectation < -2
    told = qaoa(RING, device=reference, initial=angles, steps=0).expectation
    assert answer.expectation == pytest.approx(told, abs=1e-6)


@pytest.mark.parametrize("n", [4, 13])
def test_a_cost_below_the_ground_energy_is_flagged(n):
    unphysical = qml.device("default.qubit")
    unphysical.__class__ = type("Cold", (type(unphysical),), {"execute": _too_cold})
    ring = cut(nx.cycle_graph(n))
    answer = qaoa(ring, device=unphysical, steps=1, opt="SPSA", live=False)
    [alarm] = answer.run.alarms
    assert alarm.kind == "below_ground_energy"
    assert alarm.message in repr(answer)


def _too_cold(self, circuits, execution_config=None):
    answers = super(type(self), self).execute(circuits, execution_config)
    return tuple(3 * answer for answer in answers)


def test_devices_that_are_paid_for():
    options = {"steps": 2, "opt": "SPSA", "live": False}
    with pytest.raises(BudgetError, match=r"`till\.qubit` is paid for, and nothing was allowed"):
        qaoa(RING, device=PaidDevice(), **options)
    device = PaidDevice()
    answer = qaoa(RING, device=device, budget=10, **options)
    assert device.paid == pytest.approx(answer.run.cost + 0.01)
    with pytest.raises(BudgetError, match=r"`steps=0` and `initial=\(\[.*\], \[.*\]\)` sample"):
        qaoa(RING, device=PaidDevice(), budget=answer.run.cost, **options)


def test_machines_take_more_than_can_be_enumerated():
    problem = read(cut(nx.cycle_graph(30)))
    setup = Setup.of(problem, 2, "auto", None, 1.0, "aws:Garnet")
    assert setup.reach is None
    assert setup.ansatz.scale == pytest.approx(qaoa(cut(nx.cycle_graph(10)), steps=0).scale)
    with pytest.raises(DeviceError, match="without `cvar`"):
        Setup.of(problem, 2, "auto", None, 0.5, "aws:Garnet")


def test_the_layer_is_drawn_as_any():
    answer = qaoa(RING, steps=0)
    assert "IsingZZ(1.41·" in draw(answer.layer).text
    assert answer.layer.weight_shapes == {"gamma": (1,), "beta": (1,)}


def test_against_a_scan_of_all_angles():
    problem = read(cut(weighted()))
    energy, mixer = energies(problem), sum(on(6, **{f"w{i}": X}) for i in range(6))
    start = np.full(64, 1 / 8)
    least = min(
        abs(evolved(start, energy, [mixer], [gamma], [beta])) ** 2 @ energy
        for gamma in np.linspace(0.05, 1.5, 24)
        for beta in np.linspace(-0.7, 0.7, 15)
    )
    assert qaoa(problem, live=False).expectation <= least + 1e-9


def test_one_variable_and_third_order():
    s = spins(3)
    assert qaoa(2 * s[0] - 1, live=False).expectation == pytest.approx(-3, abs=0.1)
    answer = qaoa(s[0] * s[1] * s[2] + s[0], 2, live=False)
    assert -2 <= answer.expectation < -1.5
    assert "1 product of three variables and more is not drawn" in answer.plot().html()


def test_a_qubo_need_not_be_symmetric():
    upper = np.array([[-1.0, 4.0], [0.0, -2.0]])
    one, other = (qaoa(q, live=False).expectation for q in (upper, (upper + upper.T) / 2))
    assert one == pytest.approx(other, abs=1e-9)


def test_the_picture_has_words_and_data():
    x = bits(["<b>", "c"])
    answer = qaoa(x["<b>"] * x["c"] - x["c"], live=False)
    bundle = answer._repr_mimebundle_()
    assert bundle["text/plain"] == repr(answer) == answer.plot().text
    html = bundle["text/html"]
    assert "QAOA with p = 1 and mixer x: mean energy -" in html
    assert "exact, of the state" in html
    assert "simulated annealing" in html
    assert "&lt;b&gt;" in html
    assert "<b>" not in html
    assert html.count("<svg") == 3
    evaluated = qaoa(x["c"] - x["<b>"], steps=0)
    assert evaluated.plot().html().count("<svg") == 2


@pytest.mark.parametrize(
    ("options", "error", "told"),
    [
        ({"p": 0}, ValueError, "`p` must be at least 1"),
        ({"p": 1.5}, TypeError, "`p` must be a whole number"),
        ({"cvar": 0}, ValueError, "`cvar` must be above 0"),
        ({"cvar": 1.2}, ValueError, "`cvar` must be at most 1"),
        ({"cvar": float("nan")}, ValueError, "`cvar` must be finite"),
        ({"reads": 0}, ValueError, "`reads` must be at least 1"),
        ({"steps": -1}, ValueError, "`steps` must be at least 0"),
        ({"initial": ([1, 2], [1])}, ValueError, r"have 1 gammas and betas.*shape \(2,\)"),
        ({"initial": ([1], [float("nan")])}, ValueError, "be finite, but the betas"),
        ({"initial": 3}, TypeError, "a pair of gammas and betas"),
        ({"device": "anneal:exact"}, DeviceError, "runs no circuits"),
        ({"device": qml.device("default.qubit", wires=3)}, DeviceError, "has 3 wires"),
        ({"opt": "Adm"}, ValueError, "Did you mean `Adam`"),
    ],
)
def test_what_is_refused(options, error, told):
    with pytest.raises(error, match=told):
        qaoa(RING, **options)


def test_problems_that_are_refused():
    s = spins(25)
    with pytest.raises(DeviceError, match=r"at most 24 variables.*`qaimagic.anneal` as many"):
        qaoa(sum(s))
    with pytest.raises(ValueError, match="tell states apart, but its energy is 0"):
        qaoa({(0, 0): 0.0})
    with pytest.raises(ValueError, match="A sum over nothing"):
        qaoa(cut(nx.empty_graph(3)))
    with pytest.raises(ValueError, match="finite coefficients"):
        qaoa({(0, 1): float("nan")})
    deep = qaoa(RING, 2, steps=0)
    with pytest.raises(ValueError, match="at most 1 layers, but it has 2"):
        qaoa(RING, 1, initial=deep)


@pytest.mark.parametrize("unit", [1e-12, 1.0, 1e12])
def test_success_does_not_depend_on_the_unit_of_the_energy(unit):
    angles = ([0.3 / unit], [-0.4])
    answer = qaoa(unit * cut(weighted()), initial=angles, steps=0)
    plain = energies(read(cut(weighted())))
    is_ground = plain == plain.min()
    assert answer.success_probability == pytest.approx(answer.probabilities[is_ground].sum())
    assert answer.reach.guessing == pytest.approx(is_ground.mean())
    assert answer.samples.approximation_ratio == pytest.approx(answer.approximation_ratio, abs=0.05)


def test_large_numbers_tell_ground_states_from_their_neighbours():
    """Sides that differ by 0 and by 2 have energies 0 and 4, of terms that add up to 1.6e15."""
    numbers = [10**7 + 7, 10**7 + 9, 2 * 10**7 + 15, 3, 4]
    answer = qaoa(problems.number_partition(numbers), steps=0)
    sides = np.array(list(itertools.product((1, -1), repeat=5)))
    differences = np.abs(sides @ np.array(numbers))
    least = differences.min()
    assert answer.samples.problem.question.value(sides.astype(np.int8)).min() == least
    assert answer.reach.guessing == np.mean(differences == least)


def test_a_sampled_mean_has_the_digits_of_its_error():
    answer = qaoa(problems.number_partition([25, 7, 13, 31, 42]), shots=100, steps=0, reads=100)
    mean, error = answer.expectation, answer.standard_error
    assert error > 10
    assert f"mean energy {mean:.0f} ± {error:.0f}, where" in repr(answer)


def test_a_problem_whose_states_are_all_solutions_is_refused():
    with pytest.raises(ValueError, match=r"is 49 for all of them\. Every state is a solution\."):
        qaoa(problems.number_partition([7]))
