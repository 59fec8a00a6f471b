"""Data seen from a machine: its hidden units drawn, or summed over, given the visible ones."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from qaimagic._checks import requirement
from qaimagic.layers.boltzmann.field import Field, states_numbered
from qaimagic.layers.boltzmann.units import Units

MOST_HIDDEN = 12
"""The most hidden units, coupled with other hidden ones, whose states are enumerated."""
_MOST_LISTED = 20
_ROWS = 2**14


def free_energy(field: Field, units: Units, X: Tensor) -> Tensor:
    r"""Return :math:`-\log \sum_h e^{-E(v, h)}` of samples of shape (m, n_visible), shape (m,).

    Raises:
        ValueError: If too many hidden units are coupled with other hidden ones.
    """
    visible, kept = range(units.n_visible), units.hidden_kept
    if not kept:
        return field.marginal(X, visible, units.hidden_summed)
    if len(kept) > MOST_HIDDEN:
        rule = f"have at most {MOST_HIDDEN} hidden units coupled with other hidden ones"
        received = f"there are {len(kept)}, besides a layer that is not"
        raise ValueError(requirement("graph", rule, received))
    numbers = torch.arange(2 ** len(kept), device=X.device)
    states = states_numbered(numbers, len(kept), X)
    pairs = torch.cat([X.repeat_interleave(len(states), 0), states.repeat(len(X), 1)], dim=1)
    parts = field.marginal(pairs, [*visible, *kept], units.hidden_summed)
    return -torch.logsumexp(-parts.reshape(len(X), -1), dim=1)


def visible_probabilities(field: Field, units: Units) -> Tensor:
    """Return the probability of every string of visible bits, in doubles, shape (2^n_visible,).

    Raises:
        ValueError: If too many units would have to be enumerated.
    """
    n, kept = units.n_visible, len(units.hidden_kept)
    if n + kept > _MOST_LISTED or kept > MOST_HIDDEN:
        raise ValueError(
            f"`probabilities` enumerates at most {_MOST_LISTED} units, the visible ones and at "
            f"most {MOST_HIDDEN} hidden ones that are coupled with one another, but this machine "
            f"has {n} and {kept}. `sample` takes as many as you like, `log_likelihood` estimates."
        )
    field = Field(field.bias.double(), field.coupling.double())
    numbers = torch.arange(2**n, device=field.bias.device)
    parts = [
        -free_energy(field, units, states_numbered(some, n, field.bias))
        for some in torch.split(numbers, _ROWS >> kept)
    ]
    return torch.softmax(torch.cat(parts), dim=0)


def completed(field: Field, units: Units, X: Tensor, sweeps: int) -> Tensor:
    """Return samples with hidden units drawn given the visible ones, shape (m, n).

    Args:
        field: The machine.
        units: Its units.
        X: Shape (m, n_visible).
        sweeps: How many Gibbs updates, where one alone does not draw them exactly.
    """
    hidden = torch.full((len(X), units.n_hidden), 0.5).to(X)
    states = torch.cat([X, torch.bernoulli(hidden)], dim=1)
    for _ in range(sweeps if units.hidden_kept else 1):
        states = field.sweep(states, units.hidden_classes)
    return states


def summed_energy(field: Field, units: Units, states: Tensor) -> Tensor:
    """Return the energies of states, shape (m,), summed over the hidden units that can be.

    Their gradient is that of the energies, with less noise: these units count with their
    probabilities given the others and not with the values that were drawn.
    """
    known = [i for i in range(len(units)) if i not in set(units.hidden_summed)]
    return field.marginal(states[:, known], known, units.hidden_summed)


def pseudo_loss(field: Field, units: Units, states: Tensor) -> Tensor:
    """Return the negative pseudo-log-likelihood of the visible units, per sample."""
    base = summed_energy(field, units, states)
    total = states.new_zeros(())
    for i in range(units.n_visible):
        flipped = states.clone()
        flipped[:, i] = 1 - flipped[:, i]
        total = total - logsigmoid(summed_energy(field, units, flipped) - base).mean()
    return total
