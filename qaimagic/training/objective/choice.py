"""What is minimised and what is reported: the loss and the metric, named or chosen."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from qaimagic._checks import did_you_mean, requirement
from qaimagic.training.objective.lookup import find_callable, name_of, rises_by_name
from qaimagic.training.objective.losses import LossFunction, log_of_probabilities, named_loss
from qaimagic.training.objective.metrics import METRICS, Metric, metric_for
from qaimagic.training.objective.targets import Task, check_fit, fit_target, task_of


@dataclass(frozen=True)
class Objective:
    """The loss and the metric of a run.

    Attributes:
        loss_name: What to call the loss.
        loss: From outputs and fitted targets to one number; None if the model owns its loss.
        metric: What is reported beside the loss, or None.
        task: What kind of prediction it is, as far as the data tell.
        fit: Brings targets into the dtype and shape that the loss takes.
    """

    loss_name: str
    loss: LossFunction | None
    metric: Metric | None
    task: Task | None
    fit: Callable[[Tensor], Tensor]


def own_loss(name: str) -> Objective:
    """Return the objective of a model that computes its own loss."""
    return Objective(name, None, None, None, lambda target: target)


def choose_objective(
    loss: str | Callable[..., Any] | None,
    metric: str | Callable[..., Any] | None,
    output: Tensor,
    target: Tensor,
    say: Callable[[str], None],
) -> Objective:
    """Return the loss and metric asked for, or those that suit the outputs and targets.

    Args:
        loss: As in ``train``.
        metric: As in ``train``.
        output: The model's answer to a few samples, shape (n, n_outputs) or (n,).
        target: All targets that are at hand, shape (n_samples, ...).
        say: Called with what was chosen.

    Raises:
        ValueError: If no loss suits, or the targets do not fit the one asked for.
    """
    task = task_of(output, target, chosen=loss is not None)
    name, function = _loss_for(task, output) if loss is None else named_loss(loss)
    check_fit(function, name, output, target)
    objective = Objective(
        name,
        function,
        _metric(metric, task, name),
        task,
        lambda goal: fit_target(function, goal, output),
    )
    _check_one_number(objective, output, target)
    if callable(metric) or "." in (metric or ""):
        _check_metric(objective, output, target)
    chosen = [f"loss {name}"] if loss is None else []
    if metric is None and objective.metric is not None:
        chosen.append(f"metric {objective.metric.name}")
    if chosen:
        say(f"Chosen for {task.reason if task else 'these targets'}: {', '.join(chosen)}.")
    return objective


def _loss_for(task: Task | None, output: Tensor) -> tuple[str, LossFunction]:
    if task is None:
        raise ValueError("No loss suits these targets by itself: name one with `loss`.")
    if task.kind == "classes" and _are_probabilities(output):
        return "negative log-likelihood of the model's probabilities", log_of_probabilities
    if task.kind == "classes":
        return "CrossEntropyLoss", nn.CrossEntropyLoss()
    if task.kind == "binary":
        return "BCEWithLogitsLoss", nn.BCEWithLogitsLoss()
    return "MSELoss", nn.MSELoss()


def _are_probabilities(output: Tensor) -> bool:
    sums = output.sum(dim=-1)
    return bool((output >= 0).all()) and torch.allclose(sums, torch.ones_like(sums), atol=1e-4)


def _metric(
    metric: str | Callable[..., Any] | None, task: Task | None, loss_name: str
) -> Metric | None:
    if metric is None:
        return None if task is None else metric_for(task.kind, loss_name)
    if isinstance(metric, str) and metric in METRICS:
        kind = task.kind if task else "regression"
        return METRICS[metric](kind, loss_name)
    if isinstance(metric, str):
        if "." not in metric:
            listing = ", ".join(f"`{name}`" for name in METRICS)
            rule = f"be one of {listing}, a dotted name, or a function"
            message = requirement("metric", rule, f"it is `{metric}`")
            raise ValueError(message + did_you_mean(metric, METRICS))
        metric = find_callable("metric", metric, [], METRICS)
    if not callable(metric):
        raise TypeError(requirement("metric", "be a name or a function", f"it is {metric!r}"))
    name, function = name_of(metric, "metric"), metric
    _check_order(name, function)

    def compute(output: Tensor, target: Tensor) -> float:
        return float(function(output, target))

    return Metric(name, compute, rises_by_name(name))


def _check_order(name: str, metric: Callable[..., Any]) -> None:
    """Refuse what takes the targets first, as scikit-learn's metrics do."""
    try:
        first = next(iter(inspect.signature(metric).parameters), "")
    except (TypeError, ValueError):
        return
    if first == "y_true":
        fix = f"Define `def score(outputs, targets): return {name}(targets, outputs.argmax(1))`."
        rule = "take outputs before targets"
        raise ValueError(requirement("metric", rule, f"`{name}` begins with `y_true`", fix))


def _check_metric(objective: Objective, output: Tensor, target: Tensor) -> None:
    """Try the metric on all targets at hand, with the few outputs over and over."""
    metric = objective.metric
    assert metric is not None
    outputs = output[torch.arange(len(target), device=output.device) % len(output)]
    try:
        metric.compute(outputs, objective.fit(target))
    except Exception as error:
        received = f"`{metric.name}` raises {type(error).__name__}: {error}"
        rule = "return one number for outputs and targets"
        raise ValueError(requirement("metric", rule, received.rstrip("."))) from error


def _check_one_number(objective: Objective, output: Tensor, target: Tensor) -> None:
    assert objective.loss is not None
    value = objective.loss(output, objective.fit(target[: len(output)]))
    if not isinstance(value, Tensor) or value.numel() != 1:
        received = (
            f"`{objective.loss_name}` returns a tensor of shape {tuple(value.shape)}"
            if isinstance(value, Tensor)
            else f"`{objective.loss_name}` returns {value!r}"
        )
        fix = "End it with `.mean()`."
        raise ValueError(requirement("loss", "return one number as a tensor", received, fix))
