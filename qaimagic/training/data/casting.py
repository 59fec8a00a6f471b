"""Cast data to what a model takes: its dtype, on its torch device."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from qaimagic.training.data.arrays import Arrays
from qaimagic.training.data.batches import Batch


@dataclass(frozen=True)
class Casting:
    """What the model takes: floating-point numbers of its dtype, on its torch device.

    Attributes:
        dtype: The dtype of the model's weights.
        device: The torch device of the model's weights.
        keeps_integers: Whether integers stay integers, as an ``nn.Embedding`` needs them.
        fit: Brings targets into the shape and dtype that the loss takes.
    """

    dtype: torch.dtype
    device: torch.device
    keeps_integers: bool
    fit: Callable[[Tensor], Tensor] = lambda target: target

    @classmethod
    def of(cls, model: nn.Module) -> Casting:
        """Return what ``model`` takes, judged by its first weight in floating point."""
        like = next((p for p in model.parameters() if p.is_floating_point()), torch.empty(0))
        embeds = any(isinstance(m, nn.Embedding | nn.EmbeddingBag) for m in model.modules())
        return cls(like.dtype, like.device, embeds)

    def inputs(self, tensor: Tensor) -> Tensor:
        """Return ``tensor`` as the model takes it."""
        keep = tensor.is_complex() or (self.keeps_integers and not tensor.is_floating_point())
        return tensor.to(device=self.device, dtype=None if keep else self.dtype)

    def target(self, tensor: Tensor) -> Tensor:
        """Return ``tensor`` as the loss takes it: floats in the model's dtype, others as int64."""
        if tensor.is_complex():
            return self.fit(tensor.to(self.device))
        dtype = self.dtype if tensor.is_floating_point() else torch.int64
        return self.fit(tensor.to(device=self.device, dtype=dtype))

    def batch(self, batch: Batch) -> Batch:
        """Return ``batch`` as the model takes it."""
        return batch.map(self.inputs, self.target)

    def arrays(self, arrays: Arrays, say: Callable[[str], None]) -> Arrays:
        """Return ``arrays`` as the model takes them, and say if a dtype changed."""
        inputs = tuple(self.inputs(x) for x in arrays.inputs)
        before, after = arrays.inputs[0].dtype, inputs[0].dtype
        if before != after:
            say(f"X is cast from {_plain(before)} to {_plain(after)}, the model's dtype.")
        target = None if arrays.target is None else self.target(arrays.target)
        return replace(arrays, inputs=inputs, target=target)


def _plain(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
