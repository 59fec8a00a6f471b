r"""A plane through the weights: two of them, or two random directions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from qaimagic._checks import requirement
from qaimagic.drawing.curves_data import Floats
from qaimagic.explore.landscape.names import find_weight

Weights = Mapping[str, Tensor]


@dataclass(frozen=True)
class Plane:
    r"""The weights :math:`\theta(a, b) = \theta_0 + (a - a_0)\, u + (b - b_0)\, v`.

    Attributes:
        origin: The present weights, of those tensors that change on the plane, by name.
        directions: The directions u and v, tensors like those of the origin.
        labels: What a and b are called.
        offset: The coordinates of the origin: the present values of two weights, or zeros.
    """

    origin: dict[str, Tensor]
    directions: tuple[dict[str, Tensor], dict[str, Tensor]]
    labels: tuple[str, str]
    offset: tuple[float, float]

    def at(self, points: Floats) -> dict[str, Tensor]:
        """Return the weights at ``points``, shape (n, 2): tensors of shape (n, ...), by name."""
        steps = torch.from_numpy(points - np.array(self.offset))
        first, second = self.directions
        rows = {}
        for name, start in self.origin.items():
            moves = torch.stack([first[name].reshape(-1), second[name].reshape(-1)]).double()
            moved = start.double() + (steps.to(start.device) @ moves).reshape(-1, *start.shape)
            rows[name] = moved.to(start.dtype)
        return rows

    def nearest(self, weights: Weights) -> tuple[float, float]:
        """Return the coordinates of the point that is nearest to ``weights``."""
        moved = torch.cat([(weights[k].to(v) - v).reshape(-1) for k, v in self.origin.items()])
        found = torch.linalg.lstsq(self._matrix(), moved.double().cpu().unsqueeze(1)).solution
        return self.offset[0] + float(found[0]), self.offset[1] + float(found[1])

    def length(self, step: Sequence[float]) -> float:
        """Return how far apart weights are whose coordinates differ by ``step``."""
        return float(torch.linalg.vector_norm(self._matrix() @ torch.tensor(step).double()))

    def _matrix(self) -> Tensor:
        columns = [torch.cat([d[k].reshape(-1) for k in self.origin]) for d in self.directions]
        return torch.stack(columns, dim=1).double().cpu()


def plane_over(names: Sequence[str], weights: Weights) -> Plane:
    """Return the plane of two weights, all others as they are.

    Args:
        names: Two names, such as ``theta[0,0]``.
        weights: The present weights by name.

    Raises:
        TypeError: If a name is no text.
        ValueError: If there are not two of them, or one names no weight.
    """
    if isinstance(names, str) or not isinstance(names, Sequence) or len(names) != 2:
        known = ", ".join(f"`{name}` {tuple(value.shape)}" for name, value in weights.items())
        received = f"it is `{names}`"
        if isinstance(names, Sequence) and not isinstance(names, str):
            received = f"there {'is' if len(names) == 1 else 'are'} {len(names)}"
        fix = f"The weights are {known}; `random` takes two directions through all of them."
        raise ValueError(requirement("over", "name two weights", received, fix))
    first, second = (find_weight(name, weights) for name in names)
    if first == second:
        raise ValueError(requirement("over", "name two weights", f"both are `{first}`"))
    origin = {weight.name: weights[weight.name] for weight in (first, second)}
    directions = []
    for weight in (first, second):
        direction = {name: torch.zeros_like(value) for name, value in origin.items()}
        direction[weight.name][weight.index] = 1.0
        directions.append(direction)
    offset = tuple(float(weights[weight.name][weight.index]) for weight in (first, second))
    return Plane(
        origin, (directions[0], directions[1]), (str(first), str(second)), (offset[0], offset[1])
    )


def random_plane(weights: Weights, seed: int) -> Plane:
    r"""Return a plane of two random directions, each filter as long as the weights' own.

    .. math:: d_{i} \leftarrow \frac{d_{i}}{\lVert d_{i} \rVert} \lVert \theta_{i} \rVert

    A filter i is what belongs to one place of a tensor's first axis, such as the weights of one
    neuron or a layer of a circuit; a tensor of one axis is one filter.

    Args:
        weights: The present weights by name.
        seed: Decides the directions.

    Raises:
        ValueError: If all weights are zero, so that no direction has a length.

    References:
        Li et al., Visualizing the Loss Landscape of Neural Nets (2018), arXiv:1712.09913.
    """
    generator = torch.Generator().manual_seed(seed)
    first, second = (
        {name: _like_filters(value, generator) for name, value in weights.items()} for _ in range(2)
    )
    if not any(bool(value.any()) for value in first.values()):
        fix = "Draw them anew, or name two of them with `over`."
        rule = "have weights other than zero for `random` directions"
        raise ValueError(requirement("what", rule, "all of them are zero", fix))
    return Plane(dict(weights), (first, second), ("first direction", "second direction"), (0, 0))


def _like_filters(weights: Tensor, generator: torch.Generator) -> Tensor:
    drawn = torch.randn(weights.shape, generator=generator, dtype=torch.float64)
    n_filters = weights.shape[0] if weights.ndim > 1 else 1
    rows, own = drawn.reshape(n_filters, -1), weights.double().cpu().reshape(n_filters, -1)
    lengths = torch.linalg.vector_norm(own, dim=1) / torch.linalg.vector_norm(rows, dim=1)
    scaled: Tensor = rows * lengths.unsqueeze(1)
    return scaled.reshape(weights.shape).to(weights)
