"""``BoltzmannMachine``: a probability of bits, learnt from data and from samples of itself."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from qaimagic._checks import check_int
from qaimagic._clock import Phase
from qaimagic.devices.annealers.thermostat import EXACT
from qaimagic.layers.boltzmann.coupled import new_seed
from qaimagic.layers.boltzmann.distribution import Distribution
from qaimagic.layers.boltzmann.field import Field
from qaimagic.layers.boltzmann.hidden import (
    MOST_HIDDEN,
    completed,
    free_energy,
    pseudo_loss,
    summed_energy,
)
from qaimagic.layers.boltzmann.partition import log_partition
from qaimagic.layers.boltzmann.phases import MOST_TRAINED, annealer_of, check_enumerable

_WATCHED = 10


class BoltzmannMachine(Distribution):
    r"""A Boltzmann machine: visible and hidden bits with a probability learnt from data.

    .. math:: p(v) = \frac{1}{Z} \sum_h e^{-E(v, h)}, \qquad
        E(x) = -\sum_i b_i x_i - \sum_{i<j} W_{ij} x_i x_j .

    Without ``graph`` it is restricted: each visible unit is coupled with each hidden one. It owns
    its loss, so that ``train(machine, X)`` and ``%qtrain`` train it. The gradient is that of
    the energy at the data minus that at samples of the machine itself, which ``device`` draws.

    Args:
        n_visible: Number of visible units.
        n_hidden: Number of hidden units.
        graph: A networkx graph whose edges are the couplings and whose first ``n_visible`` nodes
            are the visible units; None for a restricted machine.
        device: Where samples come from while it learns: ``"anneal:gibbs"`` for chains that go on
            from step to step, ``"anneal:exact"`` for the exact gradient of a small machine, or any
            annealer, by name or as a sampler.
        chains: How many samples a step draws.
        sweeps: How many Gibbs updates of all units a chain makes in a step.

    Attributes:
        weight: The couplings, shape (n_visible, n_hidden), or (n_edges,) on a graph, in the
            order of its sorted edges.
        visible_bias: Shape (n_visible,).
        hidden_bias: Shape (n_hidden,).
        chains: The chains' states, shape (chains, n_visible + n_hidden).

    Raises:
        ValueError: If a number is out of bounds, or the graph does not fit.
        TypeError: If an argument is of the wrong type.
        DeviceError: If there is no such annealer, or it cannot train a machine.

    Example:
        >>> import torch
        >>> from qaimagic import BoltzmannMachine, train
        >>> X = torch.tensor([[0.0, 0.0], [1.0, 1.0]]).repeat(20, 1)
        >>> machine = BoltzmannMachine(2, 1, device="anneal:exact")
        >>> run = train(machine, X, val=0, lr=0.2, steps=400, live=False)
        BoltzmannMachine with 5 parameters; loss BoltzmannMachine.training_loss
        ...
        >>> machine.log_likelihood(X).value > -0.75
        True

    References:
        Ackley, Hinton, Sejnowski, Cognitive Science 9 (1985) 147,
        doi:10.1207/s15516709cog0901_7; Tieleman, ICML (2008) 1064, doi:10.1145/1390156.1390290
        (chains that go on); Adachi, Henderson, arXiv:1510.06356 (samples of an annealer).
    """

    chains: Tensor

    def __init__(
        self,
        n_visible: int,
        n_hidden: int = 0,
        *,
        graph: Any = None,
        device: Any = "anneal:gibbs",
        chains: int = 500,
        sweeps: int = 10,
    ) -> None:
        super().__init__(n_visible, n_hidden, graph)
        self.sweeps = check_int("sweeps", sweeps, minimum=1)
        count = check_int("chains", chains, minimum=1)
        self.device = device
        self.annealer = annealer_of(device)
        self.is_exact = isinstance(device, str) and device == EXACT
        self._drawn: Tensor | None = None
        if self.is_exact:
            check_enumerable(self.units, MOST_TRAINED)
        self.register_buffer("chains", torch.empty(count, len(self.units)))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw couplings and chains anew, and set the biases to 0."""
        super().reset_parameters()
        with torch.no_grad():
            self.chains.copy_(torch.randint(2, self.chains.shape))

    def forward(self, X: Tensor) -> Tensor:
        """Return the free energy of each sample, shape (m,)."""
        return self.free_energy(X)

    def training_loss(self, batch: Any) -> Tensor:
        """Return a number whose gradient is the learning signal.

        Its value is the negative log-likelihood of a sample, in nats, where the machine's smaller
        layer has at most 10 units; of a larger one the negative pseudo-log-likelihood.

        Args:
            batch: Zeros and ones, shape (m, n_visible), alone or first in a tuple.
        """
        X = self._batch(batch)
        field = self.field()
        if self.is_exact:
            return free_energy(field, self.units, X).mean() + log_partition(field, self.units)
        with torch.no_grad():
            value = self._watched(field, X)
        if not torch.is_grad_enabled():
            return value
        if not value.isfinite():
            return value + 0.0 * field.bias.sum()  # a training stops there, and draws no samples
        with torch.no_grad(), Phase("executing"):
            negative = self._drawn = self._negative(field)
        with torch.no_grad():
            positive = completed(field, self.units, X, self.sweeps)
        contrast = (
            summed_energy(field, self.units, positive).mean()
            - summed_energy(field, self.units, negative).mean()
        )
        return value + (contrast - contrast.detach())

    def _negative(self, field: Field) -> Tensor:
        """Return samples of the machine; chains go on only where it is being trained."""
        if self.annealer is not None:
            return self.annealer.draw(field, self.units, len(self.chains), new_seed())
        states = self.chains
        for _ in range(self.sweeps):
            states = field.sweep(states, self.units.classes)
        if self.training:
            self.chains.copy_(states)
        return states

    def _watched(self, field: Field, X: Tensor) -> Tensor:
        """Return what the loss shows: a negative log-likelihood, or one that needs no Z."""
        units = self.units
        if len(units.kept) <= _WATCHED and len(units.hidden_kept) <= MOST_HIDDEN:
            return free_energy(field, units, X).mean() + log_partition(field, units)
        return pseudo_loss(field, units, completed(field, units, X, self.sweeps))
