"""Landscapes beside closed forms, PennyLane's simulator, and the model called point by point."""

from __future__ import annotations

import math
import os
import signal

import numpy as np
import pennylane as qml
import pytest
import torch
from torch import nn

import qaimagic
from qaimagic.explore.landscape.surface import surface_of


@pytest.fixture
def tilt():
    @qaimagic.quantum
    def tilt(theta: (2,)):
        qml.RX(theta[0], wires=0)
        qml.RY(theta[1], wires=0)
        return qml.expval(qml.Z(0))

    tilt.theta.data.copy_(torch.tensor([0.3, -0.8]))
    return tilt.double()


@pytest.fixture
def model():
    @qaimagic.quantum
    def encoder(inputs, theta: (2, 2, 3)):
        qml.AngleEmbedding(inputs, wires=range(2))
        qml.StronglyEntanglingLayers(theta, wires=range(2))
        return [qml.expval(qml.Z(i)) for i in range(2)]

    torch.manual_seed(0)
    encoder.reset_parameters()
    return nn.Sequential(encoder, nn.Dropout(0.5), nn.Linear(2, 2)).double()


@pytest.fixture
def data():
    X = torch.randn(12, 2, generator=torch.Generator().manual_seed(1)).double()
    return X, (X[:, 0] > 0).long()


def closed_form(found, factor=1.0):
    return factor * np.cos(found.x) * np.cos(found.y[:, None])


def test_two_rotations_have_their_closed_form(tilt):
    found = qaimagic.landscape(tilt, over=["theta[0]", "theta[1]"], points=17)
    np.testing.assert_allclose(found.values, closed_form(found), atol=1e-12)
    assert found.x[[0, 8, -1]] == pytest.approx([0.3 - math.pi, 0.3, 0.3 + math.pi])
    assert found.here == pytest.approx((0.3, -0.8, math.cos(0.3) * math.cos(0.8)))


def test_rows_are_the_second_weight(tilt):
    found = qaimagic.landscape(tilt, over=["theta[1]", "theta[0]"], points=5)
    assert (found.x_label, found.y_label) == ("theta[1]", "theta[0]")
    assert found.x[2] == pytest.approx(-0.8)


def test_a_qnode_of_pennylane_gives_the_same(tilt):
    @qml.qnode(qml.device("default.qubit"))
    def node(theta):
        qml.RX(theta[0], wires=0)
        qml.RY(theta[1], wires=0)
        return qml.expval(qml.Z(0))

    theirs = qaimagic.landscape(node, weights=tilt.theta.detach(), points=9)
    ours = qaimagic.landscape(tilt, points=9)
    np.testing.assert_allclose(theirs.values, ours.values, atol=1e-12)


def test_the_loss_over_data_is_the_models_in_use_and_its_weights_stay(model, data):
    before = {name: value.clone() for name, value in model.state_dict().items()}
    found = qaimagic.landscape(model, data, over=["theta[0,1,0]", "2.bias[1]"], points=5)
    assert model.training
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    model.eval()
    for row, column in ((0, 0), (1, 3), (4, 2)):
        with torch.no_grad():
            model[0].theta[0, 1, 0] = found.x[column]
            model[2].bias[1] = found.y[row]
            expected = nn.CrossEntropyLoss()(model(data[0]), data[1])
        assert found.values[row, column] == pytest.approx(float(expected), abs=1e-12)
    assert found.value_label == "CrossEntropyLoss of Sequential"


def test_functions_with_and_without_arguments_agree(tilt):
    theta = torch.tensor([0.3, -0.8], dtype=torch.double)

    def closure():
        return torch.cos(theta[0]) * torch.cos(theta[1])

    in_place = qaimagic.landscape(closure, weights={"theta": theta}, points=5)
    assert theta.tolist() == [0.3, -0.8]
    mapped = qaimagic.landscape(
        lambda theta: torch.cos(theta).prod(), weights={"theta": theta}, points=5
    )
    np.testing.assert_allclose(in_place.values, closed_form(in_place), atol=1e-12)
    np.testing.assert_allclose(mapped.values, in_place.values, atol=1e-12)
    over_module = qaimagic.landscape(
        lambda: tilt(), weights={"tilt": tilt}, over=["tilt.theta[0]", "tilt.theta[1]"], points=5
    )
    np.testing.assert_allclose(over_module.values, in_place.values, atol=1e-12)


def test_what_torch_cannot_map_is_taken_row_by_row(tilt):
    def stepped(theta):
        return torch.cos(theta[0]) if float(theta[1]) > 0 else torch.zeros(())

    theta = torch.tensor([0.0, 0.0], dtype=torch.double)
    found = qaimagic.landscape(stepped, weights=theta, points=5)
    expected = np.where(found.y[:, None] > 0, np.cos(found.x), 0.0)
    np.testing.assert_allclose(found.values, expected, atol=1e-12)


def test_noise_shrinks_it_as_the_channel_says(tilt):
    noisy = qaimagic.devices.get("qaimagic.qubit", depolarizing=0.06)
    found = qaimagic.landscape(tilt, points=5, device=noisy)
    np.testing.assert_allclose(found.values, closed_form(found, (1 - 0.08) ** 2), atol=1e-12)
    assert found.notes == ("Computed on qaimagic.qubit, depolarizing 0.06.",)


def test_shots_scatter_as_they_must_and_follow_the_seed(tilt):
    found = qaimagic.landscape(tilt, points=9, shots=50, seed=3)
    again = qaimagic.landscape(tilt, points=9, shots=50, seed=3)
    np.testing.assert_array_equal(found.values, again.values)
    assert found.notes == ("Computed with 50 shots.",)
    exact = closed_form(found)
    sigma = np.sqrt((1 - exact**2) / 50)
    pulls = ((found.values - exact) / sigma)[sigma > 0.02]
    # About 80 pulls of unit variance: their mean square is 1 up to 5 standard errors.
    assert abs(np.mean(pulls**2) - 1) < 5 * math.sqrt(2 / pulls.size)


def test_a_layers_answer_for_one_input():
    @qaimagic.quantum
    def layer(inputs, theta: (2,)):
        qml.RX(inputs[0] + theta[0], wires=0)
        qml.RY(theta[1], wires=0)
        return qml.expval(qml.Z(0))

    found = qaimagic.landscape(layer.double(), inputs=[0.7], points=5)
    expected = np.cos(found.x + 0.7) * np.cos(found.y[:, None])
    np.testing.assert_allclose(found.values, expected, atol=1e-7)
    with pytest.raises(ValueError, match="`inputs` must be finite, but `inputs` holds NaN"):
        qaimagic.landscape(layer, inputs=[float("nan")], points=5)
    with pytest.raises(TypeError, match="`inputs` must be tensors, but there is str"):
        qaimagic.landscape(layer, inputs="x", points=5)


def test_an_interrupt_keeps_the_finest_complete_grid():
    calls = []

    def slow(theta):
        calls.append(float(theta[0]))
        if len(calls) == 1 + 25 + 30:
            os.kill(os.getpid(), signal.SIGINT)
        return torch.cos(theta).prod()

    theta = torch.zeros(2, dtype=torch.double)
    found = qaimagic.landscape(slow, weights=theta, points=33)
    assert len(found.x) < 33
    assert "interrupted" in found.text
    np.testing.assert_allclose(found.values, closed_form(found), atol=1e-12)
    assert found.x[[0, -1]] == pytest.approx([-math.pi, math.pi])


def test_numbers_that_are_not_finite_are_gaps():
    theta = torch.tensor([0.0, 0.0], dtype=torch.double)
    found = qaimagic.landscape(lambda t: torch.log(t[0]) + t[1], weights=theta, points=5)
    assert np.isnan(found.values[:, :2]).all()
    assert np.isinf(found.values[:, 2]).all()
    assert found.minimum[0] > 0
    assert "nan" not in found.plot().svg.lower()


def test_the_surface_is_computed_in_one_batch(tilt):
    surface = surface_of(tilt, None, None, None, None)
    rows = {"theta": torch.randn(7, 2, dtype=torch.double)}
    calls = []
    original = surface.one
    object.__setattr__(surface, "one", lambda row: calls.append(1) or original(row))
    assert surface.evaluator()(rows).shape == (7,)
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"over": ["theta[0]"]}, ValueError, "name two weights, but there is 1"),
        ({"over": ["theta[0]", "theta[0]"]}, ValueError, r"both are `theta\[0\]`"),
        ({"over": ["theta[0]", "theta[2]"]}, ValueError, "index 2 is not among 0 to 1"),
        ({"over": "theta[0]"}, ValueError, r"it is `theta\[0\]`"),
        ({"random": True, "over": ["theta[0]", "theta[1]"]}, ValueError, "left out with `random`"),
        ({"points": 2}, ValueError, "at least 3"),
        ({"span": 0}, ValueError, "above 0"),
        ({"seed": -1}, ValueError, "at least 0"),
        ({"inputs": [1.0]}, ValueError, "`inputs` must hold nothing, but 1 was given"),
        ({"loss": "MSELoss"}, ValueError, "`data` must be given with `loss`"),
        ({"weights": torch.zeros(2)}, ValueError, "left out for a module"),
        ({"points": 100_000}, ValueError, "`points` must be at most 401"),
        ({"over": 3}, ValueError, "name two weights, but it is `3`"),
        ({"path": 3}, TypeError, "it is int"),
    ],
)
def test_what_does_not_fit_is_refused(tilt, given, error, words):
    with pytest.raises(error, match=words):
        qaimagic.landscape(tilt, **given)


@pytest.mark.parametrize("how", [{}, {"random": True}])
def test_weights_that_are_not_finite_are_refused(tilt, how):
    tilt.theta.data[0] = float("nan")
    with pytest.raises(ValueError, match="`what` must have finite weights, but `theta` holds NaN"):
        qaimagic.landscape(tilt, points=3, **how)


def test_what_cannot_be_looked_at_is_refused(model):
    with pytest.raises(TypeError, match="be a layer, a module or a function, but it is int"):
        qaimagic.landscape(3)
    with pytest.raises(ValueError, match="be given with a function"):
        qaimagic.landscape(lambda: torch.zeros(()))
    with pytest.raises(ValueError, match="return one real number, but it returns Tensor of sha"):
        qaimagic.landscape(model, inputs=[[0.1, 0.2]], random=True)
    with pytest.raises(ValueError, match="there is no `phi`"):
        qaimagic.landscape(lambda phi, theta: phi + theta, weights={"theta": torch.zeros(2)})
    with pytest.raises(ValueError, match="`inputs` must hold `input`"):
        qaimagic.landscape(model, random=True)
