"""How a batch becomes the number that is minimised."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor, nn

from qaimagic._checks import requirement
from qaimagic.training.data.batches import Batch
from qaimagic.training.loop.learner import Compute
from qaimagic.training.loop.preflight import check_gradient
from qaimagic.training.objective.choice import Objective


def supervised(model: nn.Module, objective: Objective) -> Compute:
    """Return how a batch becomes a loss and outputs, by the objective or the model's own loss."""
    if objective.loss is None:
        own = own_loss_of(model)

        def compute_own(batch: Batch | None) -> tuple[Tensor, Tensor | None]:
            assert batch is not None
            return own(batch.content).reshape(()), None

        return compute_own
    loss = objective.loss

    def compute(batch: Batch | None) -> tuple[Tensor, Tensor | None]:
        assert batch is not None
        output = model(*batch.inputs)
        return loss(output, batch.target).reshape(()), output  # type: ignore[arg-type]

    return compute


def own_loss_of(model: nn.Module) -> Callable[[Any], Tensor]:
    """Return the model's ``training_loss``.

    Raises:
        ValueError: If it has none, as a baseline beside a model that has one.
    """
    own: Callable[[Any], Tensor] = getattr(model, "training_loss", None)  # type: ignore[assignment]
    if own is None:
        received = f"`{type(model).__name__}` has none"
        raise ValueError(requirement("baseline", "have a `training_loss` too", received))
    return own


def check_one_number(value: Any, name: str, fix: str = "") -> Tensor:
    """Return ``value`` if it can be minimised: one real number that depends on parameters.

    Raises:
        ValueError: If it is anything else.
    """
    if not isinstance(value, Tensor) or value.numel() != 1:
        shape = f" of shape {tuple(value.shape)}" if isinstance(value, Tensor) else ""
        received = f"it returns a {type(value).__name__}{shape}"
        raise ValueError(requirement(name, "return one number as a tensor", received, fix))
    if value.is_complex():
        raise ValueError(requirement(name, "return a real number", "it is complex"))
    check_gradient(value, name)
    return value
