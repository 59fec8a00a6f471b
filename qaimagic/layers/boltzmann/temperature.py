"""The temperature that samples have, whatever was asked for."""

from __future__ import annotations

import torch
from torch import Tensor

from qaimagic.devices.annealers.pseudo_likelihood import pseudo_fitted
from qaimagic.layers.boltzmann.estimate import Estimate
from qaimagic.layers.boltzmann.field import Field


@torch.no_grad()
def temperature_of(field: Field, states: Tensor) -> Estimate:
    r"""Return the temperature T at which :math:`e^{-E/T}` fits samples best, by pseudo-likelihood.

    Args:
        field: The machine.
        states: Samples of all units, shape (m, n).

    Returns:
        T with the standard error that it has for independent samples; 0 if every unit of every
        sample lies along its field, infinite if they lie against it as often.
    """
    along = ((2 * states - 1) * field.at(states)).double()
    found = pseudo_fitted(along.cpu().numpy())
    return Estimate(found.value, found.standard_error)
