"""A network's loss as a function of all its weights side by side, for many points at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_map

from qaimagic._checks import requirement

_CHUNK = 4096
_RULE = "be a function that `torch.func.vmap` can call for many weights at once"
_FIX = (
    "It must draw no random numbers, change no buffers and branch on no tensor: `model.eval()` "
    "switches dropout and batch statistics off."
)


class _Doubles(TorchFunctionMode):
    """Within it, torch computes in double precision whatever the model and its data are in.

    A grid of phases multiplies rounding by thousands.
    """

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Call a function of torch with doubles."""
        del types
        args, kwargs = tree_map(_double, (args, kwargs or {}))
        return func(*args, **kwargs)


def _double(value: Any) -> Any:
    is_shorter = isinstance(value, Tensor) and value.is_floating_point()
    return value.double() if is_shorter else value


def _told(error: Exception) -> str:
    """Return the first sentence of an error, without its full stop."""
    return str(error).splitlines()[0].split(". ")[0].rstrip(".")


class _Loss(nn.Module):
    """A loss without arguments as a module, so that torch can replace the weights it reads."""

    def __init__(self, model: nn.Module, loss: Callable[[], Any]) -> None:
        super().__init__()
        self.model = model
        self._loss = loss

    def forward(self) -> Tensor:
        """Return the loss."""
        value: Tensor = self._loss()
        return value


@dataclass(frozen=True)
class Surface:
    """A loss over its weights.

    Attributes:
        weights: By name, those that are trained.
        here: All of them side by side, (P,).
        gradient: The gradient there by backpropagation, (P,).
        value: The loss there.
        at: Returns the losses, (m,), at points of shape (m, P).
    """

    weights: dict[str, nn.Parameter]
    here: Tensor
    gradient: Tensor
    value: float
    at: Callable[[Tensor], Tensor]

    def write(self, gradient: Tensor) -> None:
        """Make numbers side by side the gradients of the weights."""
        parts = torch.split(gradient, [one.numel() for one in self.weights.values()])
        for weight, part in zip(self.weights.values(), parts, strict=True):
            weight.grad = part.reshape(weight.shape).to(weight).clone()


def surface_of(model: Any, loss: Any) -> Surface:
    """Return the loss of a model as a function of its weights.

    Raises:
        TypeError: If the model is no module, or the loss no function.
        ValueError: If nothing is trained, or the loss is not one finite number that depends on it.
    """
    if not isinstance(model, nn.Module):
        raise TypeError(requirement("model", "be an nn.Module", f"it is {type(model).__name__}"))
    if not callable(loss):
        fix = "For example `lambda: criterion(model(x), y)`."
        raise TypeError(requirement("loss", "be a function", f"it is {loss!r}", fix))
    weights = {name: one for name, one in model.named_parameters() if one.requires_grad}
    if not weights:
        raise ValueError(requirement("model", "have weights to train", "it has none"))
    with torch.enable_grad():
        value = loss()
    if not isinstance(value, Tensor) or value.numel() != 1 or not value.requires_grad:
        received = f"it returns {value!r}"
        rule = "return one number that depends on the weights"
        raise ValueError(requirement("loss", rule, received))
    if not torch.isfinite(value):
        raise ValueError(requirement("loss", "be finite", f"it is {value.item():g}"))
    found = torch.autograd.grad(value.reshape(()), list(weights.values()), allow_unused=True)
    if all(one is None for one in found):
        received = "it depends on none of them"
        raise ValueError(requirement("loss", "depend on the weights of `model`", received))
    module = _Loss(model, loss)
    sizes = [one.numel() for one in weights.values()]

    def one_point(point: Tensor) -> Tensor:
        parts = torch.split(point, sizes)
        replaced = {
            f"model.{name}": part.reshape(weight.shape)
            for (name, weight), part in zip(weights.items(), parts, strict=True)
        }
        with _Doubles():
            value: Tensor = functional_call(module, replaced, ())
        return value.reshape(())

    def at(points: Tensor) -> Tensor:
        try:
            losses: Tensor = vmap(one_point, chunk_size=_CHUNK)(points)
        except (RuntimeError, ValueError) as error:
            raise ValueError(
                requirement("loss", _RULE, f"torch says: {_told(error)}", _FIX)
            ) from error
        if not losses.isfinite().all():
            fix = "Choose a smaller `step`."
            received = "beside the weights it is NaN or infinite"
            raise ValueError(requirement("loss", "be finite", received, fix))
        return losses

    here = torch.cat([one.detach().double().flatten() for one in weights.values()])
    slopes = zip(weights.values(), found, strict=True)
    gradient = torch.cat(
        [
            (torch.zeros_like(weight) if one is None else one).double().flatten()
            for weight, one in slopes
        ]
    )
    return Surface(weights, here, gradient, float(value.detach()), at)
