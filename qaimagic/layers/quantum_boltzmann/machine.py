"""``QuantumBoltzmannMachine``: a Boltzmann machine with a transverse field, and its training."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from qaimagic._checks import check_int, check_number, requirement
from qaimagic._clock import Phase
from qaimagic.devices.annealers import get, info
from qaimagic.devices.annealers.thermostat import EXACT, GIBBS
from qaimagic.errors import DeviceError
from qaimagic.layers.boltzmann.machine import BoltzmannMachine
from qaimagic.layers.quantum_boltzmann.clamped import check_clamped, clamped_free_energy
from qaimagic.layers.quantum_boltzmann.distribution import PATH_INTEGRAL, QuantumDistribution

MOST_TRAINED = 10
"""The most units whose thermal state is worked out at every step of a training."""
_WATCHED = 8


class QuantumBoltzmannMachine(QuantumDistribution):
    r"""A Boltzmann machine whose bits are qubits in a transverse field.

    .. math:: p(v) = \frac{1}{Z} \operatorname{Tr}[\Lambda_v e^{-H}], \qquad
        H = -\sum_i b_i x_i - \sum_{i<j} W_{ij} x_i x_j - \Gamma \sum_i X_i,

    with bits :math:`x_i = (1 - Z_i) / 2`, the Pauli operators :math:`X_i` and :math:`Z_i`, and the
    projector :math:`\Lambda_v` on strings that begin with v. Without a field it is the
    `BoltzmannMachine` with the same parameters, and remains one: the field's sign says nothing, so
    that a field of 0 has no gradient. While couplings are still small the likelihood gains by less
    field, and one that has fallen to nearly 0 comes back slowly: learn it last.

    It owns its loss, so that ``train(machine, X)`` and ``%qtrain`` train it. On ``"anneal:exact"``
    that is the negative log-likelihood, and the field is learnt too. On ``"anneal:path-integral"``
    samples train it, as they would on a quantum annealer, with the gradient of an upper bound:

    .. math:: -\log p(v) \le -\log \operatorname{Tr} e^{-H_v} + \log Z, \qquad
        H_v = \langle v | H | v \rangle .

    In :math:`H_v` visible bits are held, and the field flips hidden ones alone. The bound is tight
    only without a field: its best couplings are not those of the likelihood, and with visible units
    alone its best field is 0, whatever the data. The field therefore stays as it is.

    Args:
        n_visible: Number of visible units.
        n_hidden: Number of hidden units.
        graph: A networkx graph whose edges are the couplings and whose first ``n_visible`` nodes
            are the visible units; None for a restricted machine.
        device: ``"anneal:exact"`` for the exact gradient, up to 10 units in all, or
            ``"anneal:path-integral"`` for samples, and as many as you like.
        transverse_field: :math:`\Gamma` at the start, in units of the temperature.
        chains: How many samples a step draws.
        sweeps: How many updates of all world lines a sample takes.

    Attributes:
        weight: The couplings, shape (n_visible, n_hidden), or (n_edges,) on a graph, in the
            order of its sorted edges.
        visible_bias: Shape (n_visible,).
        hidden_bias: Shape (n_hidden,).
        transverse_field: A number; ``requires_grad_(False)`` keeps it from being learnt.

    Raises:
        ValueError: If a number is out of bounds, or the graph does not fit.
        TypeError: If an argument is of the wrong type.
        DeviceError: If there is no such device, or it cannot train this machine.

    Example:
        >>> import networkx as nx, torch
        >>> from qaimagic import QuantumBoltzmannMachine, train
        >>> X = torch.tensor([[0.0, 0.0], [1.0, 1.0]]).repeat(20, 1)
        >>> machine = QuantumBoltzmannMachine(2, graph=nx.complete_graph(2))
        >>> run = train(machine, X, val=0, lr=0.3, steps=100, live=False)
        QuantumBoltzmannMachine with 4 parameters; loss QuantumBoltzmannMachine.training_loss
        ...
        >>> machine.log_likelihood(X).value > -0.75
        True

    References:
        Amin et al., Phys. Rev. X 8 (2018) 021050, doi:10.1103/PhysRevX.8.021050, arXiv:1601.02036;
        Kieferova, Wiebe, Phys. Rev. A 96 (2017) 062327, doi:10.1103/PhysRevA.96.062327,
        arXiv:1612.05204.
    """

    def __init__(
        self,
        n_visible: int,
        n_hidden: int = 0,
        *,
        graph: Any = None,
        device: str = EXACT,
        transverse_field: float = 1.0,
        chains: int = 500,
        sweeps: int = 100,
    ) -> None:
        super().__init__(n_visible, n_hidden, graph)
        self.is_exact = _check_device(device) == EXACT
        self.device = device
        self._start = check_number("transverse_field", transverse_field, minimum=0)
        self.chains = check_int("chains", chains, minimum=1)
        self.sweeps = check_int("sweeps", sweeps, minimum=1)
        self._drawn: Tensor | None = None
        if not self.is_exact:
            check_clamped(self.units)
        elif len(self.units) > MOST_TRAINED:
            raise DeviceError(
                f"Device `{EXACT}` trains quantum machines of at most {MOST_TRAINED} units, but "
                f"this one has {len(self.units)}. `{PATH_INTEGRAL}` takes as many as you like."
            )
        self.transverse_field = nn.Parameter(torch.empty(()), requires_grad=self.is_exact)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw couplings anew, and set the biases to 0 and the field to its start."""
        super().reset_parameters()
        with torch.no_grad():
            self.transverse_field.fill_(self._start)

    def forward(self, X: Tensor) -> Tensor:
        """Return the free energy of each sample, shape (m,)."""
        return self.free_energy(X)

    def training_loss(self, batch: Any) -> Tensor:
        """Return a number whose gradient is the learning signal.

        Its value is the negative log-likelihood of a sample, in nats. Where samples train more than
        8 units it is the mean energy of the data, with hidden units summed over, less that of the
        samples, which tells nothing of the likelihood.

        Args:
            batch: Zeros and ones, shape (m, n_visible), alone or first in a tuple.
        """
        X = self._batch(batch)
        if self.is_exact:
            return self._surprise(X)
        is_watched = len(self.units) <= _WATCHED
        if is_watched and not torch.is_grad_enabled():
            return self._surprise(X)
        with torch.no_grad(), Phase("executing"):
            negative = self._drawn = self._draw(self.chains)
        field, strength = self.field(), self.transverse_field.detach()
        positive = clamped_free_energy(field, self.units, strength, X)
        contrast = positive.mean() - field.energy(negative).mean()
        if not is_watched:
            return contrast
        with torch.no_grad():
            value = self._surprise(X)
        return value + (contrast - contrast.detach())

    def twin(self) -> BoltzmannMachine:
        """Return a classical machine with the same couplings and biases, to be trained beside it.

        It has one parameter less: the transverse field.
        """
        n, n_hidden = self.units.n_visible, self.units.n_hidden
        device = EXACT if self.is_exact else GIBBS
        return BoltzmannMachine(n, n_hidden, graph=self.units.graph(), device=device)


def _check_device(device: Any) -> str:
    """Check that a device knows transverse fields.

    Raises:
        TypeError: If it is no name.
        DeviceError: If there is no such annealer, or its samples know no transverse field.
        MissingExtraError: If its package is not installed.
    """
    choice = f"`{EXACT}` or `{PATH_INTEGRAL}`"
    if not isinstance(device, str):
        raise TypeError(requirement("device", f"be {choice}", f"it is {device!r}"))
    info(device)
    if device not in (EXACT, PATH_INTEGRAL):
        raise DeviceError(
            f"Device `{device}` samples classical energies: it knows no transverse field that "
            f"stays. A quantum Boltzmann machine learns on {choice}."
        )
    if device == PATH_INTEGRAL:
        get(device)
    return device
