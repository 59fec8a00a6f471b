"""Models with fresh weights, each a copy of its own: the user's model stays as it is."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import torch
from torch import nn

from qaimagic._checks import requirement
from qaimagic.devices import Profile
from qaimagic.devices.selection import Choice
from qaimagic.training.loop.preflight import check_model
from qaimagic.training.loop.streams import Stream, derive
from qaimagic.training.loop.weights import Weights, quantum_layers

Maker = Callable[[int], nn.Module]
"""From a seed to a model with weights that follow from it alone."""


def maker_of(name: str, model: Any, argument: str = "models") -> Maker:
    """Return what makes a model anew for each run.

    Args:
        name: What the model is called.
        model: A module, of which copies are reset, or a function without arguments that returns
            a new module.
        argument: The argument that holds it, for messages.

    Raises:
        TypeError: If it is neither.
        ValueError: If a module cannot be reset.
    """
    if isinstance(model, nn.Module):
        check_model(model)
        _check_resets(name, model, argument)
    elif not callable(model):
        rule = "be modules, or functions that return one"
        raise TypeError(requirement(argument, rule, f"`{name}` is a {type(model).__name__}"))

    def make(seed: int) -> nn.Module:
        device = Weights({"": model}).device if isinstance(model, nn.Module) else None
        with Stream(derive(seed, "weights"), device):
            if isinstance(model, nn.Module):
                made = copy.deepcopy(model)
                redraw(made.modules())
            else:
                made = check_model(model(), argument)
        for layer in quantum_layers(made).values():
            layer.runner = type(layer.runner)(_following_torch(layer.runner.choice))
        return made

    return make


def _following_torch(choice: Choice) -> Choice:
    """Let shots follow the run's seed, not one of the layer's or of its profile's."""
    return replace(choice, seed=None, device=unseeded(choice.device))


def unseeded(device: Any) -> Any:
    """Return a device whose shots follow the run's seed."""
    return replace(device, seed=None) if isinstance(device, Profile) else device


def _own_weights(part: nn.Module) -> list[nn.Parameter]:
    return [weight for weight in part.parameters(recurse=False) if weight.requires_grad]


def _check_resets(name: str, model: nn.Module, argument: str) -> None:
    for place, part in model.named_modules():
        if _own_weights(part) and not callable(getattr(part, "reset_parameters", None)):
            where = f" at `{place}`" if place else ""
            raise ValueError(
                requirement(
                    argument,
                    "start each run from fresh weights",
                    f"{type(part).__name__}{where} in `{name}` has no `reset_parameters`",
                    "Give a function that builds the model: `def build(): return Model()`.",
                )
            )


@torch.no_grad()
def redraw(parts: Iterable[nn.Module]) -> None:
    """Draw the weights of modules anew, where they know how; frozen weights stay."""
    for part in parts:
        frozen = not _own_weights(part) and any(True for _ in part.parameters(recurse=False))
        reset: Any = getattr(part, "reset_parameters", None)
        if callable(reset) and not frozen:
            reset()
