"""Checks what a layer is called with, and lays any batch dimensions out in rows."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from math import prod
from typing import Any, NamedTuple

import torch
from torch import Tensor

from qaimagic._checks import requirement
from qaimagic.bridge.frames import frames_to_the_user
from qaimagic.drawing.diagram import Diagram
from qaimagic.errors import QaimagicWarning
from qaimagic.layers.widths import Widths

_ANGLES = ("AngleEmbedding", "PhaseShift", "RX", "RY", "RZ", "Rot")
_WIDE_SPAN = 4 * torch.pi


class Batch(NamedTuple):
    """The data of one call, flattened to one batch dimension.

    Attributes:
        rows: For each data argument a tensor of shape (size, n_features).
        leading: The batch dimensions that the caller gave; ``()`` for a single sample.
    """

    rows: dict[str, Tensor]
    leading: tuple[int, ...]

    @property
    def size(self) -> int:
        """The number of samples; 1 for a layer without data."""
        return prod(self.leading)

    @property
    def dtype(self) -> torch.dtype | None:
        """The floating dtype of the data, or None for a layer without data."""
        for rows in self.rows.values():
            return rows.dtype
        return None

    def unflatten(self, answer: Tensor) -> Tensor:
        """Return an answer of shape (size, ...) with the caller's batch dimensions."""
        if len(self.leading) == 1:
            return answer
        return answer.reshape(*self.leading, *answer.shape[1:])

    def unflatten_list(self, answer: Sequence[Any]) -> Any:
        """Return a list of answers as one for a single sample, else nested as the batch is."""
        if not self.leading:
            return answer[0]
        nested = list(answer)
        for n in reversed(self.leading[1:]):
            nested = [nested[i : i + n] for i in range(0, len(nested), n)]
        return nested


def gather(
    layer: str,
    names: Sequence[str],
    data: Sequence[Any],
    named: Mapping[str, Any],
    widths: Mapping[str, Widths | None],
) -> Batch:
    """Return the data of one call, checked.

    Args:
        layer: The layer's name, for messages.
        names: The names of its data arguments.
        data: What was given by position: shape (..., n_features) each.
        named: What was given by name.
        widths: For each argument the numbers of features it can take; None for any.

    Raises:
        TypeError: If there are too many or too few arguments, or one is not of real numbers.
        ValueError: If a width or the batch dimensions do not fit.
    """
    if len(data) == len(names) == 1 and not named:
        [name], [tensor] = names, data
        if type(tensor) is Tensor and tensor.dim() == 2 and tensor.is_floating_point():
            _check_width(layer, name, tensor, widths.get(name))
            return Batch({name: tensor}, (tensor.shape[0],))
    given = dict(zip(names, data, strict=False)) | dict(named)
    if len(data) + len(named) != len(names) or set(given) != set(names):
        expected = ", ".join(f"`{name}`" for name in names) or "no data"
        raise TypeError(
            f"Layer `{layer}` takes {expected}, but it was called with "
            f"{len(data) + len(named)} argument{'s' * (len(data) + len(named) != 1)}."
        )
    tensors = {name: _floating(name, given[name]) for name in names}
    for name, tensor in tensors.items():
        _check_width(layer, name, tensor, widths.get(name))
    leading = {tuple(tensor.shape[:-1]) for tensor in tensors.values()}
    if len(leading) > 1:
        shapes = ", ".join(f"`{n}` {tuple(map(int, t.shape))}" for n, t in tensors.items())
        raise ValueError(f"The data arguments of `{layer}` must share their batch, but: {shapes}.")
    dtype = next((tensor.dtype for tensor in tensors.values()), None)
    rows = {n: t.reshape(-1, t.shape[-1]).to(dtype) for n, t in tensors.items()}
    return Batch(rows, next(iter(leading), ()))


def warn_of_wrapped_angles(diagram: Diagram, batch: Batch) -> None:
    """Warn if inputs that are used as angles span far more than 2 pi."""
    labels = {
        label.partition("[")[0]
        for gate in diagram.gates
        if gate.name in _ANGLES
        for label in gate.parameters
    }
    for name in labels & set(batch.rows):
        rows = batch.rows[name].detach()
        span = float((rows.amax(0) - rows.amin(0)).max())
        if span > _WIDE_SPAN:
            warnings.warn(
                f"Angles wrap: `{name}` of `{diagram.title}` spans {span:.3g} rad, far more than "
                "2 pi, so different values become the same rotation. Standardise the data.",
                QaimagicWarning,
                stacklevel=frames_to_the_user(),
            )


def _floating(name: str, value: Any) -> Tensor:
    try:
        tensor = value if isinstance(value, Tensor) else torch.as_tensor(value)
    except (TypeError, ValueError, RuntimeError) as error:
        raise TypeError(
            requirement(name, "be a tensor", f"it is {type(value).__name__}")
        ) from error
    if tensor.is_complex():
        fix = f"`torch.view_as_real({name}).flatten(-2)` makes two features of each number."
        raise TypeError(requirement(name, "be real", f"its dtype is {tensor.dtype}", fix))
    if tensor.dim() == 0:
        raise ValueError(requirement(name, "have shape (..., n_features)", "it is a single number"))
    return tensor if tensor.is_floating_point() else tensor.to(torch.get_default_dtype())


def _check_width(layer: str, name: str, tensor: Tensor, allowed: Widths | None) -> None:
    if allowed is None or tensor.shape[-1] in allowed:
        return
    width = int(tensor.shape[-1])
    features = "feature" if str(allowed) == "1" else "features"
    best = allowed.largest or min(allowed.known)
    rule = f"have shape (..., {allowed})"
    fix = (
        f"`{layer}` reads {allowed} {features} of a sample, here there are {width}: put "
        f"`nn.Linear({width}, {best})` before it, or choose columns."
    )
    shape = tuple(map(int, tensor.shape))
    raise ValueError(requirement(name, rule, f"its shape is {shape}", fix))
