"""The partition function: by enumeration where that is possible, else by annealed importance."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn.functional import softplus

from qaimagic.layers.boltzmann.estimate import Estimate
from qaimagic.layers.boltzmann.field import Field, states_numbered
from qaimagic.layers.boltzmann.units import Units

MOST_KEPT = 20
"""The most units whose states are enumerated."""
_ROWS = 2**14


def log_partition(field: Field, units: Units) -> Tensor:
    """Return log Z, differentiable, by a sum over all states of ``units.kept``."""
    n = len(units.kept)
    parts = []
    for start in range(0, 2**n, _ROWS):
        numbers = torch.arange(start, min(start + _ROWS, 2**n), device=field.bias.device)
        states = states_numbered(numbers, n, field.bias)
        parts.append(torch.logsumexp(-field.marginal(states, units.kept, units.summed), dim=0))
    return torch.logsumexp(torch.stack(parts), dim=0)


def exact_samples(field: Field, units: Units, count: int) -> Tensor:
    """Return independent samples of all units, shape (count, n), drawn from all states."""
    n = len(units.kept)
    numbers = torch.arange(2**n, device=field.bias.device)
    states = states_numbered(numbers, n, field.bias)
    weights = torch.softmax(-field.marginal(states, units.kept, units.summed).double(), dim=0)
    random = torch.rand(count, dtype=torch.float64, device=weights.device)
    drawn = torch.searchsorted(weights.cumsum(0), random)
    whole = torch.zeros(count, len(units), dtype=field.bias.dtype, device=field.bias.device)
    whole[:, list(units.kept)] = states[drawn.clamp(max=len(states) - 1)]
    return field.sweep(whole, [units.summed])


@torch.no_grad()
def sampled_log_partition(field: Field, units: Units, runs: int, temperatures: int) -> Estimate:
    """Return log Z by annealed importance sampling, in double precision.

    Runs begin without couplings, where Z is a product, and go to the machine itself.

    References:
        Neal, Statistics and Computing 11 (2001) 125, doi:10.1023/A:1008923215028;
        Salakhutdinov, Murray, ICML (2008) 872, doi:10.1145/1390156.1390266.
    """
    field = Field(field.bias.double(), field.coupling.double())
    kept, summed = list(units.kept), units.summed
    states = torch.bernoulli(torch.sigmoid(field.bias).expand(runs, -1))
    logs = torch.zeros(runs, dtype=torch.float64, device=field.bias.device)
    before = field.weakened(0.0).marginal(states[:, kept], kept, summed)
    for step in range(1, temperatures + 1):
        now = field.weakened(step / temperatures)
        logs += before - now.marginal(states[:, kept], kept, summed)
        states = now.sweep(states, [summed, *(c for c in units.classes if c != summed)])
        before = now.marginal(states[:, kept], kept, summed)
    start = float(softplus(field.bias).sum())
    weights = torch.exp(logs - logs.max())
    mean = float(weights.mean())
    error = float(weights.std()) / (mean * math.sqrt(runs))
    return Estimate(start + float(logs.max()) + math.log(mean), error)
