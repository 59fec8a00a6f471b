"""What the first steps of a run let one see of a layer: slopes, answers and gradients, added up."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.utils.hooks import RemovableHandle

from qaimagic.training.alarms.measured import Measured


def is_plain(value: Any) -> bool:
    """Return whether ``value`` is a tensor, and none within ``torch.func``, which hides numbers."""
    return isinstance(value, Tensor) and not torch._C._functorch.is_functorch_wrapped_tensor(value)


class Sighting:
    """Adds up what passes through a layer: its answers on the way in, gradients on the way back.

    Gradients are seen before they are clipped. Those of a layer that is given its weights as data,
    one sample of it, are those of the data.

    Args:
        layer: The layer.
        measured: What its answers are averages of.

    Attributes:
        spread: The squared spreads of what was differentiated, over all samples and calls.
        away: The squared distances of its averages to those of the maximally mixed state.
        one_shot: About the variances of a shot.
        common: What successive steps' gradients have in common: the sum of their products.
        sizes: The same for gradients that are equal: the sum of their mean squares.
    """

    def __init__(self, layer: Any, measured: Measured) -> None:
        self.spread = self.away = self.one_shot = 0.0
        self.common = self.sizes = 0.0
        self._measured = measured
        self._gradients: dict[str, Tensor] = {}
        self._before: Tensor | None = None
        self._squares = torch.zeros(0, dtype=torch.float64)
        self._handles: list[RemovableHandle] = [layer.register_forward_hook(self._see)]
        if not layer.weight_shapes:
            aside = layer.register_forward_pre_hook(self._step_aside, with_kwargs=True)
            self._handles.append(aside)
        for name in layer.weight_shapes:
            weight = getattr(layer, name)
            if weight.requires_grad:
                self._handles.append(weight.register_hook(_Hook(self, name)))

    def remove(self) -> None:
        """Look no longer."""
        for handle in self._handles:
            handle.remove()

    def end_step(self) -> None:
        """Add up what the step has shown."""
        if not self._gradients:
            return
        now = torch.cat([self._gradients[name] for name in sorted(self._gradients)])
        self._gradients = {}
        before, self._before = self._before, now
        if before is None:
            self._squares = now.square()
        elif len(before) == len(now):
            self._squares += now.square()
            self.common += float(before @ now)
            self.sizes += float(before @ before + now @ now) / 2

    def squares(self) -> Tensor:
        """Return the sum of each weight's squared gradients, without those that are always 0.

        A weight whose gate the observable does not see has a gradient of 0 but for rounding: it
        says nothing of the others.
        """
        largest = self._squares.max() if len(self._squares) else 0.0
        return self._squares[self._squares > _ROUNDING * largest]

    def _see(self, layer: Any, data: Any, answer: Any) -> None:
        del layer, data
        if is_plain(answer) and answer.requires_grad:
            answer.register_hook(_Hook(self, answer.detach()))

    def _step_aside(
        self, layer: Any, data: tuple[Any, ...], named: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Put views in the place of data, whose gradients are those that come from the layer."""
        del layer
        places = tuple(self._view(f"{place}", one) for place, one in enumerate(data))
        return places, {name: self._view(name, one) for name, one in named.items()}

    def _view(self, name: str, one: Any) -> Any:
        if not is_plain(one) or not one.requires_grad or one.dim() != 1:
            return one
        view = one.view_as(one)
        view.register_hook(_Hook(self, name))
        return view

    def answered(self, slopes: Tensor, answers: Tensor) -> None:
        """Take the slopes of the loss by the layer's answers."""
        rows, given = (_rows(one) for one in (slopes, answers))
        self.spread += float(self._measured.spread(rows).sum())
        self.away += float(self._measured.away(rows, given).sum())
        self.one_shot += float(self._measured.one_shot(rows, given).sum())

    def turned(self, name: str, gradient: Tensor) -> None:
        """Take the gradient of one of the weights."""
        flat = gradient.detach().cpu().double().reshape(-1)
        seen = self._gradients.get(name)
        self._gradients[name] = flat if seen is None else seen + flat


class _Hook:
    """Hands on a gradient with what it belongs to; copies of a model can be made with it."""

    def __init__(self, sighting: Sighting, of: str | Tensor) -> None:
        self._sighting, self._of = sighting, of

    def __call__(self, gradient: Tensor) -> None:
        if isinstance(self._of, Tensor):
            self._sighting.answered(gradient, self._of)
        else:
            self._sighting.turned(self._of, gradient)


_ROUNDING = 1e-10


def _rows(values: Tensor) -> Tensor:
    return values.detach().cpu().double().reshape(-1, values.shape[-1])
