"""Losses by their names, and what the losses of torch take as targets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor, nn
from torch.nn import functional

from qaimagic._checks import requirement
from qaimagic.training.objective.lookup import find_callable, name_of

LossFunction = Callable[[Tensor, Tensor], Tensor]
_KNOWN = [name for name in dir(nn) if name.endswith("Loss")]
_TINY = 1e-12


def named_loss(loss: str | Callable[..., Any]) -> tuple[str, LossFunction]:
    """Return the name and the function of the loss asked for.

    Raises:
        ValueError: If torch has no such loss, with the nearest one.
        TypeError: If it is neither a name nor a function.
    """
    found = find_callable("loss", loss, [nn, functional], _KNOWN) if isinstance(loss, str) else loss
    if not callable(found):
        raise TypeError(requirement("loss", "be a name or a function", f"it is {loss!r}"))
    if isinstance(found, type):
        return found.__name__, found()
    return name_of(found, "loss"), found


def log_of_probabilities(output: Tensor, target: Tensor) -> Tensor:
    """Return the mean negative log of the probability of each sample's class.

    Args:
        output: Probabilities, shape (n, n_classes).
        target: Classes, shape (n,), dtype int64.
    """
    return functional.nll_loss(output.clamp_min(_TINY).log(), target)


_CLASS_LOSSES = (
    nn.CrossEntropyLoss,
    nn.NLLLoss,
    nn.MultiMarginLoss,
    functional.cross_entropy,
    functional.nll_loss,
    functional.multi_margin_loss,
    log_of_probabilities,
)
_PROBABILITY_LOSSES = (nn.BCELoss, functional.binary_cross_entropy)
_LOGIT_LOSSES = (nn.BCEWithLogitsLoss, functional.binary_cross_entropy_with_logits)


def takes_classes(loss: Callable[..., Any]) -> bool:
    """Return whether ``loss`` takes the index of a class for each sample."""
    return loss in _CLASS_LOSSES or type(loss) in _CLASS_LOSSES


def takes_probabilities(loss: Callable[..., Any]) -> bool:
    """Return whether ``loss`` takes outputs between 0 and 1 alone."""
    return loss in _PROBABILITY_LOSSES or type(loss) in _PROBABILITY_LOSSES


def takes_shares(loss: Callable[..., Any]) -> bool:
    """Return whether ``loss`` takes targets between 0 and 1 alone."""
    return takes_probabilities(loss) or loss in _LOGIT_LOSSES or type(loss) in _LOGIT_LOSSES


def is_torchs(loss: Callable[..., Any]) -> bool:
    """Return whether ``loss`` comes with torch, and so wants targets of the outputs' shape."""
    home = type(loss).__module__ if isinstance(loss, nn.Module) else loss.__module__
    return home.startswith("torch.nn.")
