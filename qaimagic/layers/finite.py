"""Numbers of which nothing can be seen or drawn: NaN and infinity, refused before anything runs."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from qaimagic._checks import requirement


def check_weights(argument: str, weights: Mapping[str, Tensor]) -> None:
    """Refuse weights that are not finite, as those of a training that went astray.

    Raises:
        ValueError: If there are any.
    """
    fix = "Give it other weights, or train it anew at a smaller rate."
    _check(argument, "have finite weights", weights, fix)


def check_inputs(inputs: Mapping[str, Tensor]) -> None:
    """Refuse inputs that are not finite.

    Raises:
        ValueError: If there are any.
    """
    _check("inputs", "be finite", inputs, "")


def _check(argument: str, rule: str, tensors: Mapping[str, Tensor], fix: str) -> None:
    for name, tensor in tensors.items():
        if not bool(tensor.isfinite().all()):
            received = f"`{name}` holds NaN or infinity"
            raise ValueError(requirement(argument, rule, received, fix))
