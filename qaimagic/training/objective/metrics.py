"""Numbers that people read: accuracy and the measures of a regression."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from qaimagic.training.objective.targets import Kind

_LOGIT_LOSSES = ("BCEWithLogitsLoss", "binary_cross_entropy_with_logits", "SoftMarginLoss")


@dataclass(frozen=True)
class Metric:
    """A measure of how good predictions are.

    Attributes:
        name: What to call it.
        compute: From all outputs and fitted targets of a data set to one number.
        rises: Whether higher is better.
    """

    name: str
    compute: Callable[[Tensor, Tensor], float]
    rises: bool


def accuracy(kind: Kind, loss_name: str) -> Metric:
    """Return the share of samples whose class is right.

    One output counts as its class by its sign where targets are -1 and +1 or the loss takes
    logits, else by whether it exceeds one half.
    """
    threshold = 0.0 if kind == "signs" or loss_name in _LOGIT_LOSSES else 0.5

    def compute(output: Tensor, target: Tensor) -> float:
        if output.ndim > 1 and output.shape[1] > 1:
            truth = target.argmax(dim=1) if target.shape == output.shape else target
            right = output.argmax(dim=1) == truth.reshape(output.shape[0], *output.shape[2:])
        else:
            right = (output > threshold).reshape(-1) == (target > threshold).reshape(-1)
        return float(right.double().mean())

    return Metric("accuracy", compute, rises=True)


def r2(_kind: Kind, _loss_name: str) -> Metric:
    """Return the share of the targets' variance that is explained, 1 at best."""

    def compute(output: Tensor, target: Tensor) -> float:
        truth = target.double().reshape(len(target), -1)
        rest = (truth - output.double().reshape(truth.shape)).square().sum()
        spread = (truth - truth.mean(dim=0)).square().sum()
        return float(1 - rest / spread) if spread > 0 else 0.0

    return Metric("R2", compute, rises=True)


def mae(_kind: Kind, _loss_name: str) -> Metric:
    """Return the mean absolute error."""
    return Metric("MAE", lambda o, t: _error(o, t).abs().mean().item(), rises=False)


def mse(_kind: Kind, _loss_name: str) -> Metric:
    """Return the mean squared error."""
    return Metric("MSE", lambda o, t: _error(o, t).square().mean().item(), rises=False)


METRICS: dict[str, Callable[[Kind, str], Metric]] = {
    "accuracy": accuracy,
    "r2": r2,
    "mae": mae,
    "mse": mse,
}


def metric_for(kind: Kind, loss_name: str) -> Metric:
    """Return the metric that suits ``kind`` by itself."""
    return r2(kind, loss_name) if kind == "regression" else accuracy(kind, loss_name)


def _error(output: Tensor, target: Tensor) -> Tensor:
    return torch.sub(output.double().reshape(target.shape), target.double())
