"""Build the classical twin of a hybrid model: the same, with Linear and Tanh for each circuit."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from qaimagic._checks import requirement
from qaimagic.training.loop.streams import Stream
from qaimagic.training.loop.weights import quantum_layers

_WORTH_A_HIDDEN_LAYER = 1.5


@dataclass(frozen=True)
class Width:
    """What went into and came out of a quantum layer in the trial.

    Attributes:
        n_in: Features of all its data arguments together.
        n_out: Width of its answer.
        probabilities: Whether each answer was positive and summed to 1.
    """

    n_in: int
    n_out: int
    probabilities: bool


def hidden_width(n_in: int, n_out: int, n_weights: int) -> int:
    """Return how wide a layer between two of Linear makes about so many weights, biases included.

    Example:
        >>> hidden_width(4, 2, (4 + 1) * 10 + (10 + 1) * 2)
        10
    """
    return max(1, round((n_weights - n_out) / (n_in + 1 + n_out)))


class ClassicalTwin(nn.Module):
    """Linear and Tanh in place of a quantum layer, with about as many parameters.

    Where the circuit has many more weights than one Linear layer, a hidden layer makes up for
    them. Where it answers with probabilities, a softmax replaces the last Tanh; a layer without
    data becomes a trainable vector.

    Args:
        width: What goes in and comes out.
        n_weights: Number of weights of the quantum layer.

    Shape:
        - each data argument: (..., n_features)
        - answer: (..., n_out)
    """

    def __init__(self, width: Width, n_weights: int) -> None:
        super().__init__()
        last: nn.Module = nn.Softmax(dim=-1) if width.probabilities else nn.Tanh()
        n_in = max(width.n_in, 1)
        direct = (n_in + 1) * width.n_out
        self.constant = width.n_in == 0
        if n_weights < _WORTH_A_HIDDEN_LAYER * direct or self.constant:
            self.body = nn.Sequential(nn.Linear(n_in, width.n_out, not self.constant), last)
            return
        hidden = hidden_width(n_in, width.n_out, n_weights)
        first = nn.Linear(n_in, hidden)
        self.body = nn.Sequential(first, nn.Tanh(), nn.Linear(hidden, width.n_out), last)

    def forward(self, *data: Tensor) -> Tensor:
        """Return the answer to ``data``, one row a sample."""
        if self.constant:
            weight = next(self.parameters())
            answer: Tensor = self.body(torch.ones(1, dtype=weight.dtype, device=weight.device))
            return answer
        joined: Tensor = self.body(torch.cat(data, dim=-1))
        return joined


def build_twin(model: nn.Module, widths: dict[str, Width], stream: Stream) -> nn.Module:
    """Return a copy of ``model`` with each quantum layer replaced.

    Quantum attention is replaced as a whole, by that of dot products. The classical layers start
    with the same weights; those of the twin's own are drawn.

    Args:
        model: The hybrid model.
        widths: What went in and out of each quantum layer, by its name in the model.
        stream: Where the new weights are drawn from.

    Raises:
        ValueError: If the model has no quantum layer.
    """
    layers = quantum_layers(model)
    if not layers:
        received = "the model has no quantum layer to replace"
        fix = "Give a module to compare with."
        raise ValueError(requirement("baseline", "be a module here", received, fix))
    # At the top it would import PennyLane, which a classical run needs not.
    from qaimagic.layers.attention.attention import QuantumAttention

    replaced: dict[int, Any] = {}
    inside: set[int] = set()
    with stream:
        for module in model.modules():
            if isinstance(module, QuantumAttention):
                own = module.twin()
                own.load_state_dict(module.state_dict(), strict=False)
                replaced[id(module)] = own.to(module.scale.device, module.scale.dtype)
                inside.add(id(module.overlap))
        for name, layer in layers.items():
            if id(layer) in inside:
                continue
            n_weights = sum(parameter.numel() for parameter in layer.parameters())
            like = next(layer.parameters(), None)
            twin = ClassicalTwin(widths[name], n_weights)
            replaced[id(layer)] = twin if like is None else twin.to(like.device, like.dtype)
    twin_model: nn.Module = copy.deepcopy(model, replaced)
    return twin_model
