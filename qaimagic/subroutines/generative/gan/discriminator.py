"""Who judges whether a point is one of the data."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor, nn

from qaimagic._checks import requirement
from qaimagic.training.comparison.fresh import redraw

_HIDDEN = 32
_SLOPE = 0.2


def network(n_features: int) -> nn.Module:
    """Return the default: two hidden layers of 32."""
    return nn.Sequential(
        nn.Linear(n_features, _HIDDEN),
        nn.LeakyReLU(_SLOPE),
        nn.Linear(_HIDDEN, _HIDDEN),
        nn.LeakyReLU(_SLOPE),
        nn.Linear(_HIDDEN, 1),
    )


def again(discriminator: nn.Module) -> nn.Module:
    """Return a discriminator like another, with weights of its own."""
    fresh = copy.deepcopy(discriminator)
    redraw(fresh.modules())
    return fresh


def check_discriminator(discriminator: Any, n_features: int) -> None:
    """Try a discriminator on two points.

    Raises:
        TypeError: If it is no module.
        ValueError: If it does not answer with one logit a point.
    """
    if not isinstance(discriminator, nn.Module):
        received = f"it is a {type(discriminator).__name__}"
        raise TypeError(requirement("discriminator", "be a torch module", received))
    rule = f"answer (m, {n_features}) points with a logit each, shape (m, 1)"
    if isinstance([*discriminator.modules()][-1], nn.Sigmoid | nn.LogSigmoid):
        fix = "Leave it out: the loss has its own."
        received = "it ends with a sigmoid"
        raise ValueError(requirement("discriminator", rule, received, fix))  # noqa: TRY004
    like = next(discriminator.parameters(), torch.empty(0))
    modes = [(part, part.training) for part in discriminator.modules()]
    discriminator.eval()
    try:
        with torch.no_grad():
            answer = discriminator(torch.zeros(2, n_features).to(like))
    except (RuntimeError, ValueError) as error:
        raise ValueError(requirement("discriminator", rule, f"it fails: {error}")) from error
    finally:
        for part, mode in modes:
            part.training = mode
    shape = tuple(answer.shape) if isinstance(answer, Tensor) else type(answer).__name__
    if shape not in ((2, 1), (2,)):
        raise ValueError(requirement("discriminator", rule, f"two points give {shape}"))
