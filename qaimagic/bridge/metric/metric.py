"""The metric in a layer's weights: of its gates' angles first, then by the chain rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import torch
from torch import Tensor

from qaimagic.bridge.mapping import MappedTapes
from qaimagic.bridge.metric.chain import slopes
from qaimagic.bridge.metric.from_covariances import Execute, from_covariances
from qaimagic.bridge.metric.from_states import from_states
from qaimagic.bridge.metric.turns import Turns

Approx = Literal["block-diag", "diag"] | None


def metric_tensor(
    mapped: MappedTapes,
    weights: Mapping[str, Tensor],
    approx: Approx,
    execute: Execute | None,
) -> Tensor:
    """Return the metric of a batch of circuits, averaged over the samples.

    Args:
        mapped: The circuits; their angles were computed from ``weights``.
        weights: The weights, with a gradient.
        approx: Which entries between the angles of gates count: ``"block-diag"`` for those of
            gates that stand side by side, ``"diag"`` for each gate's with itself, None for all.
        execute: Runs circuits whose answers are measured; None to work with exact states.

    Returns:
        A tensor of shape (P, P) for P numbers in all weights together, side by side in their
        order, float64.

    Raises:
        NoMetricError: If the circuits have no metric, or only a part of it can be measured.
    """
    circuits = [Turns(tape) for tape in mapped.tapes]
    n_rows = [_rows_of(one) for one in circuits]
    pairs = list(zip(circuits, n_rows, strict=True))
    with torch.no_grad():
        if execute is None:
            metrics = [from_states(turns, rows) for turns, rows in pairs]
        else:
            metrics = from_covariances(pairs, execute)
    size = sum(weight.numel() for weight in weights.values())
    total = torch.zeros(size, size, dtype=torch.float64)
    for turns, rows, metric in zip(circuits, n_rows, metrics, strict=True):
        if turns.turned:
            slope = slopes(turns.angles, list(weights.values()), rows).to(metric)
            counted = metric * _counted(turns, approx).to(metric)
            total += (slope.mT @ counted @ slope).mean(dim=0).cpu().detach()
    return total / len(circuits)


def _rows_of(turns: Turns) -> int:
    return 1 if turns.batch_size is None else turns.batch_size


def _counted(turns: Turns, approx: Approx) -> Tensor:
    """Return 1 where an entry counts and 0 elsewhere, of shape (K, K)."""
    size = len(turns.turned)
    if approx is None:
        return torch.ones(size, size)
    if approx == "diag":
        return torch.eye(size)
    counted = torch.zeros(size, size)
    for block in turns.blocks:
        members = torch.tensor(block.members)
        counted[members[:, None], members] = 1
    return counted
