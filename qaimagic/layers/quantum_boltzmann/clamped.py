r"""The free energy of a machine whose visible bits are held.

.. math:: F_v = -\log \operatorname{Tr} e^{-H_v}, \qquad H_v = \langle v | H | v \rangle .

Golden's and Thompson's inequality makes :math:`F_v + \log Z` an upper bound of
:math:`-\log p(v)`. Held bits are not flipped: the transverse field acts on hidden ones alone.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import softplus

from qaimagic._checks import requirement
from qaimagic.layers.boltzmann.field import Field, states_numbered
from qaimagic.layers.boltzmann.units import Units
from qaimagic.layers.quantum_boltzmann.thermal import log_weights

MOST_CLAMPED = 8
"""The most hidden units, some of them coupled with one another, whose states are enumerated."""


def check_clamped(units: Units) -> None:
    """Check that the hidden units of a machine can be summed over.

    Raises:
        ValueError: If there are too many.
    """
    if units.hidden_kept and units.n_hidden > MOST_CLAMPED:
        rule = f"couple at most {MOST_CLAMPED} hidden units with one another"
        fix = "Hidden units without couplings among themselves may be as many as you like."
        raise ValueError(requirement("graph", rule, f"there are {units.n_hidden}", fix))


def clamped_free_energy(field: Field, units: Units, transverse_field: Tensor, X: Tensor) -> Tensor:
    """Return the free energy of each sample with its visible bits held, shape (m,).

    Args:
        field: Biases and couplings.
        units: The units.
        transverse_field: On each unit.
        X: Zeros and ones, shape (m, n_visible).
    """
    n = units.n_visible
    own = Field(field.bias[:n], field.coupling[:n, :n]).energy(X)
    if not units.hidden_kept:
        half = 0.5 * (field.bias[n:] + X @ field.coupling[:n, n:])
        # The smallest number keeps the root differentiable where there is no field at all.
        smallest = torch.finfo(half.dtype).tiny
        size = torch.sqrt(half.square() + transverse_field.square() + smallest)
        return own - (half + size + softplus(-2 * size)).sum(dim=1)
    numbers = torch.arange(2**units.n_hidden, device=X.device)
    states = states_numbered(numbers, units.n_hidden, X)
    among = Field(field.bias[n:], field.coupling[n:, n:]).energy(states)
    patterns, which = torch.unique(X, dim=0, return_inverse=True)
    between = patterns @ field.coupling[:n, n:] @ states.T
    weights = log_weights(among - between, transverse_field)
    return own - torch.logsumexp(weights, dim=1).to(own)[which]
