from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from qaimagic import minimize
from qaimagic.errors import CheckpointError
from tests.training.problems import InterruptAt


def test_tensors_and_modules_are_changed_in_place() -> None:
    theta, layer = torch.zeros(2), nn.Linear(1, 1, bias=False)

    def loss() -> torch.Tensor:
        return ((theta - 1) ** 2).sum() + (layer.weight - 2).square().sum()

    run = minimize(loss, {"theta": theta, "layer": layer}, steps=150, live=False)
    assert torch.allclose(theta, torch.ones(2), atol=1e-2)
    assert layer.weight.item() == pytest.approx(2.0, abs=1e-2)
    assert set(run.last_state) == {"theta", "layer.weight"}
    assert not theta.requires_grad
    assert run.model == "theta, layer with 3 parameters"
    assert len(run.history.steps) == 150
    assert not run.history.epochs


@pytest.mark.parametrize("opt", ["LBFGS", "SGD", torch.optim.Adam])
def test_optimizers(opt: Any) -> None:
    x = torch.tensor([2.0, -1.0], requires_grad=True)
    minimize(lambda: (x**2).sum(), x, opt=opt, steps=120, live=False)
    assert x.abs().max().item() < 0.02
    assert x.requires_grad


def test_stopping_by_patience_and_interrupt() -> None:
    x = torch.tensor(1.0)
    run = minimize(lambda: x * 0 + 1, x, patience=5, live=False)
    assert (run.stop_reason, len(run.history.steps)) == ("patience", 6)
    run = minimize(lambda: x**2, x, listeners=[InterruptAt(4)], live=False)
    assert (run.stop_reason, len(run.history.steps)) == ("interrupted", 4)


def test_an_infinite_loss_keeps_the_last_good_value() -> None:
    x = torch.tensor(0.5)
    run = minimize(lambda: torch.log(x), x, opt="SGD", lr=0.3, live=False)
    assert run.stop_reason == "not_finite"
    assert x.item() > 0
    assert torch.isfinite(torch.log(x))


def test_checkpoint_goes_on(tmp_path: Path) -> None:
    x, path = torch.tensor(1.0), tmp_path / "x"

    def loss() -> torch.Tensor:
        return x**2

    minimize(loss, x, steps=50, checkpoint=path, listeners=[InterruptAt(20)], live=False)
    x.fill_(7.0)
    run = minimize(loss, x, steps=50, checkpoint=path, live=False)
    assert len(run.history.steps) == 50
    assert x.abs().item() < 1
    with pytest.raises(CheckpointError, match="another `loss`"):
        minimize(lambda: x**4, x, checkpoint=path, live=False)


@pytest.mark.parametrize(
    ("over", "error", "message"),
    [
        (torch.tensor([1, 2]), TypeError, "`x` holds whole numbers"),
        (torch.ones(2, requires_grad=True) * 2, ValueError, "was computed from others"),
        ([1.0], TypeError, "`x0` is a float"),
        (nn.Tanh(), ValueError, "nothing in it is trainable"),
        ({}, ValueError, "it is empty"),
    ],
)
def test_what_cannot_be_changed_is_refused(over: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        minimize(lambda: torch.tensor(0.0), over, live=False)


def test_a_loss_must_be_one_number_that_depends_on_them() -> None:
    x = torch.ones(2)
    with pytest.raises(ValueError, match=r"it returns a Tensor of shape \(2,\)"):
        minimize(lambda: x**2, x, live=False)
    with pytest.raises(ValueError, match="its answer has no gradient"):
        minimize(lambda: torch.tensor(1.0), x, live=False)
    with pytest.raises(ValueError, match="it returns a NoneType"):
        minimize(lambda: None, x, live=False)  # type: ignore[arg-type, return-value]
