"""``BoltzmannMachine``: a probability of bits, learnt from data and from samples of itself."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from qaimagic._checks import check_int
from qaimagic._clock import Phase
from qaimagic.drawing.page import Picture
from qaimagic.drawing.tiles import tiles_picture
from qaimagic.layers.boltzmann.estimate import Estimate
from qaimagic.layers.boltzmann.field import Field
from qaimagic.layers.boltzmann.hidden import (
    MOST_HIDDEN,
    completed,
    free_energy,
    pseudo_loss,
    summed_energy,
)
from qaimagic.layers.boltzmann.partition import (
    MOST_KEPT,
    exact_samples,
    log_partition,
    sampled_log_partition,
)
from qaimagic.layers.boltzmann.phases import (
    EXACT,
    MOST_TRAINED,
    annealer_of,
    check_bits,
    check_enumerable,
)
from qaimagic.layers.boltzmann.temperature import temperature_of
from qaimagic.layers.boltzmann.units import Units

_WATCHED = 10
_START = 0.1
_SHOWN = 8


class BoltzmannMachine(nn.Module):
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
    _pairs: Tensor

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
        super().__init__()
        self.units = Units.of(n_visible, n_hidden, graph)
        self.sweeps = check_int("sweeps", sweeps, minimum=1)
        count = check_int("chains", chains, minimum=1)
        self.device = device
        self.annealer = annealer_of(device)
        self.is_exact = isinstance(device, str) and device == EXACT
        self._drawn: Tensor | None = None
        if self.is_exact:
            check_enumerable(self.units, MOST_TRAINED)
        shape = (n_visible, n_hidden) if graph is None else (len(self.units.edges),)
        self.weight = nn.Parameter(torch.empty(shape))
        self.visible_bias = nn.Parameter(torch.zeros(n_visible))
        self.hidden_bias = nn.Parameter(torch.zeros(n_hidden))
        self.register_buffer("_pairs", torch.tensor(self.units.edges).T, persistent=False)
        self.register_buffer("chains", torch.empty(count, len(self.units)))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw couplings and chains anew, and set the biases to 0."""
        with torch.no_grad():
            self.weight.copy_(_START * torch.randn(self.weight.shape))
            self.visible_bias.zero_()
            self.hidden_bias.zero_()
            self.chains.copy_(torch.randint(2, self.chains.shape))

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

    def free_energy(self, X: Tensor) -> Tensor:
        r"""Return :math:`-\log \sum_h e^{-E(v, h)}` of each sample, shape (m,).

        Args:
            X: Zeros and ones, shape (m, n_visible).

        Raises:
            ValueError: If more than 12 hidden units are coupled with other hidden ones.
        """
        return free_energy(self.field(), self.units, self._data(X))

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
        X = self._data(batch[0] if isinstance(batch, tuple | list) else batch)
        field = self.field()
        if self.is_exact:
            return free_energy(field, self.units, X).mean() + log_partition(field, self.units)
        with torch.no_grad():
            value = self._watched(field, X)
        if not torch.is_grad_enabled():
            return value
        with torch.no_grad(), Phase("executing"):
            negative = self._drawn = self._negative(field)
        with torch.no_grad():
            positive = completed(field, self.units, X, self.sweeps)
        contrast = (
            summed_energy(field, self.units, positive).mean()
            - summed_energy(field, self.units, negative).mean()
        )
        return value + (contrast - contrast.detach())

    @torch.no_grad()
    def log_likelihood(self, X: Any, *, runs: int = 200, temperatures: int = 1000) -> Estimate:
        """Return the mean log-likelihood of the samples, in nats.

        It is exact where the smaller layer has at most 20 units. Beyond, annealed importance
        sampling estimates the partition function, and the standard error is that estimate's.

        Args:
            X: Zeros and ones, shape (m, n_visible).
            runs: How many annealing runs.
            temperatures: How many steps each takes.

        Raises:
            ValueError: If more than 12 hidden units are coupled with other hidden ones.
        """
        field = self.field()
        mean = -float(free_energy(field, self.units, self._data(X)).mean())
        if len(self.units.kept) <= MOST_KEPT:
            return Estimate(mean - float(log_partition(field, self.units)))
        check_int("runs", runs, minimum=2)
        check_int("temperatures", temperatures, minimum=1)
        log_z = sampled_log_partition(field, self.units, runs, temperatures)
        return Estimate(mean - log_z.value, log_z.standard_error)

    @torch.no_grad()
    def sample(self, n: int = 1, *, sweeps: int = 1000, hidden: bool = False) -> Tensor:
        """Return samples of the machine, zeros and ones, drawn by its device.

        Args:
            n: How many.
            sweeps: How many Gibbs updates from a random state, on ``"anneal:gibbs"``.
            hidden: Whether to return the hidden units too, behind the visible ones.

        Returns:
            Shape (n, n_visible), or (n, n_visible + n_hidden).
        """
        count, field = check_int("n", n, minimum=1), self.field()
        if self.annealer is not None:
            states = self.annealer.draw(field, self.units, count, _seed())
        elif self.is_exact:
            states = exact_samples(field, self.units, count)
        else:
            check_int("sweeps", sweeps, minimum=1)
            states = torch.bernoulli(torch.full((count, len(self.units)), 0.5).to(field.bias))
            for _ in range(sweeps):
                states = field.sweep(states, self.units.classes)
        return states if hidden else states[:, : self.units.n_visible]

    @torch.no_grad()
    def reconstruct(self, X: Any) -> Tensor:
        """Return each visible unit's probability of being 1, given the hidden and other units.

        Args:
            X: Zeros and ones, shape (m, n_visible), from which the hidden units follow.

        Returns:
            Probabilities, shape (m, n_visible).
        """
        field, n = self.field(), self.units.n_visible
        states = completed(field, self.units, self._data(X), self.sweeps)
        summed = list(self.units.hidden_summed)
        states[:, summed] = torch.sigmoid(field.at(states)[:, summed])
        return torch.sigmoid(field.at(states)[:, :n])

    @torch.no_grad()
    def glimpse(self, X: Any) -> Picture:
        """Return a picture of data, of what is reconstructed of them, and of the last samples.

        ``train`` shows it while the machine learns. The device is not asked: its samples are those
        that the last step drew.

        Args:
            X: Zeros and ones, shape (m, n_visible); the first 8 are drawn.
        """
        data, n = self._data(X)[:_SHOWN], self.units.n_visible
        rows = {"data": data, "reconstruction": self.reconstruct(data)}
        drawn = exact_samples(self.field(), self.units, _SHOWN) if self.is_exact else self._drawn
        if drawn is not None:
            rows["samples"] = drawn[:_SHOWN, :n]
        patterns = {name: values.cpu().numpy() for name, values in rows.items()}
        return tiles_picture(patterns, title="What the Boltzmann machine has learnt")

    def effective_temperature(self, samples: Any) -> Estimate:
        """Return the temperature that samples have, by maximum pseudo-likelihood.

        1 is the machine's own; samples of an annealer may be colder or hotter.

        Args:
            samples: States of all units, shape (m, n_visible + n_hidden), as from
                ``sample(..., hidden=True)``.
        """
        states = check_bits("samples", samples, len(self.units), self.weight)
        return temperature_of(self.field(), states)

    def _data(self, X: Any) -> Tensor:
        return check_bits("X", X, self.units.n_visible, self.weight)

    def _negative(self, field: Field) -> Tensor:
        """Return samples of the machine; chains go on only where it is being trained."""
        if self.annealer is not None:
            return self.annealer.draw(field, self.units, len(self.chains), _seed())
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


def _seed() -> int:
    return int(torch.randint(2**31, ()))
