"""Find what is wrong before the first step: a look at the model, and one trial forward."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.module import register_module_forward_hook

from qaimagic._checks import requirement
from qaimagic.bridge.transformed import example_of
from qaimagic.devices import override
from qaimagic.errors import StaleLayerError
from qaimagic.training.data.batches import Batch
from qaimagic.training.loop.weights import Weights, is_quantum, quantum_layers
from qaimagic.training.twin.baseline import Width

_FEW = 4
_STAND_IN = "qaimagic.qubit"


def check_model(model: Any, argument: str = "model") -> nn.Module:
    """Return ``model`` if it can be trained.

    Raises:
        TypeError: If it is not a module.
        ValueError: If nothing in it can be trained.
        StaleLayerError: If it holds a layer whose cell has been run again.
    """
    if not isinstance(model, nn.Module):
        fix = ""
        if isinstance(model, type) and issubclass(model, nn.Module):
            fix = f"Make one: `{model.__name__}()`."
        rule = "be a torch module"
        raise TypeError(requirement(argument, rule, f"it is a {type(model).__name__}", fix))
    check_fresh(model)
    if not any(parameter.requires_grad for parameter in model.parameters()):
        rule = "have trainable parameters"
        raise ValueError(requirement(argument, rule, "it has none, so there is nothing to learn"))
    return model


def check_fresh(*modules: nn.Module) -> None:
    """Check that no quantum layer has been replaced by a newer one of the same name.

    Raises:
        StaleLayerError: If one has.
    """
    for place, layer in quantum_layers(*modules).items():
        if layer.superseded:
            raise StaleLayerError(
                f"The model still holds the old `{layer.name}` (at `{place}`): its cell was run "
                "again since. Run the cell that builds the model again, too."
            )


def shared_layers(model: nn.Module, baseline: nn.Module | None) -> list[str]:
    """Return a sentence for each quantum layer that stands in more than one place."""
    told = []
    for layer in quantum_layers(model).values():
        places = [n for n, part in model.named_modules(remove_duplicate=False) if part is layer]
        if len(places) > 1:
            where = " and ".join(f"`{place}`" for place in places)
            told.append(f"`{layer.name}` stands at {where}: they share their weights.")
        if baseline is not None and any(part is layer for part in baseline.modules()):
            told.append(
                f"`{layer.name}` stands in the model and in the baseline: they share its weights."
                f" `{layer.name}.new()` gives one of its own."
            )
    return told


class Trial:
    """The model's answer to a few samples, and what went through its quantum layers.

    Devices that are paid for are not tried: our simulator runs in their place.

    Args:
        weights: The model's weights.
        answer: Runs the model.

    Attributes:
        output: Whatever ``answer`` returned.
        widths: What went in and out of each quantum layer, by its name in the model.
        layers: The quantum layers that were called, those too that a loss calls from outside.
    """

    def __init__(self, weights: Weights, answer: Callable[[], Any]) -> None:
        self.widths: dict[str, Width] = {}
        self.layers: list[nn.Module] = []
        modes = weights.modes()
        weights.look()
        modules = list(weights.modules.values())
        paid = any(layer.runner.is_paid for layer in quantum_layers(*modules).values())
        elsewhere = override(_STAND_IN) if paid else nullcontext()
        try:
            with torch.enable_grad(), elsewhere, self._watched(modules):
                self.output = answer()
        finally:
            weights.restore(modes)

    @contextmanager
    def _watched(self, modules: list[nn.Module]) -> Iterator[None]:
        hooks = [register_module_forward_hook(self._meet)]
        for place, layer in quantum_layers(*modules).items():
            hooks.append(layer.register_forward_hook(self._note(place), with_kwargs=True))
        for module in modules:
            for place, part in module.named_modules():
                if isinstance(part, nn.Linear):
                    hooks.append(part.register_forward_pre_hook(_check_width(place)))
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()

    def _meet(self, module: nn.Module, _data: Any, _answer: Any) -> None:
        if is_quantum(module) and module not in self.layers:
            self.layers.append(module)

    def _note(self, place: str) -> Callable[..., None]:
        def note(layer: Any, data: Any, named: Any, answer: Any) -> None:
            sampled = layer.n_outputs is None
            if not isinstance(answer, Tensor) or (sampled and not answer.requires_grad):
                rule = "answer with numbers that have a gradient"
                received = "it returns samples or counts"
                fix = "Return `expval`, `probs` or `var` to train it."
                raise ValueError(requirement("model", rule, f"in `{place}` {received}", fix))
            n_in = sum(int(x.shape[-1]) for x in (*data, *named.values()))
            self.widths[place] = Width(n_in, int(answer.shape[-1]), _are_chances(answer))

        return note


def _are_chances(answer: Tensor) -> bool:
    numbers = example_of(answer)
    sums = numbers.sum(dim=-1)
    certain = torch.allclose(sums, torch.ones_like(sums), atol=1e-4)
    return certain and bool((numbers >= 0).all())


def a_few(batch: Batch) -> Batch:
    """Return the first samples of ``batch``."""
    return batch.map(lambda x: x[:_FEW], lambda y: y[:_FEW])


def check_output(output: Any, batch: Batch) -> Tensor:
    """Return the model's answer if a loss can be computed from it.

    Raises:
        TypeError: If it is not a tensor.
        ValueError: If it has not one row a sample, or depends on nothing trainable.
    """
    if not isinstance(output, Tensor):
        received = f"it returns a {type(output).__name__}"
        raise TypeError(requirement("model", "return a tensor", received))
    if output.ndim == 0 or len(output) != len(batch):
        received = f"for {len(batch)} samples it returns shape {tuple(output.shape)}"
        raise ValueError(requirement("model", "return one row for each sample", received))
    check_gradient(output, "model")
    return output


def check_gradient(value: Tensor, argument: str) -> None:
    """Check that ``value`` depends on something trainable.

    Raises:
        ValueError: If it does not.
    """
    if not value.requires_grad:
        received = "its answer has no gradient"
        fix = "Look for `.detach()`, `.item()` or NumPy on the way."
        raise ValueError(requirement(argument, "depend on its parameters", received, fix))


def _check_width(place: str) -> Callable[[nn.Module, Any], None]:
    def check(layer: nn.Module, inputs: Any) -> None:
        wants, got = layer.in_features, inputs[0].shape[-1]
        if wants != got:
            where = f"the layer at `{place}`" if place else "the model"
            rule = f"fit together: {where} takes {wants} features"
            raise ValueError(requirement("model", rule, f"{got} arrive there"))

    return check
