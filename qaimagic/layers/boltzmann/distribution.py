"""What can be asked of a machine as it stands: energies, likelihoods, samples, pictures."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from qaimagic._checks import check_int
from qaimagic.drawing.page import Picture
from qaimagic.layers.boltzmann.coupled import CoupledBits, learnt_picture, new_seed
from qaimagic.layers.boltzmann.estimate import Estimate
from qaimagic.layers.boltzmann.hidden import completed, free_energy, visible_probabilities
from qaimagic.layers.boltzmann.partition import (
    MOST_KEPT,
    exact_samples,
    log_partition,
    sampled_log_partition,
)
from qaimagic.layers.boltzmann.phases import AnnealerSamples, check_bits
from qaimagic.layers.boltzmann.temperature import temperature_of

_SHOWN = 8


class Distribution(CoupledBits):
    """The probability of bits that a machine's couplings and biases make.

    Attributes:
        sweeps: How many Gibbs updates of all units are made where one does not draw exactly.
        annealer: Where samples come from, or None.
        is_exact: Whether they are drawn from all states.
    """

    sweeps: int
    annealer: AnnealerSamples | None
    is_exact: bool
    _drawn: Tensor | None

    def free_energy(self, X: Tensor) -> Tensor:
        r"""Return :math:`-\log \sum_h e^{-E(v, h)}` of each sample, shape (m,).

        Args:
            X: Zeros and ones, shape (m, n_visible).

        Raises:
            ValueError: If more than 12 hidden units are coupled with other hidden ones.
        """
        return free_energy(self.field(), self.units, self._data(X))

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
    def probabilities(self) -> Tensor:
        """Return the exact probability of every string of visible bits.

        Returns:
            Double precision, shape (2^n_visible,); the first visible unit is the most significant
            bit, as wire 0 is.

        Raises:
            ValueError: If more than 20 units would have to be enumerated: all visible ones, and the
                hidden ones that are coupled with other hidden ones.

        Example:
            >>> from qaimagic import BoltzmannMachine
            >>> machine = BoltzmannMachine(2, 1)
            >>> _ = torch.nn.init.zeros_(machine.weight)
            >>> machine.probabilities().tolist()
            [0.25, 0.25, 0.25, 0.25]
        """
        return visible_probabilities(self.field(), self.units)

    @torch.no_grad()
    def sample(self, n: int = 1, *, sweeps: int = 1000, hidden: bool = False) -> Tensor:
        """Return samples of the machine, zeros and ones, drawn by its device.

        Args:
            n: How many.
            sweeps: How many Gibbs updates from a random state, on ``"anneal:gibbs"``.
            hidden: Whether to return the hidden units too, behind the visible ones.

        Returns:
            Shape (n, n_visible), or (n, n_visible + n_hidden).

        Raises:
            ValueError: If a weight is NaN or infinite.
        """
        count, field = check_int("n", n, minimum=1), self._usable_field()
        if self.annealer is not None:
            states = self.annealer.draw(field, self.units, count, new_seed())
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
        field, n = self._usable_field(), self.units.n_visible
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
        return learnt_picture(rows, "Boltzmann machine")

    def effective_temperature(self, samples: Any) -> Estimate:
        """Return the temperature that samples have, by maximum pseudo-likelihood.

        1 is the machine's own; samples of an annealer may be colder or hotter.

        Args:
            samples: States of all units, shape (m, n_visible + n_hidden), as from
                ``sample(..., hidden=True)``.
        """
        states = check_bits("samples", samples, len(self.units), self.weight)
        return temperature_of(self.field(), states)
