"""One of those who learn in a run, the model or its twin, with what it has reached so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from qaimagic.training.data.batches import Batch, Batches
from qaimagic.training.events import EpochEnded
from qaimagic.training.loop.learner import Learner, Learnt
from qaimagic.training.loop.streams import Stream
from qaimagic.training.loop.tally import Tally, tally_over
from qaimagic.training.loop.weights import State
from qaimagic.training.objective.metrics import Metric


@dataclass(frozen=True, slots=True)
class EpochScore:
    """How an epoch ended for one side.

    Attributes:
        train_loss: Mean loss over the epoch's samples, while they were being learnt.
        train_metric: The metric over them, or None.
        val_loss: Loss on the validation data, or None without such data.
        val_metric: Metric on the validation data, or None.
        watched: The loss that decides what is best: on validation data if there are any.
        best: Whether no earlier epoch had so low a one.
    """

    train_loss: float
    train_metric: float | None
    val_loss: float | None
    val_metric: float | None
    watched: float
    best: bool

    def event(self, epoch: int, step: int, seconds: float, twin: EpochScore | None) -> EpochEnded:
        """Return what the listeners hear of an epoch that ended so, for a model and its twin."""
        return EpochEnded(
            epoch=epoch,
            step=step,
            seconds=seconds,
            train_loss=self.train_loss,
            train_metric=self.train_metric,
            val_loss=self.val_loss,
            val_metric=self.val_metric,
            best=self.best,
            baseline_train_loss=None if twin is None else twin.train_loss,
            baseline_train_metric=None if twin is None else twin.train_metric,
            baseline_val_loss=None if twin is None else twin.val_loss,
            baseline_val_metric=None if twin is None else twin.val_metric,
        )


class Side:
    """A learner with its tally of the present epoch and its best weights.

    Args:
        learner: What learns.
        metric: What is reported beside the loss, or None.

    Attributes:
        best: The weights that were best on validation data, or None.
    """

    def __init__(self, learner: Learner, metric: Metric | None) -> None:
        self.learner = learner
        self.best: State | None = None
        self._metric = metric
        self._lowest: float | None = None
        self._seen = Tally(metric)

    def learn(self, batch: Batch | None) -> Learnt:
        """Update the weights once, and count what the batch gave."""
        learnt = self.learner.learn(batch)
        if batch is not None:
            self._seen.add(batch, learnt.loss, learnt.output)
        return learnt

    def look(
        self, batches: Batches, stream: Stream | None, stop: Callable[[], bool] = lambda: False
    ) -> Tally | None:
        """Look at ``batches`` without learning; None if ``stop`` said so."""
        return tally_over(self.learner, batches, self._metric, stream=stream, stop=stop)

    def improves(self, loss: float) -> bool:
        """Return whether ``loss`` is the lowest so far, and remember it if so."""
        better = self._lowest is None or loss < self._lowest
        if better:
            self._lowest = loss
        return better

    def end_epoch(self, checked: Tally | None) -> EpochScore:
        """Close the epoch: keep the weights if they are the best, and move the schedule on."""
        train, metric = self._seen.loss, self._seen.metric
        self._seen = Tally(self._metric)
        watched = train if checked is None else checked.loss
        best = self.improves(watched)
        if best and checked is not None:
            self.best = self.learner.weights.state()
        self.learner.move_schedule(watched)
        if checked is None:
            return EpochScore(train, metric, None, None, watched, best)
        return EpochScore(train, metric, checked.loss, checked.metric, watched, best)

    def state(self) -> dict[str, Any]:
        """Return everything that the next step and the next epoch depend on."""
        return self.learner.state() | {
            "best": self.best,
            "lowest": self._lowest,
            "seen": self._seen.state(),
        }

    def load(self, state: dict[str, Any]) -> None:
        """Go on exactly where ``state`` was taken."""
        self.learner.load(state)
        self.best, self._lowest = state["best"], state["lowest"]
        self._seen.load(state["seen"])
