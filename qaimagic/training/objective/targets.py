"""What the targets are: classes, two classes, signs or amounts; and whether a loss takes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor

from qaimagic._checks import requirement
from qaimagic.training.objective.losses import (
    is_torchs,
    takes_classes,
    takes_probabilities,
    takes_shares,
)

Kind = Literal["classes", "binary", "signs", "regression"]
_MOST_CLASSES = 20


@dataclass(frozen=True)
class Task:
    """What kind of prediction outputs and targets make together.

    Attributes:
        kind: ``"classes"`` (one output each), ``"binary"`` (0 and 1 by one output), ``"signs"``
            (-1 and +1 by one output) or ``"regression"``.
        reason: What was seen in the targets, to be told.
    """

    kind: Kind
    reason: str


def task_of(output: Tensor, target: Tensor, *, chosen: bool) -> Task | None:
    """Return what kind of prediction it is, or None if shapes do not tell.

    Args:
        output: The model's answer to a few samples.
        target: All targets that are at hand.
        chosen: Whether a loss was asked for; then nothing is refused here.

    Raises:
        ValueError: If classes cannot be told by one output, and no loss was asked for.
    """
    n_outputs = 1 if output.ndim == 1 else output.shape[1]
    values = torch.unique(target) if not target.is_complex() else target
    whole = not target.is_complex() and bool((values == values.round()).all())
    flat = target.ndim == 1 or (target.ndim == 2 and target.shape[1] == 1)
    if not flat and whole and n_outputs > 1 and target.shape[1:] == output.shape[1:]:
        one_hot = bool((target.sum(dim=1) == 1).all()) and bool((values >= 0).all())
        if one_hot:
            return Task("classes", f"one-hot targets of {n_outputs} classes")
    if flat and whole and n_outputs > 1:
        return Task("classes", f"targets that are classes, with {n_outputs} outputs")
    if flat and n_outputs == 1 and _are(values, (0, 1)):
        return Task("binary", "targets 0 and 1 with one output")
    if flat and n_outputs == 1 and _are(values, (-1, 1)):
        return Task("signs", "targets -1 and +1 with one output")
    if flat and whole and not target.is_floating_point() and len(values) <= _MOST_CLASSES:
        if not chosen:
            received = f"the targets are {len(values)} classes and the model has one output"
            rule = "have an output for each class"
            fix = f"End it with {len(values)} outputs, or fit the numbers by the loss `MSELoss`."
            raise ValueError(requirement("model", rule, received, fix))
        return Task("regression", "whole numbers")
    if flat and n_outputs > 1 and not chosen:
        received = f"it has {n_outputs}"
        fix = "The targets are one amount each: end the model with one output, or give `loss`."
        raise ValueError(requirement("model", "have one output", received, fix))
    if target.is_complex() or (not flat and target.shape[1:] != output.shape[1:]):
        return None
    return Task("regression", "targets that are amounts")


def fit_target(loss: Callable[..., Any], target: Tensor, output: Tensor) -> Tensor:
    """Return ``target`` in the dtype and shape that ``loss`` takes.

    Args:
        loss: A loss of torch's, or any other, which gets the targets as they are.
        target: Shape (n, ...).
        output: An answer of the model, for its dtype and the shape of a sample.
    """
    if takes_classes(loss):
        if target.shape[1:] == output.shape[1:] and target.ndim > 1 and output.shape[1] > 1:
            return target.to(output.dtype)
        squeezed = target.squeeze(1) if target.ndim == 2 and target.shape[1] == 1 else target
        return squeezed.to(torch.int64)
    if not is_torchs(loss):
        return target
    shaped = target.to(output.dtype) if not target.is_complex() else target
    same_numbers = target[:1].numel() == output[:1].numel()
    return shaped.reshape(len(target), *output.shape[1:]) if same_numbers else shaped


def check_fit(loss: Callable[..., Any], name: str, output: Tensor, target: Tensor) -> None:
    """Check that ``loss`` takes these targets.

    Raises:
        ValueError: If it does not, with what the targets are.
    """
    if takes_classes(loss):
        _check_classes(name, output, target)
    elif is_torchs(loss) and target[:1].numel() != output[:1].numel():
        received = (
            f"they have shape {tuple(target.shape[1:])} a sample and the outputs "
            f"{tuple(output.shape[1:])}"
        )
        raise ValueError(_targets_must(f"have the outputs' shape for {name}", received))
    elif takes_shares(loss):
        low, high = target.min().item(), target.max().item()
        if low < 0 or high > 1:
            received = f"they range from {low:g} to {high:g}"
            raise ValueError(_targets_must(f"lie between 0 and 1 for {name}", received))
        if takes_probabilities(loss) and (output.min().item() < 0 or output.max().item() > 1):
            rule = f"answer with probabilities for {name}"
            wrong = output[(output < 0) | (output > 1)][0].item()
            received = f"an output is {wrong:.3g}"
            fix = "BCEWithLogitsLoss takes any numbers."
            raise ValueError(requirement("model", rule, received, fix))


def _check_classes(name: str, output: Tensor, target: Tensor) -> None:
    if output.ndim < 2:
        received = f"its outputs have shape {tuple(output.shape)}"
        raise ValueError(requirement("model", f"have an output for each class ({name})", received))
    if target.ndim > 1 and target.shape[1:] == output.shape[1:] and output.shape[1] > 1:
        return
    if target.is_floating_point() and not bool((target == target.round()).all()):
        example = target.reshape(-1)[(target.reshape(-1) != target.reshape(-1).round())][0].item()
        raise ValueError(_targets_must(f"are classes for {name}", f"one of them is {example:g}"))
    n_outputs = output.shape[1]
    low, high = int(target.min()), int(target.max())
    if low < 0 or high >= n_outputs:
        wrong = low if low < 0 else high
        received = f"the model has {n_outputs} outputs and a target is {wrong}"
        fix = f"End the model with {high + 1} outputs." if low >= 0 else ""
        if 1 <= low <= high <= n_outputs:
            fix = "Count the classes from 0: `y - 1`."
        rule = f"are classes from 0 to {n_outputs - 1} for {name}"
        raise ValueError(_targets_must(rule, received, fix))


def _targets_must(rule: str, received: str, fix: str = "") -> str:
    return requirement("data", f"have targets that {rule}", received, fix)


def _are(values: Tensor, allowed: tuple[int, int]) -> bool:
    return len(values) <= 2 and all(value in allowed for value in values.tolist())
