r"""The energy of a machine's bits, and what follows from it in closed form.

.. math:: E(x) = -b \cdot x - \tfrac{1}{2} x^T W x, \qquad p(x) = e^{-E(x)} / Z.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import softplus


@dataclass(frozen=True)
class Field:
    """Biases and couplings of n units.

    Attributes:
        bias: Shape (n,).
        coupling: Shape (n, n), symmetric, zero on its diagonal.
    """

    bias: Tensor
    coupling: Tensor

    def energy(self, states: Tensor) -> Tensor:
        """Return the energies, shape (m,), of states of shape (m, n)."""
        return -states @ self.bias - 0.5 * ((states @ self.coupling) * states).sum(dim=1)

    def at(self, states: Tensor) -> Tensor:
        """Return the field at each unit, shape (m, n): the log-odds of its being 1."""
        return self.bias + states @ self.coupling

    def weakened(self, factor: float) -> Field:
        """Return the same biases with all couplings times ``factor``."""
        return Field(self.bias, factor * self.coupling)

    def marginal(self, known: Tensor, units: Sequence[int], summed: Sequence[int]) -> Tensor:
        r"""Return :math:`-\log \sum_y e^{-E(x, y)}` over units y that are not coupled, shape (m,).

        Args:
            known: The values x of ``units``, shape (m, k).
            units: Numbers of the known units.
            summed: Numbers of the units that are summed over.
        """
        x, y = list(units), list(summed)
        own = Field(self.bias[x], self.coupling[x][:, x]).energy(known)
        return own - softplus(self.bias[y] + known @ self.coupling[x][:, y]).sum(dim=1)

    def sweep(self, states: Tensor, classes: Sequence[Sequence[int]]) -> Tensor:
        """Return the states after a Gibbs update of each class in turn."""
        states = states.clone()
        for units in classes:
            chosen = list(units)
            odds = self.bias[chosen] + states @ self.coupling[:, chosen]
            states[:, chosen] = torch.bernoulli(torch.sigmoid(odds))
        return states


def states_numbered(numbers: Tensor, n: int, like: Tensor) -> Tensor:
    """Return the states of n bits with these numbers, shape (m, n), the first bit leading."""
    places = torch.arange(n - 1, -1, -1, device=like.device)
    return ((numbers[:, None] >> places) & 1).to(like.dtype)


def numbers_of(states: Tensor) -> Tensor:
    """Return the numbers of states of bits, shape (m, n), the first bit leading; shape (m,).

    Example:
        >>> numbers_of(torch.tensor([[0.0, 1.0], [1.0, 1.0]])).tolist()
        [1, 3]
    """
    places = 2 ** torch.arange(states.shape[1] - 1, -1, -1, device=states.device)
    return (states.long() * places).sum(dim=1)
