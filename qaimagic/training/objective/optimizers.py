"""Optimizers and learning rate schedules by name: torch's, and those for circuits."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from torch import Tensor, optim
from torch.optim import lr_scheduler

from qaimagic._checks import check_number, requirement
from qaimagic.training.objective.lookup import find_callable

_OPTIMIZERS = [
    name
    for name, item in vars(optim).items()
    if isinstance(item, type) and issubclass(item, optim.Optimizer) and name != "Optimizer"
]
_OURS = {
    "QNG": "qaimagic.training.optimizers.qng",
    "QNSPSA": "qaimagic.training.optimizers.qnspsa",
    "Rotosolve": "qaimagic.training.optimizers.rotosolve",
    "SPSA": "qaimagic.training.optimizers.spsa",
}
_OF_MODELS = ("QNG", "QNSPSA")
_WITHOUT_RATE = ("Rotosolve",)
OPTIMIZERS = sorted([*_OPTIMIZERS, *_OURS])
"""All optimizers that have a name."""
_SCHEDULES = [
    name
    for name, item in vars(lr_scheduler).items()
    if isinstance(item, type) and name.endswith(("LR", "Plateau", "Restarts")) and name[0] != "_"
]


def make_optimizer(
    opt: str | Callable[..., Any], parameters: Sequence[Tensor], lr: float, parts: Any = None
) -> optim.Optimizer:
    """Return the optimizer asked for.

    Args:
        opt: A name of ``torch.optim``, one of ours in whichever case, a dotted name, or a function
            of the parameters and ``lr``.
        parameters: What it changes.
        lr: Learning rate.
        parts: The modules and tensors that hold the parameters, for those of ours that look at
            layers; without them the parameters are all there is.

    Raises:
        ValueError: If torch has no such optimizer, with the nearest one.
        TypeError: If what was given does not make an optimizer.
    """
    rate = check_number("lr", lr, above=0)
    if isinstance(opt, optim.Optimizer):
        fix = "Give its name, or a function: `lambda parameters, lr: SGD(parameters, lr=lr)`."
        rule = "be a name or a function of the parameters and lr"
        raise TypeError(requirement("opt", rule, "it is an optimizer already made", fix))
    if isinstance(opt, str) and (name := ours(opt)) is not None:
        return _made(name, list(parameters), rate, parts)
    maker = find_callable("opt", opt, [optim], OPTIMIZERS) if isinstance(opt, str) else opt
    if not callable(maker):
        raise TypeError(requirement("opt", "be a name or a function", f"it is {opt!r}"))
    made = maker(list(parameters), lr=rate)
    if not isinstance(made, optim.Optimizer):
        received = f"it makes a {type(made).__name__}"
        raise TypeError(requirement("opt", "make an optimizer of torch", received))
    return made


def ours(opt: Any) -> str | None:
    """Return the name of the optimizer for circuits that ``opt`` names in whichever case."""
    if not isinstance(opt, str):
        return None
    return next((name for name in _OURS if name.lower() == opt.lower()), None)


def for_twin(opt: str | Callable[..., Any]) -> str | Callable[..., Any]:
    """Return the optimizer of a classical twin: ``Adam`` where ``opt`` is for circuits alone."""
    return "Adam" if ours(opt) in (*_OF_MODELS, *_WITHOUT_RATE) else opt


def check_options(optimizer: optim.Optimizer, **options: Any) -> None:
    """Check that the options of a training make sense with an optimizer.

    Raises:
        ValueError: If one that was given makes none.
    """
    refused = getattr(optimizer, "refused", {})
    for option, value in options.items():
        if value is not None and option in refused:
            name = type(optimizer).__name__
            rule = f"be left out with {name}"
            raise ValueError(requirement(option, rule, f"it is {value!r}: {refused[option]}"))


def check_rate(opt: Any, lr: float | None) -> None:
    """Check that no learning rate was given to an optimizer that has none.

    Raises:
        ValueError: If one was.
    """
    name = ours(opt)
    if lr is not None and name in _WITHOUT_RATE:
        rule = f"be left out with {name}"
        raise ValueError(requirement("lr", rule, f"it is {lr!r}: it has no learning rate"))


def _made(name: str, parameters: list[Tensor], lr: float, parts: Any) -> optim.Optimizer:
    maker: Callable[..., optim.Optimizer] = getattr(import_module(_OURS[name]), name)
    if name in _OF_MODELS:
        return maker(parameters if parts is None else parts, lr=lr)
    return maker(parameters) if name in _WITHOUT_RATE else maker(parameters, lr=lr)


def make_schedule(
    schedule: str | Callable[..., Any] | None, optimizer: optim.Optimizer, length: int | None
) -> Any:
    """Return the learning rate schedule asked for, or None.

    Args:
        schedule: A name of ``torch.optim.lr_scheduler``, a dotted name, or a function of the
            optimizer.
        optimizer: Whose learning rate it changes.
        length: How often it will be stepped in the run, if known; spreads the schedule over it.

    Raises:
        ValueError: If torch has no such schedule, or it needs settings of its own.
        TypeError: If what was given does not make a schedule.
    """
    if schedule is None:
        return None
    if not isinstance(schedule, str):
        if not callable(schedule):
            rule = "be a name or a function of the optimizer"
            raise TypeError(requirement("schedule", rule, f"it is {schedule!r}"))
        made = schedule(optimizer)
    else:
        maker = find_callable("schedule", schedule, [lr_scheduler], _SCHEDULES)
        try:
            made = maker(optimizer, **_spread(maker, optimizer, length or 100))
        except TypeError as error:
            received = f"`{schedule}` needs some ({error})"
            fix = f"Give a function: `lambda optimizer: {schedule}(optimizer, ...)`."
            rule = "be a schedule that needs no settings"
            raise ValueError(requirement("schedule", rule, received, fix)) from error
    if not hasattr(made, "state_dict") or not hasattr(made, "step"):
        received = f"it makes a {type(made).__name__}"
        raise TypeError(requirement("schedule", "make a schedule of torch", received))
    return made


def step_schedule(schedule: Any, watched: float) -> None:
    """Move ``schedule`` on, if it has not come to its end.

    Args:
        schedule: A schedule of torch's, or None.
        watched: The loss that one which waits for a plateau looks at.
    """
    if schedule is None:
        return
    if isinstance(schedule, lr_scheduler.ReduceLROnPlateau):
        schedule.step(watched)
    elif schedule.last_epoch < getattr(schedule, "total_steps", math.inf):
        schedule.step()


def _spread(maker: Any, optimizer: optim.Optimizer, length: int) -> dict[str, Any]:
    rate = optimizer.param_groups[0]["lr"]
    settings: dict[Any, dict[str, Any]] = {
        lr_scheduler.CosineAnnealingLR: {"T_max": length},
        lr_scheduler.CosineAnnealingWarmRestarts: {"T_0": max(1, length // 3)},
        lr_scheduler.ExponentialLR: {"gamma": 0.01 ** (1 / length)},
        lr_scheduler.OneCycleLR: {"max_lr": rate, "total_steps": length},
        lr_scheduler.PolynomialLR: {"total_iters": length},
        lr_scheduler.StepLR: {"step_size": max(1, length // 3)},
    }
    return settings.get(maker, {})
