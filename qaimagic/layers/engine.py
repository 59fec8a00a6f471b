"""How a layer's circuit runs on our engine, as a traced program."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from qaimagic.bridge.tracing import NotTraceableError, Program
from qaimagic.layers.circuits import Answers, Job

NAME = "qaimagic.qubit"
CACHES = ("_probe", "programs")
"""What a circuit finds out again in another process."""


def key_of(
    sizes: Sequence[Any], data: Mapping[str, Tensor], weights: Mapping[str, Tensor]
) -> Hashable:
    """Return what a program depends on besides the body: sizes, dtype and device."""
    example = next(iter(data.values()), None)
    if example is None:
        example = next(iter(weights.values()), None)
    kind = None if example is None else (example.dtype, example.device)
    shapes = [values.shape for values in weights.values()]
    return (*sizes, *shapes, kind, torch.get_default_dtype())


def run_traced(
    program: Program | None, data: Mapping[str, Tensor], weights: Mapping[str, Tensor], job: Job
) -> Answers | None:
    """Return the answers of a program, or None where there is none or it does not fit.

    Counts a circuit for each sample, as other simulators do; the sweep back for gradients runs
    none.
    """
    if program is None:
        return None
    try:
        answers: Answers = program.run(data, weights, side_by_side=True)
    except NotTraceableError:
        return None
    job.counter.total += program.n_circuits(_batch_size(data))
    return answers


def _batch_size(data: Mapping[str, Tensor]) -> int:
    for rows in data.values():
        return rows.shape[0]
    return 1
