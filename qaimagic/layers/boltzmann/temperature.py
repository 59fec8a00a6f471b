"""The temperature that samples have, whatever was asked for."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from qaimagic.layers.boltzmann.estimate import Estimate
from qaimagic.layers.boltzmann.field import Field

_STEPS = 80
_COLDEST = 1e6


@torch.no_grad()
def temperature_of(field: Field, states: Tensor) -> Estimate:
    r"""Return the temperature T at which :math:`e^{-E/T}` fits samples best.

    It is where the pseudo-likelihood is largest, the product over all units of the probability of
    its value given the others: a concave function of 1/T, without a partition function.

    Args:
        field: The machine.
        states: Samples of all units, shape (m, n).

    Returns:
        T with the standard error that it has for independent samples; 0 if every unit of every
        sample lies along its field, infinite if they lie against it as often.

    References:
        Besag, J. R. Stat. Soc. D 24 (1975) 179, doi:10.2307/2987782;
        Benedetti et al., Phys. Rev. A 94 (2016) 022308, doi:10.1103/PhysRevA.94.022308.
    """
    along = ((2 * states - 1) * field.at(states)).double()

    def slope(beta: float) -> Tensor:
        return (along * torch.sigmoid(-beta * along)).sum(dim=1)

    if float(slope(0.0).sum()) <= 0:
        return Estimate(math.inf)
    if float(along.min()) >= 0:
        return Estimate(0.0)
    low, high = 0.0, 1.0
    while float(slope(high).sum()) > 0 and high < _COLDEST:
        low, high = high, 2 * high
    for _ in range(_STEPS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if float(slope(middle).sum()) > 0 else (low, middle)
    beta = 0.5 * (low + high)
    both = torch.sigmoid(beta * along) * torch.sigmoid(-beta * along)
    curvature = float((along.square() * both).sum())
    spread = math.sqrt(float(slope(beta).square().sum()))
    return Estimate(1 / beta, spread / curvature / beta**2 if curvature else math.inf)
