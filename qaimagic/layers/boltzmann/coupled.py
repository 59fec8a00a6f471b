"""What machines of coupled bits have in common: units, parameters, energies, how data come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from qaimagic.drawing.page import Picture
from qaimagic.drawing.tiles import tiles_picture
from qaimagic.layers.boltzmann.field import Field
from qaimagic.layers.boltzmann.phases import check_bits
from qaimagic.layers.boltzmann.units import Units
from qaimagic.layers.finite import check_weights

_START = 0.1


class CoupledBits(nn.Module):
    """Visible and hidden bits with biases and couplings.

    Args:
        n_visible: Number of visible units.
        n_hidden: Number of hidden units.
        graph: A networkx graph whose edges are the couplings; None for a restricted machine.

    Attributes:
        units: The units, and which are coupled.
        device: Where samples come from.
    """

    units: Units
    device: Any
    weight: Tensor
    visible_bias: Tensor
    hidden_bias: Tensor
    _pairs: Tensor

    def __init__(self, n_visible: int, n_hidden: int, graph: Any) -> None:
        super().__init__()
        self.units = Units.of(n_visible, n_hidden, graph)
        shape = (n_visible, n_hidden) if graph is None else (len(self.units.edges),)
        self.weight = nn.Parameter(torch.empty(shape))
        self.visible_bias = nn.Parameter(torch.zeros(n_visible))
        self.hidden_bias = nn.Parameter(torch.zeros(n_hidden))
        self.register_buffer("_pairs", torch.tensor(self.units.edges).T, persistent=False)

    def reset_parameters(self) -> None:
        """Draw couplings anew, and set the biases to 0."""
        with torch.no_grad():
            self.weight.copy_(_START * torch.randn(self.weight.shape))
            self.visible_bias.zero_()
            self.hidden_bias.zero_()

    def extra_repr(self) -> str:
        """Return the numbers of units and the device, for torch's printing."""
        units = self.units
        device = self.device if isinstance(self.device, str) else type(self.device).__name__
        return f"{units.n_visible} visible, {units.n_hidden} hidden, on {device}"

    def field(self) -> Field:
        """Return biases, shape (n,), and symmetric couplings, shape (n, n), of all units."""
        bias = torch.cat([self.visible_bias, self.hidden_bias])
        upper = bias.new_zeros(len(self.units), len(self.units))
        upper = upper.index_put(tuple(self._pairs), self.weight.reshape(-1))
        return Field(bias, upper + upper.T)

    def energy(self, states: Tensor) -> Tensor:
        """Return the energies, shape (m,), of states of all units, shape (m, n)."""
        return self.field().energy(check_bits("states", states, len(self.units), self.weight))

    def _usable_field(self) -> Field:
        """Return the field, from which samples can be drawn.

        Raises:
            ValueError: If a weight is NaN or infinite.
        """
        check_weights("self", dict(self.named_parameters()))
        return self.field()

    def _data(self, X: Any) -> Tensor:
        return check_bits("X", X, self.units.n_visible, self.weight)

    def _batch(self, batch: Any) -> Tensor:
        """Return the data of a batch, which stand alone or first in a tuple."""
        is_list = isinstance(batch, list) and batch and isinstance(batch[0], Tensor)
        return self._data(batch[0] if is_list or isinstance(batch, tuple) else batch)


def learnt_picture(rows: Mapping[str, Tensor], machine: str) -> Picture:
    """Return a picture of rows of visible bits.

    Args:
        rows: What each row is called, and its bits, shape (m, n_visible).
        machine: What has learnt.
    """
    patterns = {name: values.cpu().numpy() for name, values in rows.items()}
    return tiles_picture(patterns, title=f"What the {machine} has learnt")


def new_seed() -> int:
    """Return a seed from torch's generator."""
    return int(torch.randint(2**31, ()))
