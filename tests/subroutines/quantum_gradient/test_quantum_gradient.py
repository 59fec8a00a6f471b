"""The quantum gradient: exact on the grid, Fejer's kernel off it, honest beyond."""

import numpy as np
import pytest
import torch

import qaimagic
from qaimagic.subroutines.quantum_gradient.stencil import central


def linear(*slopes):
    weights = torch.tensor(slopes, dtype=torch.float64)
    return lambda points: points @ weights + 0.7


def waves(points):
    return torch.sin(points).prod(dim=1)


def fejer(slope, slopes, max_slope):
    """The distribution of one register, written as the square of a sum of phases."""
    side = len(slopes)
    k = np.arange(side)
    apart = (slope - slopes) / (2 * max_slope)
    return np.abs(np.exp(2j * np.pi * apart[:, None] * k).sum(axis=1) / side) ** 2


@pytest.mark.parametrize("method", ["jordan", "gilyen"])
@pytest.mark.parametrize("slopes", [[-1.0], [0.25, -0.5], [0.0, 0.75, -0.25], [0.5] * 4])
def test_linear_functions_with_slopes_on_the_grid_are_exact_with_certainty(method, slopes):
    result = qaimagic.quantum_gradient(
        linear(*slopes), np.linspace(0, 1, len(slopes)), method=method, n_wires=3, shots=5
    )
    assert result.value.tolist() == slopes
    assert result.success == pytest.approx(1, abs=1e-12)
    assert result.probabilities.max(axis=1) == pytest.approx(1, abs=1e-12)
    assert result.exact == pytest.approx(slopes, abs=1e-14)


@pytest.mark.parametrize("method", ["jordan", "gilyen"])
@pytest.mark.parametrize("n_wires", [1, 3, 6])
def test_off_the_grid_each_component_has_fejers_distribution(method, n_wires):
    slopes = [0.3, -1.234]
    result = qaimagic.quantum_gradient(
        linear(*slopes), [0.1, 0.2], method=method, n_wires=n_wires, max_slope=2.0, width=0.5
    )
    for slope, found in zip(slopes, result.probabilities, strict=True):
        assert found == pytest.approx(fejer(slope, result.slopes, 2.0), abs=1e-12)
        assert result.grid.fejer(slope) == pytest.approx(found, abs=1e-12)


def test_a_step_of_the_grid_holds_a_slope_off_it_as_often_as_the_kernel_says():
    result = qaimagic.quantum_gradient(linear(0.3), 0.0, n_wires=6)
    near = np.abs(result.slopes - 0.3) <= result.grid.step
    expected = fejer(0.3, result.slopes, 1.0)[near].sum()
    assert result.success == pytest.approx([expected], abs=1e-12)
    assert expected > 8 / np.pi**2 - 1e-9


def test_shots_follow_the_distribution():
    result = qaimagic.quantum_gradient(linear(0.3), 0.0, shots=1, seed=0)
    ones = [
        qaimagic.quantum_gradient(linear(0.3), 0.0, shots=1, seed=s).value[0] for s in range(400)
    ]
    share = np.mean(np.abs(np.array(ones) - 0.3) <= result.grid.step)
    chance = result.success[0]
    assert abs(share - chance) < 5 * np.sqrt(chance * (1 - chance) / 400)


def test_the_median_of_many_shots_is_near_and_follows_from_the_seed():
    once, again = (
        qaimagic.quantum_gradient(waves, [0.3, 0.7], width=1e-3, shots=101, seed=3)
        for _ in range(2)
    )
    assert once.value.tolist() == again.value.tolist()
    assert once.error <= once.grid.step


@pytest.mark.parametrize("order", [2, 4, 6, 8])
def test_central_differences_are_right_for_polynomials_up_to_their_order(order):
    stencil = central(order)
    for power in range(1, order + 1):
        total = sum(factor * j**power for j, factor in stencil.items())
        assert total == pytest.approx(1.0 if power == 1 else 0.0, abs=1e-12)
    assert sum(map(abs, stencil.values())) <= 2 * np.log(order / 2) + 2


def test_jordans_phases_bend_with_curvature_and_width_as_the_taylor_series_says():
    def parabola(points):
        return 0.5 * points[:, 0] ** 2

    for width in (1e-3, 4e-3):
        result = qaimagic.quantum_gradient(parabola, 0.25, n_wires=5, width=width)
        squares = np.sort((np.arange(-31, 32, 2) / 64) ** 2)
        bent = np.pi * 32 / width * 0.5 * width**2 * (squares[-1] - np.median(squares))
        assert result.deviations.max() == pytest.approx(bent, rel=1e-6)


def test_differences_allow_wider_grids_and_so_fewer_queries():
    plain = qaimagic.quantum_gradient(waves, [0.3, 0.7], width=0.5)
    higher = qaimagic.quantum_gradient(waves, [0.3, 0.7], width=0.5, method="gilyen", order=6)
    narrow = qaimagic.quantum_gradient(waves, [0.3, 0.7], width=1e-3)
    assert not plain.is_guaranteed
    assert higher.is_guaranteed
    assert narrow.is_guaranteed
    assert higher.success.min() == pytest.approx(narrow.success.min(), abs=0.01)
    assert higher.success.min() > plain.success.min() + 0.1
    assert 100 * higher.queries < narrow.queries


def test_where_it_is_guaranteed_a_run_is_within_the_bound():
    rng = np.random.default_rng(0)
    for _ in range(5):
        at = rng.uniform(-1, 1, 2)
        result = qaimagic.quantum_gradient(waves, at, width=0.3, method="gilyen", max_slope=1.5)
        assert result.is_guaranteed
        near = np.abs(result.slopes - result.exact[:, None]) <= result.error_bound
        assert ((result.probabilities * near).sum(axis=1) >= 2 / 3).all()


def test_the_circuit_gives_the_same_distribution_by_gates():
    result = qaimagic.quantum_gradient(waves, [0.3, 0.7], n_wires=3, width=0.5)
    chances = result.circuit()().detach().double().numpy().reshape(8, 8)
    chances = np.fft.fftshift(chances)
    assert chances.sum(axis=1) == pytest.approx(result.probabilities[0], abs=1e-6)
    assert chances.sum(axis=0) == pytest.approx(result.probabilities[1], abs=1e-6)
    assert "QFT" in qaimagic.draw(result.circuit(), format="text")


def test_the_costs_are_told():
    result = qaimagic.quantum_gradient(waves, [0.3, 0.7], n_wires=4, width=0.1, method="gilyen")
    assert result.evaluations == 4 * 4**4
    assert result.calls == 4
    assert result.n_wires == 8
    assert result.queries == np.ceil(np.pi * 16 / 0.1 * 1.5)
    assert {one.name: one.evaluations for one in result.baselines} == {
        "forward differences": 3,
        "central differences": 4,
        "backprop": 1,
    }
    assert all(one.error < 1e-6 for one in result.baselines)
    assert "simulat" in result.text
    assert "backprop" in result.text


def test_functions_of_numpy_have_fine_differences_beside_them():
    def of_numpy(points):
        return np.sin(np.asarray(points)).prod(axis=1)

    by_numpy = qaimagic.quantum_gradient(of_numpy, [0.3, 0.7])
    by_torch = qaimagic.quantum_gradient(waves, [0.3, 0.7])
    assert (by_numpy.exact_by, by_torch.exact_by) == ("fine differences", "autograd")
    assert by_numpy.exact == pytest.approx(by_torch.exact, abs=1e-11)
    assert by_numpy.probabilities == pytest.approx(by_torch.probabilities, abs=1e-9)
    assert "backprop" not in {one.name for one in by_numpy.baselines}


def test_a_network_is_a_function_of_points():
    torch.manual_seed(0)
    net = torch.nn.Sequential(
        torch.nn.Linear(3, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1)
    ).double()
    result = qaimagic.quantum_gradient(
        lambda x: net(x)[:, 0], torch.tensor([0.1, 0.2, 0.3]), n_wires=4
    )
    assert result.exact_by == "autograd"
    assert result.error <= result.grid.step


def test_a_slope_beyond_the_bound_wraps_around_and_is_said():
    result = qaimagic.quantum_gradient(linear(1.5, 0.25), [0.0, 0.0])
    assert result.value.tolist() == [-0.5, 0.25]
    assert result.wrapped == (0,)
    assert not result.is_guaranteed
    assert "Component 0 has a slope beyond `max_slope` 1" in result.text


def test_why_nothing_is_proven_is_said():
    steep = qaimagic.quantum_gradient(linear(0.75), 0.0)
    assert "a slope is beyond 2/3" in steep.text
    bent = qaimagic.quantum_gradient(waves, [0.3, 0.7], width=0.5, max_slope=1.5)
    assert "phases are up to" in bent.text


def test_results_are_drawn_and_become_tables():
    result = qaimagic.quantum_gradient(waves, [0.3, 0.7, 0.1, 0.2], n_wires=3)
    assert result.plot().text == result.text == repr(result)
    assert len(result.to_frame()) == 4


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"function": 3}, TypeError, "be a function of points"),
        ({"function": lambda p: p}, ValueError, "give a value for each point"),
        ({"function": lambda p: p[0] * p[1]}, ValueError, "give a value for each point"),
        ({"function": lambda p: p.sum()}, ValueError, "give a value for each point"),
        ({"function": lambda p: p[:, 0] - p[:, 0].mean()}, ValueError, "one by one"),
        ({"function": lambda p: p[:, 0] + 1j}, TypeError, "give real values"),
        ({"function": lambda p: torch.log(p[:, 0] - 1)}, ValueError, "be finite on the grid"),
        ({"function": lambda p: p[7] * p[1]}, ValueError, r"take points of shape \(3, 2\)"),
        ({"function": torch.nn.Linear(2, 1)}, ValueError, r"needs `.double\(\)`"),
        ({"at": [0.1, np.nan]}, ValueError, "be finite"),
        ({"at": [[0.1, 0.2]]}, ValueError, r"have shape \(d,\)"),
        ({"at": [0.1, 1j]}, TypeError, "real numbers"),
        ({"n_wires": 11}, ValueError, "be 10 at most for 2 components"),
        ({"n_wires": 0}, ValueError, "at least 1"),
        ({"max_slope": 0}, ValueError, "above 0"),
        ({"width": -1}, ValueError, "above 0"),
        ({"order": 3}, ValueError, "be even"),
        ({"method": "jordon"}, ValueError, "Did you mean `jordan`"),
        ({"shots": 0}, ValueError, "at least 1"),
    ],
)
def test_bad_input_is_refused(change, error, words):
    setting = {"function": waves, "at": [0.1, 0.2]} | change
    with pytest.raises(error, match=words):
        qaimagic.quantum_gradient(**setting)
