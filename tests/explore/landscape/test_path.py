"""The way of a run: recorded, bounded, and told honestly where it leaves the plane."""

import math

import numpy as np
import pytest
import torch

import qaimagic
from qaimagic.explore.landscape import path as module


def descend(theta, path, steps=20, **more):
    return qaimagic.minimize(
        lambda: (theta * torch.tensor([1.0, 2.0, 3.0])[: len(theta)]).square().sum(),
        {"theta": theta}, steps=steps, opt="SGD", lr=0.05, live=False, listeners=[path], **more,
    )  # fmt: skip


def test_the_path_is_that_of_gradient_descent():
    theta = torch.tensor([1.0, 2.0])
    path = qaimagic.WeightPath({"theta": theta})
    descend(theta, path)
    assert path.steps == list(range(21))
    # theta <- theta - 0.05 * 2 * scale^2 * theta
    expected = np.array([[0.9**k, 2 * 0.6**k] for k in range(21)])
    found = qaimagic.landscape(
        lambda theta: theta.square().sum(), weights={"theta": theta}, path=path, points=5
    )
    np.testing.assert_allclose(found.path, expected, atol=1e-6)
    assert [mark.label for mark in found.ends] == ["start", "end"]
    assert "shadow" not in found.text


def test_the_axes_grow_until_the_path_is_in_sight():
    theta = torch.tensor([20.0, 0.0])
    path = qaimagic.WeightPath({"theta": theta})
    descend(theta, path)
    found = qaimagic.landscape(lambda t: t.square().sum(), weights={"theta": theta}, path=path)
    assert found.x[-1] > 20.0
    assert found.y[-1] == pytest.approx(math.pi)


def test_what_lies_outside_of_the_plane_is_told():
    theta = torch.tensor([1.0, 2.0, 3.0])
    path = qaimagic.WeightPath({"theta": theta})
    descend(theta, path, steps=200)
    found = qaimagic.landscape(
        lambda theta: theta.square().sum(), weights={"theta": theta}, path=path,
        over=["theta[0]", "theta[1]"], points=3,
    )  # fmt: skip
    share = (1**2 + 2**2) / (1**2 + 2**2 + 3**2)
    assert f"{100 * share:.0f}% of the squared way" in found.text


def test_a_record_shows_its_best_and_last_weights():
    model = torch.nn.Linear(1, 1)
    X = torch.linspace(-1, 1, 32).reshape(-1, 1)
    run = qaimagic.train(model, (X, 2 * X), epochs=2, live=False)
    found = qaimagic.landscape(model, (X, 2 * X), path=run, points=3)
    assert found.path is None
    assert [mark.label for mark in found.ends] == ["best weights", "last weights"]
    last = found.ends[1]
    assert last.x == pytest.approx(float(run.last_state["weight"]), abs=1e-6)
    assert last.y == pytest.approx(float(run.last_state["bias"]), abs=1e-6)


def test_a_long_path_is_thinned_and_keeps_its_ends(monkeypatch):
    monkeypatch.setattr(module, "_MOST", 10)
    theta = torch.tensor([1.0, 2.0])
    path = qaimagic.WeightPath({"theta": theta})
    descend(theta, path, steps=77)
    assert len(path) <= 11
    assert (path.steps[0], path.steps[-1]) == (0, 77)
    gaps = np.diff(path.steps)[:-1]
    assert len(set(gaps)) == 1
    assert torch.equal(path.states[-1]["theta"], theta)


def test_a_run_that_goes_on_makes_the_path_longer_and_another_start_a_new_one():
    theta = torch.tensor([1.0, 2.0])
    path = qaimagic.WeightPath({"theta": theta})
    descend(theta, path, steps=5)
    descend(theta, path, steps=5)
    assert len(path) == 11
    theta.copy_(torch.tensor([3.0, 3.0]))
    descend(theta, path, steps=5)
    assert len(path) == 6


def test_paths_that_do_not_fit_are_refused():
    theta = torch.tensor([1.0, 2.0])
    with pytest.raises(TypeError, match="there is int"):
        qaimagic.WeightPath(3)
    for nothing in ({}, torch.nn.ReLU(), torch.tensor([1, 2])):
        with pytest.raises(ValueError, match="have trainable weights, but there are none"):
            qaimagic.WeightPath(nothing)
    empty = qaimagic.WeightPath({"theta": theta})
    other = qaimagic.WeightPath({"phi": theta})
    descend(theta, other)
    for path, words in ((empty, "it is empty"), (other, "hold `theta`")):
        with pytest.raises(ValueError, match=words):
            qaimagic.landscape(lambda theta: theta.sum(), weights={"theta": theta}, path=path)
