"""What can be asked of a quantum machine as it stands: likelihoods, samples, pictures."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from qaimagic._checks import check_int
from qaimagic.devices.annealers import get
from qaimagic.devices.annealers.thermostat import Thermostat
from qaimagic.drawing.page import Picture
from qaimagic.layers.boltzmann.coupled import CoupledBits, learnt_picture, new_seed
from qaimagic.layers.boltzmann.estimate import Estimate
from qaimagic.layers.boltzmann.field import Field, numbers_of, states_numbered
from qaimagic.layers.boltzmann.phases import states_from
from qaimagic.layers.quantum_boltzmann.thermal import log_weights

PATH_INTEGRAL = "anneal:path-integral"
MOST_EXACT = 12
"""The most units whose thermal state is worked out: its matrix fills 128 MiB."""
_SHOWN = 8


class QuantumDistribution(CoupledBits):
    """The probability of bits that couplings, biases and a transverse field make.

    Attributes:
        transverse_field: A number, on each unit.
        sweeps: How many updates of all world lines a sample takes.
        is_exact: Whether samples are drawn from all states.
    """

    transverse_field: Tensor
    sweeps: int
    is_exact: bool
    _drawn: Tensor | None

    def free_energy(self, X: Any) -> Tensor:
        r"""Return :math:`-\log \operatorname{Tr}[\Lambda_v e^{-H}]` of each sample, shape (m,).

        Args:
            X: Zeros and ones, shape (m, n_visible).

        Raises:
            ValueError: If there are more than 12 units.
        """
        data = self._data(X)
        return -self._visible()[numbers_of(data)].to(data)

    @torch.no_grad()
    def probabilities(self) -> Tensor:
        """Return the exact probability of every string of visible bits.

        Returns:
            Double precision, shape (2^n_visible,); the first visible unit is the most significant
            bit, as wire 0 is.

        Raises:
            ValueError: If there are more than 12 units.
        """
        return self._log_probabilities().exp()

    @torch.no_grad()
    def log_likelihood(self, X: Any) -> Estimate:
        """Return the mean log-likelihood of the samples, in nats, which is exact.

        Args:
            X: Zeros and ones, shape (m, n_visible).

        Raises:
            ValueError: If there are more than 12 units.
        """
        return Estimate(-float(self._surprise(self._data(X))))

    @torch.no_grad()
    def sample(self, n: int = 1, *, hidden: bool = False) -> Tensor:
        """Return samples of the machine, zeros and ones, drawn by its device.

        Args:
            n: How many.
            hidden: Whether to return the hidden units too, behind the visible ones.

        Returns:
            Shape (n, n_visible), or (n, n_visible + n_hidden).

        Raises:
            ValueError: If a weight is NaN or infinite.
        """
        states = self._draw(check_int("n", n, minimum=1))
        return states if hidden else states[:, : self.units.n_visible]

    @torch.no_grad()
    def glimpse(self, X: Any) -> Picture:
        """Return a picture of data and of samples, those of the last step on a device.

        Args:
            X: Zeros and ones, shape (m, n_visible); the first 8 are drawn.
        """
        rows = {"data": self._data(X)[:_SHOWN]}
        drawn = self._draw(_SHOWN) if self.is_exact else self._drawn
        if drawn is not None:
            rows["samples"] = drawn[:_SHOWN, : self.units.n_visible]
        return learnt_picture(rows, "quantum Boltzmann machine")

    def _draw(self, count: int) -> Tensor:
        """Return samples of all units, shape (count, n)."""
        field = self._usable_field()
        if self.is_exact:
            weights = torch.softmax(self._all(), dim=0)
            drawn = torch.multinomial(weights, count, replacement=True)
            return states_numbered(drawn, len(self.units), self.weight)
        strength = abs(float(self.transverse_field))
        sampler = get(PATH_INTEGRAL, temperature=1.0, sweeps=self.sweeps, transverse_field=strength)
        return states_from(Thermostat(sampler), field, self.units, count, new_seed())[0]

    def _all(self) -> Tensor:
        """Return the log-weights of all strings of all bits, shape (2^n,)."""
        n = len(self.units)
        if n > MOST_EXACT:
            raise ValueError(
                f"Probabilities of a quantum machine are worked out for at most {MOST_EXACT} "
                f"units, but this one has {n}. `sample` takes as many as you like."
            )
        single = self.field()
        field = Field(single.bias.double(), single.coupling.double())
        states = states_numbered(torch.arange(2**n, device=field.bias.device), n, field.bias)
        return log_weights(field.energy(states), self.transverse_field)

    def _visible(self) -> Tensor:
        """Return the log-weights of all visible strings, shape (2^n_visible,)."""
        return torch.logsumexp(self._all().reshape(2**self.units.n_visible, -1), dim=1)

    def _surprise(self, X: Tensor) -> Tensor:
        """Return the mean negative log-likelihood of samples, a number."""
        return -self._log_probabilities()[numbers_of(X)].mean().to(X)

    def _log_probabilities(self) -> Tensor:
        return torch.log_softmax(self._visible(), dim=0)
