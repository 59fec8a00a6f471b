"""Sum up loss and metric over many batches."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import torch
from torch import Tensor

from qaimagic.training.data.batches import Batch, Batches
from qaimagic.training.loop.learner import Learner
from qaimagic.training.loop.streams import Stream
from qaimagic.training.objective.metrics import Metric


class Tally:
    """Mean loss over samples, and the metric over all of them together.

    Args:
        metric: What to compute, or None; then outputs are not kept.
    """

    def __init__(self, metric: Metric | None) -> None:
        self._metric = metric
        self._sum = 0.0
        self._samples = 0
        self._outputs: list[Tensor] = []
        self._targets: list[Tensor] = []

    def add(self, batch: Batch, loss: float, output: Tensor | None) -> None:
        """Count ``batch`` with its mean loss and its outputs."""
        self._sum += loss * len(batch)
        self._samples += len(batch)
        if self._metric is not None and output is not None and batch.target is not None:
            self._outputs.append(output)
            self._targets.append(batch.target)

    @property
    def loss(self) -> float:
        """Mean loss of a sample."""
        return self._sum / self._samples

    @property
    def metric(self) -> float | None:
        """The metric over all samples, or None."""
        if self._metric is None or not self._outputs:
            return None
        outputs, targets = (
            torch.cat([part.cpu() for part in parts]) for parts in (self._outputs, self._targets)
        )
        return self._metric.compute(outputs, targets)

    def state(self) -> dict[str, Any]:
        """Return what was counted."""
        return {
            "sum": self._sum,
            "samples": self._samples,
            "outputs": list(self._outputs),
            "targets": list(self._targets),
        }

    def load(self, state: dict[str, Any]) -> None:
        """Go on counting from ``state``."""
        self._sum, self._samples = state["sum"], state["samples"]
        self._outputs, self._targets = list(state["outputs"]), list(state["targets"])


def tally_over(
    learner: Learner,
    batches: Batches,
    metric: Metric | None,
    *,
    stream: Stream | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Tally | None:
    """Look at all ``batches`` once, with dropout off.

    Args:
        learner: Whose answers to look at.
        batches: The data.
        metric: What to compute beside the loss.
        stream: Where shots draw from.
        stop: Asked between two batches; the answer True ends it early.

    Returns:
        The tally, or None if it was stopped.
    """
    tally = Tally(metric)
    modes = learner.weights.modes()
    learner.weights.look()
    try:
        for batch in batches.epoch(1):
            if stop():
                return None
            with stream or nullcontext():
                loss, output = learner.look(batch)
            tally.add(batch, loss, output)
    finally:
        learner.weights.restore(modes)
    return tally
