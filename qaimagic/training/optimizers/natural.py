"""Natural directions: gradients divided by a metric, and the inputs that a metric is asked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from math import prod
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from qaimagic._checks import requirement
from qaimagic.training.loop.weights import quantum_layers

_STILL = 1e-9


class Call(NamedTuple):
    """What a layer was called with.

    Attributes:
        data: The data by position.
        named: The data by name.
    """

    data: tuple[Any, ...]
    named: dict[str, Any]

    @property
    def n_samples(self) -> int:
        """The number of samples; 1 for a layer without data."""
        shapes = [torch.as_tensor(one).shape for one in (*self.data, *self.named.values())]
        return prod(shapes[0][:-1]) if shapes else 1


@contextmanager
def watched(layers: Iterable[nn.Module]) -> Iterator[dict[nn.Module, list[Call]]]:
    """Within the context, note what each layer is called with."""
    calls: dict[nn.Module, list[Call]] = {layer: [] for layer in layers}

    def note(layer: nn.Module, data: tuple[Any, ...], named: dict[str, Any]) -> None:
        values = {name: _detached(one) for name, one in named.items()}
        calls[layer].append(Call(tuple(map(_detached, data)), values))

    handles = [layer.register_forward_pre_hook(note, with_kwargs=True) for layer in calls]
    try:
        yield calls
    finally:
        for handle in handles:
            handle.remove()


def metric_at(layer: Any, calls: Sequence[Call], approx: Any) -> Tensor:
    """Return a layer's metric, averaged over what it was called with, in its trainable weights."""
    metrics = [layer.metric_tensor(*call.data, approx=approx, **call.named) for call in calls]
    weights = [getattr(layer, name) for name in layer.weight_shapes]
    trained = torch.cat([torch.full((one.numel(),), one.requires_grad) for one in weights])
    return mean_over(calls, metrics)[trained][:, trained]


def mean_over(calls: Sequence[Call], values: Sequence[Tensor]) -> Tensor:
    """Return the mean of a value of each call, weighted by its samples."""
    counts = torch.tensor([call.n_samples for call in calls]).to(values[0])
    mean: Tensor = torch.tensordot(counts / counts.sum(), torch.stack(list(values)), dims=1)
    return mean


def natural(gradient: Tensor, metric: Tensor, damping: float) -> Tensor:
    r"""Return :math:`(|g| + \lambda)^{-1} \nabla L`.

    The absolute value :math:`|g| = \sqrt{g g}` is the metric itself where that is exact; one that
    was estimated may have negative eigenvalues. A weight that does not move the state at all, such
    as a factor of the observable, has no row in the metric, and keeps its gradient.

    Args:
        gradient: Of shape (P,).
        metric: Of shape (P, P).
        damping: The number :math:`\lambda` that is added to its eigenvalues.
    """
    is_still = metric.diagonal() < _STILL
    filled = metric.double() + torch.diag(is_still * (1.0 - damping))
    eigenvalues, vectors = torch.linalg.eigh((filled + filled.mT) / 2)
    parts = (vectors.mT @ gradient.double()) / (eigenvalues.abs() + damping)
    direction: Tensor = vectors @ parts
    return direction.to(gradient)


def quantum_and_rest(
    model: Any, optimizer: str
) -> tuple[dict[nn.Module, list[Tensor]], list[Tensor]]:
    """Return the trainable weights of each quantum layer, and all others.

    Args:
        model: A module, or several modules and tensors.
        optimizer: Who asks, for the message.

    Raises:
        ValueError: If there is no quantum layer with weights in it.
    """
    parts = [model] if isinstance(model, nn.Module | Tensor) else list(model)
    modules = [part for part in parts if isinstance(part, nn.Module)]
    everything = [part for part in parts if isinstance(part, Tensor)]
    everything += [weight for module in modules for weight in module.parameters()]
    layers: dict[nn.Module, list[Tensor]] = {}
    taken: set[int] = set()
    for layer in quantum_layers(*modules).values():
        own = [weight for weight in layer.parameters() if weight.requires_grad]
        if own and not taken.intersection(map(id, own)):
            layers[layer] = own
            taken.update(map(id, own))
    if not layers:
        fix = "Use `Adam`, or another optimizer of torch."
        rule = f"hold a quantum layer with weights for {optimizer}"
        raise ValueError(requirement("model", rule, "it has none", fix))
    rest = {id(w): w for w in everything if w.requires_grad and id(w) not in taken}
    return layers, list(rest.values())


def _detached(value: Any) -> Any:
    return value.detach() if isinstance(value, Tensor) else value
