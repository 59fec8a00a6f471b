from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from tests.training.problems import quiet, two_blobs

X, Y = two_blobs()
AMOUNTS = X.sum(1)


def _net(n_out: int, last: nn.Module | None = None) -> nn.Module:
    layers: list[nn.Module] = [nn.Linear(2, n_out)]
    return nn.Sequential(*layers, *([last] if last else []))


@pytest.mark.parametrize(
    ("n_out", "last", "target", "loss", "metric"),
    [
        (2, None, Y, "CrossEntropyLoss", "accuracy"),
        (2, None, Y.float(), "CrossEntropyLoss", "accuracy"),
        (2, None, nn.functional.one_hot(Y), "CrossEntropyLoss", "accuracy"),
        (2, nn.Softmax(1), Y, "negative log-likelihood of the model's probabilities", "accuracy"),
        (1, None, Y, "BCEWithLogitsLoss", "accuracy"),
        (1, None, Y.float()[:, None], "BCEWithLogitsLoss", "accuracy"),
        (1, nn.Tanh(), 2 * Y - 1, "MSELoss", "accuracy"),
        (1, None, AMOUNTS, "MSELoss", "R2"),
        (2, None, X * 2, "MSELoss", "R2"),
        (1, None, torch.arange(64), "MSELoss", "R2"),
    ],
)
def test_a_loss_and_a_metric_are_chosen_from_the_target(
    n_out: int, last: nn.Module | None, target: Tensor, loss: str, metric: str
) -> None:
    torch.manual_seed(0)
    run = quiet(_net(n_out, last), (X, target), epochs=30, lr=0.05)
    assert (run.loss, run.metric) == (loss, metric)
    assert any(f"loss {loss}, metric {metric}" in notice for notice in run.notices)
    assert run.history.losses[-1] < run.history.losses[0]
    if metric == "accuracy":
        assert run.history.metrics[-1] > 0.8


@pytest.mark.parametrize(
    ("loss", "name"),
    [
        ("MSELoss", "MSELoss"),
        ("huber_loss", "huber_loss"),
        ("torch.nn.functional.l1_loss", "l1_loss"),
        (nn.SmoothL1Loss, "SmoothL1Loss"),
        (nn.HuberLoss(delta=0.5), "HuberLoss"),
        (lambda output, y: (output[:, 0] - y).square().mean(), "loss"),
    ],
)
def test_losses_by_name_and_functions(loss: Any, name: str) -> None:
    torch.manual_seed(0)
    model = _net(1)
    run = quiet(model, (X, AMOUNTS), loss=loss, epochs=120, lr=0.1)
    assert run.loss == name
    assert torch.allclose(model[0].weight, torch.ones(1, 2), atol=0.1)


def test_a_column_of_outputs_is_not_broadcast_against_a_row_of_targets() -> None:
    run = quiet(_net(1), (X, AMOUNTS), loss="MSELoss", metric="r2", epochs=200, lr=0.05)
    assert run.history.epochs[-1].val_metric > 0.99


@pytest.mark.parametrize(
    ("metric", "name", "value"),
    [("mae", "MAE", 1.0), ("mse", "MSE", 1.0), ("r2", "R2", 0.0), (len, "len", 64.0)],
)
def test_metrics(metric: Any, name: str, value: float) -> None:
    class Zero(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.zero = nn.Parameter(torch.zeros(1))

        def forward(self, x: Tensor) -> Tensor:
            return self.zero.expand(len(x), 1) * 0

    if metric is len:
        metric = lambda output, _target: len(output)  # noqa: E731
        name = "metric"
    signs = (2 * Y - 1).float()
    run = quiet(Zero(), (X, signs), val=(X, signs), loss="MSELoss", metric=metric, epochs=1)
    assert run.metric == name
    assert run.history.epochs[0].val_metric == pytest.approx(value)


@pytest.mark.parametrize(
    ("n_out", "target", "options", "message"),
    [
        (
            2,
            Y + 1,
            {},
            "are classes from 0 to 1 for .*, but .* a target is 2. Count .* from 0: `y - 1`",
        ),
        (2, Y * 2, {}, "a target is 2. End the model with 3 outputs"),
        (2, Y - 1, {"loss": "CrossEntropyLoss"}, "a target is -1"),
        (2, AMOUNTS, {"loss": "CrossEntropyLoss"}, "are classes for CrossEntropyLoss, but one of"),
        (2, AMOUNTS, {}, "`model` must have one output, but it has 2"),
        (1, torch.arange(64) % 4, {}, "the targets are 4 classes and the model has one output"),
        (1, 2 * Y, {"loss": "BCEWithLogitsLoss"}, "range from 0 to 2"),
        (1, Y, {"loss": "BCELoss"}, "`model` must answer with probabilities for BCELoss"),
        (2, X[:, :1].repeat(1, 3) + 0.5, {"loss": "MSELoss"}, "have the outputs' shape"),
        (1, AMOUNTS, {"loss": "MSELos"}, "Did you mean `MSELoss`"),
        (1, AMOUNTS, {"loss": "torch.nn.functional.nothing"}, "is neither"),
        (1, AMOUNTS, {"metric": "acuracy"}, "Did you mean `accuracy`"),
        (2, Y, {"metric": "sklearn.metrics.f1_score"}, "outputs before targets, .* `y_true`"),
        (2, Y, {"metric": lambda output, y: output - y}, "return one number .* raises"),
        (1, AMOUNTS, {"loss": lambda output, y: output - y}, "End it with `.mean\\(\\)`"),
        (1, AMOUNTS, {"loss": lambda *_: 1.0}, "return one number as a tensor"),
    ],
)
def test_targets_that_do_not_fit_are_refused(
    n_out: int, target: Tensor, options: dict[str, Any], message: str
) -> None:
    torch.manual_seed(1)
    with pytest.raises(ValueError, match=message):
        quiet(_net(n_out), (X, target), **options)


def test_names_are_never_evaluated() -> None:
    with pytest.raises(ValueError, match="is neither"):
        quiet(_net(1), (X, AMOUNTS), loss="__import__('os').getcwd")
