"""The record of a run: every step and every epoch, as the events told them."""

from __future__ import annotations

from dataclasses import dataclass, field

from qaimagic.training.events import EpochEnded, Event, StepEnded


@dataclass
class History:
    """Every step and epoch of a run, in order; itself a listener of events.

    Attributes:
        steps: One ``StepEnded`` for each update of the weights.
        epochs: One ``EpochEnded`` for each pass over the data; empty for a run without data.

    Example:
        >>> history = History()
        >>> history(StepEnded(step=1, epoch=1, loss=0.7, grad_norm=0.1, seconds=0.01))
        >>> history.losses
        [0.7]
    """

    steps: list[StepEnded] = field(default_factory=list)
    epochs: list[EpochEnded] = field(default_factory=list)

    def __call__(self, event: Event) -> None:
        """Keep ``event`` if it is the end of a step or of an epoch."""
        if isinstance(event, StepEnded):
            self.steps.append(event)
        elif isinstance(event, EpochEnded):
            self.epochs.append(event)

    @property
    def losses(self) -> list[float]:
        """Loss of each step."""
        return [step.loss for step in self.steps]

    @property
    def grad_norms(self) -> list[float]:
        """Norm of the gradients at each step."""
        return [step.grad_norm for step in self.steps]

    @property
    def seconds(self) -> list[float]:
        """Wall time of each step."""
        return [step.seconds for step in self.steps]

    @property
    def metrics(self) -> list[float | None]:
        """Metric after each epoch: on the validation data if there are any, else in training."""
        return [
            row.train_metric if row.val_metric is None else row.val_metric for row in self.epochs
        ]

    @property
    def best_epoch(self) -> EpochEnded | None:
        """The last epoch that was the best so far, by validation loss if there was any."""
        return next((row for row in reversed(self.epochs) if row.best), None)
