"""The numbers that a run changes, whether they sit in modules or are tensors of their own."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

State = dict[str, Tensor]
Modes = list[tuple[nn.Module, bool]]


class Weights:
    """Tensors and modules under their names, read and written as one.

    Args:
        parts: What to change, by name. The empty name gives a module's own names.

    Attributes:
        modules: The parts that are modules.
        trainable: Each trainable tensor once, under its first name.
    """

    def __init__(self, parts: Mapping[str, nn.Module | Tensor]) -> None:
        self.modules = {name: part for name, part in parts.items() if isinstance(part, nn.Module)}
        self._tensors = {name: part for name, part in parts.items() if isinstance(part, Tensor)}
        named = {
            _join(name, inner): parameter
            for name, module in self.modules.items()
            for inner, parameter in module.named_parameters()
            if parameter.requires_grad
        }
        self.trainable: dict[str, Tensor] = {}
        seen: set[int] = set()
        for name, tensor in (named | self._tensors).items():
            if id(tensor) not in seen:
                seen.add(id(tensor))
                self.trainable[name] = tensor

    @property
    def parts(self) -> list[nn.Module | Tensor]:
        """All that was given: the modules, then the tensors."""
        return [*self.modules.values(), *self._tensors.values()]

    def __len__(self) -> int:
        """Return how many trainable numbers there are."""
        return sum(tensor.numel() for tensor in self.trainable.values())

    @property
    def device(self) -> torch.device:
        """The torch device of the first tensor."""
        return next((t.device for t in self.trainable.values()), torch.device("cpu"))

    def buffers(self) -> list[Tensor]:
        """Return what the modules keep in floating point without training it."""
        found = [b for m in self.modules.values() for b in m.buffers()]
        return [buffer for buffer in found if buffer.is_floating_point()]

    @contextmanager
    def tracked(self) -> Iterator[None]:
        """Within the context, tensors of their own have gradients; afterwards as before."""
        before = [(tensor, tensor.requires_grad) for tensor in self._tensors.values()]
        for tensor, _ in before:
            tensor.requires_grad_(True)
        try:
            yield
        finally:
            for tensor, tracked in before:
                tensor.requires_grad_(tracked)

    def state(self) -> State:
        """Return a copy of everything, under the names of ``state_dict``."""
        return {name: tensor.detach().clone() for name, tensor in self._live().items()}

    def load(self, state: State) -> None:
        """Put ``state`` back in place, without replacing a tensor."""
        with torch.no_grad():
            for name, tensor in self._live().items():
                tensor.copy_(state[name])

    def equal(self, state: State) -> bool:
        """Return whether everything is as in ``state``, bit for bit."""
        live = self._live()
        return live.keys() == state.keys() and all(
            torch.equal(tensor, state[name].to(tensor.device)) for name, tensor in live.items()
        )

    def learn(self) -> None:
        """Let dropout and batch normalisation behave as in training."""
        for module in self.modules.values():
            module.train()

    def look(self) -> None:
        """Let dropout and batch normalisation behave as in use."""
        for module in self.modules.values():
            module.eval()

    def modes(self) -> Modes:
        """Return which mode each module is in."""
        return [(m, m.training) for part in self.modules.values() for m in part.modules()]

    def restore(self, modes: Modes) -> None:
        """Put each module back into the mode it was in."""
        for module, mode in modes:
            module.training = mode

    def _live(self) -> State:
        live = {
            _join(name, inner): tensor
            for name, module in self.modules.items()
            for inner, tensor in module.state_dict().items()
            if isinstance(tensor, Tensor)
        }
        return live | {name: tensor.detach() for name, tensor in self._tensors.items()}


def describe_model(model: nn.Module) -> str:
    """Return one line about ``model``: what it is, and how many numbers it can learn."""
    count = len(Weights({"": model}))
    name = next((n for n, m in quantum_layers(model).items() if m is model), type(model).__name__)
    return f"{name} with {count} parameter{'s' * (count != 1)}"


def quantum_layers(*modules: nn.Module) -> dict[str, Any]:
    """Return each ``HybridLayer`` in ``modules`` once, under its first place."""
    layers: dict[str, Any] = {}
    seen: set[int] = set()
    for module in modules:
        for name, part in module.named_modules():
            if is_quantum(part) and id(part) not in seen:
                seen.add(id(part))
                layers.setdefault(name or part.name, part)
    return layers


def is_quantum(module: nn.Module) -> bool:
    """Return whether ``module`` is a ``HybridLayer``.

    Without an import of PennyLane: where no layer was declared there is none to find.
    """
    home = sys.modules.get("qaimagic.layers.hybrid")
    return home is not None and isinstance(module, home.HybridLayer)


def _join(name: str, inner: str) -> str:
    return f"{name}.{inner}" if name else inner
