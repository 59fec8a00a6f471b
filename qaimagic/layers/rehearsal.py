"""Runs a model once on a batch, to see what its layers are called with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from pennylane.qnn import TorchLayer
from torch import Tensor, nn

from qaimagic._checks import requirement


def as_tensors(model: nn.Module, batch: Sequence[Any]) -> list[Any]:
    """Return a batch with its arrays as tensors, in the dtype and on the device of the model.

    Raises:
        ValueError: If it holds no sample.
    """
    arguments = [_as_tensor(one, model) for one in batch]
    for one in arguments:
        if isinstance(one, Tensor) and not one.numel():
            received = f"its shape is {tuple(one.shape)}"
            raise ValueError(requirement("batch", "hold at least one sample", received))
    return arguments


def inputs_seen(
    model: nn.Module, ready: Mapping[str, TorchLayer], arguments: Sequence[Any]
) -> dict[str, list[Tensor]]:
    """Return what each layer is called with in one run of the model, once for each shape.

    Args:
        model: The model.
        ready: The layers to watch, by name.
        arguments: What the model is called with.

    Raises:
        ValueError: If the model cannot be called with that, which holds a tuple or list. Other
            errors of the model are its own.
    """
    seen: dict[str, dict[Any, Tensor]] = {name: {} for name in ready}

    def note(name: str, given: tuple[Any, ...], named: dict[str, Any]) -> None:
        x = given[0] if given else named["inputs"]
        seen[name][x.shape, x.dtype] = x.detach().clone().requires_grad_(x.requires_grad)

    hooks = [
        layer.register_forward_pre_hook(
            lambda _, given, named, name=name: note(name, given, named), with_kwargs=True
        )
        for name, layer in ready.items()
    ]
    try:
        model(*arguments)
    except Exception as error:
        if not any(isinstance(one, tuple | list) for one in arguments):
            raise
        received = f"with a tuple or list it raises {type(error).__name__}: {error}"
        fix = "As in `model(X)`, so in `accelerate(model, X)`, without targets."
        rule = "be what the model is called with"
        raise ValueError(requirement("batch", rule, received, fix)) from error
    finally:
        for hook in hooks:
            hook.remove()
    return {name: list(found.values()) for name, found in seen.items()}


def _as_tensor(given: Any, model: nn.Module) -> Any:
    if not isinstance(given, np.ndarray):
        return given
    tensor = torch.as_tensor(given)
    like = next((one for one in model.parameters() if one.is_floating_point()), tensor)
    return tensor.to(like) if tensor.is_floating_point() else tensor.to(like.device)
