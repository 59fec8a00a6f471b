"""What a training run tells while it goes: the events that curves, trackers and your code hear.

``train(..., listeners=[f])`` calls ``f(event)`` for each of them, in this order::

    Notice*  RunStarted  (Notice | Alarm | StepEnded | EpochEnded | Glimpse)*  RunEnded

Events carry plain numbers and strings, so that a listener needs neither torch nor PennyLane.
A listener is called between two steps: what it does adds to the time of the run, and an exception
it raises ends the run.

Example:
    >>> from qaimagic.training.events import StepEnded
    >>> def listener(event):
    ...     if isinstance(event, StepEnded) and event.step % 10 == 0:
    ...         print(event.step, event.loss)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from qaimagic.training.run import TrainingRun

AlarmKind = Literal["vanishing_gradients", "shot_noise", "below_ground_energy"]
StopReason = Literal[
    "finished", "interrupted", "patience", "max_seconds", "budget", "not_finite", "failed"
]


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence about what was chosen, cast, or decided for you.

    Attributes:
        message: The sentence, ready to print.
    """

    message: str


@dataclass(frozen=True, slots=True)
class Alarm(Notice):
    """Something is wrong with a quantum layer although the run goes on; each kind is told once.

    Attributes:
        kind: ``"vanishing_gradients"``, ``"shot_noise"`` (gradients smaller than it) or
            ``"below_ground_energy"`` (an energy that no state has).
        step: The step after which it was noticed.
    """

    kind: AlarmKind
    step: int


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The run begins; every problem that could be found beforehand has been ruled out.

    Attributes:
        model: One line about the model: its class and number of parameters.
        device: The quantum device, in words; ``"none"`` for a model without quantum layers.
        loss: Name of the loss.
        metric: Name of the metric, or None.
        metric_rises: True if a higher metric is better.
        parameters: Number of trainable numbers.
        baseline: One line about the classical twin, or None.
        first_step: Steps done before this run began; 0 unless it continues.
        first_epoch: Epochs done before this run began; 0 unless it continues.
        total_steps: Steps done when the run ends by itself, those before included;
            None if unknown.
        total_epochs: The same in epochs; None for a run without data or counted in steps.
        max_seconds: The longest this run may take, or None.
        continues: True if it goes on where an earlier run ended.
        has_validation: True if each epoch ends with a look at validation data.
    """

    model: str
    device: str
    loss: str
    metric: str | None
    metric_rises: bool
    parameters: int
    baseline: str | None
    first_step: int
    first_epoch: int
    total_steps: int | None
    total_epochs: int | None
    max_seconds: float | None
    continues: bool
    has_validation: bool


@dataclass(frozen=True, slots=True)
class StepEnded:
    """The weights were updated once.

    Attributes:
        step: Steps done so far; the first is 1.
        epoch: The epoch that the step belongs to, from 1; 0 for a run without data.
        loss: Loss of this batch, before the update.
        grad_norm: Euclidean norm of all gradients, before clipping.
        seconds: Wall time of the model's step, the twin's not counted.
        circuits: Circuits executed in the run so far.
        baseline_loss: The twin's loss on the same batch, or None.
        metric: The metric on this batch, where a loop of one's own computes it; else None.
    """

    step: int
    epoch: int
    loss: float
    grad_norm: float
    seconds: float
    circuits: int = 0
    baseline_loss: float | None = None
    metric: float | None = None


@dataclass(frozen=True, slots=True)
class EpochEnded:
    """All training data were seen once, and the validation data were looked at.

    Attributes:
        epoch: Epochs done so far; the first is 1.
        step: Steps done so far.
        seconds: Wall time of the epoch, validation included.
        train_loss: Mean loss over the epoch's samples, while they were being learnt.
        train_metric: Metric over the epoch's samples, while they were being learnt, or None.
        val_loss: Loss on the validation data after the epoch, or None without such data.
        val_metric: Metric on the validation data after the epoch, or None.
        best: True if no earlier epoch had so low a validation loss (without validation data:
            so low a training loss).
        baseline_train_loss: As ``train_loss``, of the classical twin, or None.
        baseline_train_metric: As ``train_metric``, of the classical twin, or None.
        baseline_val_loss: As ``val_loss``, of the classical twin, or None.
        baseline_val_metric: As ``val_metric``, of the classical twin, or None.
    """

    epoch: int
    step: int
    seconds: float
    train_loss: float
    train_metric: float | None = None
    val_loss: float | None = None
    val_metric: float | None = None
    best: bool = False
    baseline_train_loss: float | None = None
    baseline_train_metric: float | None = None
    baseline_val_loss: float | None = None
    baseline_val_metric: float | None = None


@dataclass(frozen=True, slots=True)
class Glimpse:
    """A picture that the model gives of itself, now and then and at the end.

    Attributes:
        svg: The picture, a complete ``<svg>`` element.
        text: The same in one line.
        step: Steps done so far.
    """

    svg: str
    text: str
    step: int


@dataclass(frozen=True, slots=True)
class RunEnded:
    """The run is over; the model holds its weights and the record is complete.

    Attributes:
        reason: Why it ended: ``"finished"``, ``"interrupted"``, ``"patience"``,
            ``"max_seconds"``, ``"budget"``, ``"not_finite"`` (a loss or gradient became
            NaN or infinite) or ``"failed"`` (an exception, which is raised after this event).
        message: The same as one sentence, ready to print.
        run: The record of the run.
    """

    reason: StopReason
    message: str
    run: TrainingRun


Event = Notice | Alarm | RunStarted | StepEnded | EpochEnded | Glimpse | RunEnded
Listener = Callable[[Event], None]
