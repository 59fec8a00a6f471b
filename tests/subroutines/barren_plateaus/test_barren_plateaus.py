"""Slopes by wires: closed forms, remedies, training, and circuits of one's own."""

import math

import numpy as np
import pennylane as qml
import pytest
import torch

import qaimagic
from qaimagic.errors import CircuitError
from qaimagic.subroutines.barren_plateaus.costs import COSTS
from qaimagic.subroutines.barren_plateaus.families import Member, families_of
from qaimagic.subroutines.barren_plateaus.fits import decay_of
from qaimagic.subroutines.barren_plateaus.starts import STARTS
from qaimagic.training.alarms.plateau import mean_square, shots_to_see

REMEDIES = ("small angles", "identity blocks", "layerwise")


def member(cost, n_wires, n_blocks=2):
    return families_of("layered", [cost], n_blocks)[cost](n_wires)


def drawn(start, circuit, rows=3):
    return STARTS[start](circuit, rows, torch.Generator().manual_seed(0))


@pytest.mark.parametrize("cost", COSTS)
def test_one_ry_on_each_wire_has_the_closed_forms(cost):
    result = qaimagic.barren_plateaus("product", costs=cost, wires=(1, 2, 3, 5), n_samples=20_000)
    for point in result.points:
        assert point.is_exact
        assert abs(point.mean_square - point.expected) < 5 * point.standard_error
        assert abs(point.cost_variance - point.cost_expected) < 5 * point.cost_error
        assert point.variance == pytest.approx(point.mean_square, rel=0.05)


@pytest.mark.parametrize("cost", COSTS)
def test_a_deep_circuit_has_the_law_of_random_ones(cost):
    result = qaimagic.barren_plateaus(costs=cost, wires=(3,), n_blocks=12, n_samples=2000)
    [point] = result.points
    assert not point.is_exact
    assert point.mean_square == pytest.approx(point.expected, rel=0.1)
    assert point.cost_variance == pytest.approx(point.cost_expected, rel=0.2)


def test_the_spread_of_each_observable_is_that_of_its_matrix():
    for cost in COSTS.values():
        for n_wires in (1, 2, 4):
            values = np.linalg.eigvalsh(qml.matrix(cost.observable(n_wires), range(n_wires)))
            assert cost.spread(n_wires) == pytest.approx(values.var(), abs=1e-12)
            assert cost.lowest(n_wires) == pytest.approx(cost.constant - values.max(), abs=1e-9)


def test_costs_and_slopes_are_those_of_pennylane():
    circuit = member("ising", 3, n_blocks=1)
    angles = drawn("random", circuit, rows=1).requires_grad_()

    @qml.qnode(qml.device("default.qubit"))
    def reference(data):
        columns = data.reshape(8, 3)
        for wire in range(3):
            qml.RY(math.pi / 4, wires=wire)
        for place, gate in enumerate(["RY", "RZ", "RY", "RZ", "RZ", "RY", "RZ", "RY"]):
            for wire in range(3):
                getattr(qml, gate)(columns[place, wire], wires=wire)
            if place in (1, 5):
                qml.CZ([0, 1])
                qml.CZ([1, 2])
        words = [qml.Z(0) @ qml.Z(1), qml.Z(1) @ qml.Z(2), qml.X(0), qml.X(1), qml.X(2)]
        return qml.expval(qml.dot([-1 / 3] * 5, words))

    other = angles.detach()[0].clone().requires_grad_()
    ours, theirs = circuit.values(angles).sum(), reference(other)
    assert ours.item() == pytest.approx(theirs.item(), abs=1e-12)
    [slopes], [expected] = torch.autograd.grad(ours, angles), torch.autograd.grad(theirs, other)
    assert torch.allclose(slopes[0], expected, atol=1e-12)


def test_identity_blocks_undo_themselves():
    circuit = member("global", 4)
    costs = circuit.values(drawn("identity blocks", circuit))
    assert costs.numpy() == pytest.approx(1 - math.cos(math.pi / 8) ** 8, abs=1e-12)


def test_layerwise_begins_with_one_block():
    deep, shallow = member("local", 4, n_blocks=3), member("local", 4, n_blocks=1)
    angles = drawn("layerwise", deep)
    costs = shallow.values(angles[:, : shallow.n_angles])
    assert deep.values(angles).numpy() == pytest.approx(costs.numpy(), abs=1e-12)


def test_a_local_cost_helps_a_shallow_circuit():
    result = qaimagic.barren_plateaus(n_blocks=1, wires=(4, 8), n_samples=500)
    globally, locally = (result.of(cost)[-1] for cost in ("global", "local"))
    assert locally.mean_square > 20 * globally.mean_square
    assert result.decays["local"].factor > 1.5 * result.decays["global"].factor


@pytest.mark.parametrize("start", REMEDIES)
def test_remedies_raise_the_slopes_of_a_deep_circuit(start):
    result = qaimagic.barren_plateaus(
        costs="local", starts=("random", start), wires=(4, 8), n_samples=300
    )
    plain, raised = result.of("local")[-1], result.of(f"local, {start}")[-1]
    error = math.hypot(plain.standard_error, raised.standard_error)
    assert raised.mean_square > plain.mean_square + 5 * error
    assert raised.mean_square > 3 * plain.mean_square
    decays = result.decays
    assert decays[f"local, {start}"].factor > decays["local"].factor + 0.1


def test_fits_find_a_factor_and_a_power():
    wires = [2, 4, 6, 8]
    factor = decay_of(wires, [0.3 * 0.4**n for n in wires], [1e-4 * 0.4**n for n in wires])
    assert factor.factor == pytest.approx(0.4)
    assert factor.is_exponential
    power = decay_of(wires, [0.3 * n**-1.5 for n in wires], [1e-4 * n**-1.5 for n in wires])
    assert power.power == pytest.approx(-1.5)
    assert not power.is_exponential
    assert decay_of(wires[:2], [1.0, 0.5], [0.1, 0.1]).is_exponential is None
    assert decay_of(wires[:2], [1.0, 0.0], [0.1, 0.0]) is None


def test_errors_of_a_fit_are_how_far_it_scatters():
    rng = np.random.default_rng(0)
    wires, errors = [2, 4, 6, 8], [0.02 * 0.5**n for n in (2, 4, 6, 8)]
    fits = [
        decay_of(
            wires, [0.5**n + e * rng.normal() for n, e in zip(wires, errors, strict=True)], errors
        )
        for _ in range(300)
    ]
    scatter = np.std([fit.factor for fit in fits])
    assert fits[0].factor_error == pytest.approx(scatter, rel=0.25)


def test_errors_of_points_are_how_far_they_scatter():
    points = [
        qaimagic.barren_plateaus("product", wires=(3,), n_samples=200, seed=seed).points[0]
        for seed in range(60)
    ]
    scatter = np.std([point.mean_square for point in points])
    assert np.mean([point.standard_error for point in points]) == pytest.approx(scatter, rel=0.35)


def test_a_seed_decides_everything_but_the_seconds():
    once, again, other = (
        qaimagic.barren_plateaus(wires=(2,), n_samples=50, seed=seed) for seed in (1, 1, 2)
    )
    assert once.text == again.text
    assert once.points[0].mean_square != other.points[0].mean_square


def test_shots_follow_the_law_of_the_alarms():
    assert mean_square(3) == 1 / 18
    assert shots_to_see(0.01) == 50
    assert shots_to_see(0.0) == math.inf
    [point] = qaimagic.barren_plateaus(costs="local", wires=(4,), n_samples=500).points
    assert point.shots == pytest.approx(1 / 32 / point.mean_square, rel=0.2)


def test_a_long_tail_does_not_hide_how_many_shots_most_starts_need():
    [point] = qaimagic.barren_plateaus("product", costs="global", wires=(10,)).points
    by_means = 0.5**10 * shots_to_see(point.mean_square)
    assert point.shots > 100 * by_means


def test_training_ends_above_the_exact_minimum():
    result = qaimagic.barren_plateaus(
        costs=("local", "ising"),
        starts=("random", "layerwise"),
        wires=(4,),
        n_blocks=2,
        n_samples=20,
        n_steps=60,
        n_starts=6,
    )
    assert [one.case for one in result.trained] == [
        "local",
        "local, layerwise",
        "ising",
        "ising, layerwise",
    ]
    for one in result.trained:
        assert one.costs.shape == (61, 6)
        assert one.costs.min() >= one.lowest - 1e-9
        assert one.final < np.median(one.costs[0])
    assert "exact minimum" in result.text
    assert "promise no success" in result.text
    assert result.plot_training().text in result.text


def test_few_shots_spoil_training():
    def final(shots):
        result = qaimagic.barren_plateaus(
            costs="local", wires=(3,), n_blocks=1, n_samples=5, n_steps=60, shots=shots
        )
        return result.trained[0].final

    assert final(None) < final(1000) < final(5)


def test_circuits_of_ones_own():
    def product(n_wires):
        def body(theta: n_wires):
            for wire in range(n_wires):
                qml.RY(theta[wire], wires=wire)
            return qml.expval(qml.Projector([0] * n_wires, wires=range(n_wires)))

        return body

    def layers(n_wires):
        return qaimagic.quantum(product(n_wires))

    for family in (product, layers):
        result = qaimagic.barren_plateaus(
            family, wires=(2, 3), starts=("random", "small angles"), n_samples=5000, n_steps=2
        )
        assert result.cases == (family.__name__, f"{family.__name__}, small angles")
        for point in result.of(family.__name__):
            expected = 0.125 * 0.375 ** (point.n_wires - 1)
            assert abs(point.mean_square - expected) < 5 * point.standard_error
            assert point.expected is None
        assert result.trained[0].lowest is None
        assert result.plot().svg


def test_an_interrupt_keeps_the_wires_before_it(monkeypatch):
    values, calls = Member.values, []

    def interrupted(self, angles):
        calls.append(self.n_wires)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return values(self, angles)

    monkeypatch.setattr(Member, "values", interrupted)
    result = qaimagic.barren_plateaus(wires=(2, 3), n_samples=10, n_steps=3)
    assert not result.is_complete
    assert [point.n_wires for point in result.points] == [2, 2]
    assert result.text.endswith("Interrupted: this is what ran.")
    calls[:] = [0] * 3
    with pytest.raises(KeyboardInterrupt):
        qaimagic.barren_plateaus(wires=(2, 3), n_samples=10)


def test_results_are_drawn_and_become_tables():
    result = qaimagic.barren_plateaus(
        costs=("global", "local"), starts=("random", *REMEDIES), wires=(2, 3), n_samples=20
    )
    assert result.plot().text == result.text == repr(result)
    frame = result.to_frame()
    assert len(frame) == 16
    assert {"mean_square", "standard_error", "expected", "shots"} <= set(frame.columns)
    with pytest.raises(ValueError, match="nothing was trained"):
        result.plot_training()


def takes_data(n_wires):
    def body(x, theta: n_wires):
        qml.RY(x[0] + theta[0], wires=0)
        return qml.expval(qml.Z(0))

    return body


def returns_two(n_wires):
    def body(theta: n_wires):
        qml.RY(theta[0], wires=0)
        return qml.expval(qml.Z(0)), qml.expval(qml.X(0))

    return body


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"ansatz": "layerd"}, ValueError, "Did you mean `layered`"),
        ({"ansatz": 3}, TypeError, "be one of"),
        ({"costs": "locale"}, ValueError, "Did you mean `local`"),
        ({"costs": ()}, ValueError, "one at least"),
        ({"costs": ("local", "local")}, ValueError, "different names"),
        ({"starts": "tiny"}, ValueError, "be one of"),
        ({"ansatz": "product", "starts": "layerwise"}, ValueError, "needs blocks"),
        ({"wires": (4, 2)}, ValueError, "ascending"),
        ({"wires": ()}, ValueError, "ascending"),
        ({"wires": (0,)}, ValueError, "at least 1"),
        ({"n_samples": 1}, ValueError, "at least 2"),
        ({"n_blocks": 0}, ValueError, "at least 1"),
        ({"n_steps": -1}, ValueError, "at least 0"),
        ({"shots": 0}, ValueError, "at least 1"),
        ({"ansatz": takes_data}, CircuitError, "takes data"),
        ({"ansatz": returns_two}, CircuitError, "one expectation value"),
    ],
)
def test_bad_input_is_refused(change, error, words):
    setting = {"wires": (2,), "n_samples": 10} | change
    with pytest.raises(error, match=words):
        qaimagic.barren_plateaus(**setting)
