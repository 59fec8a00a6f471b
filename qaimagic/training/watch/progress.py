"""How far a run has come, and how to say it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from qaimagic.drawing.curves_axes import short_number
from qaimagic.training.events import EpochEnded, Event, RunStarted, StepEnded


class Progress:
    """Follows a run's events and knows how far it is; itself a listener.

    Args:
        clock: Returns seconds; only differences count.

    Attributes:
        started: The run's first event, or None before it.
        step: The last step's event, or None before it.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self.started: RunStarted | None = None
        self.step: StepEnded | None = None
        self._epochs = 0
        self._clock = clock
        self._begin = clock()

    def __call__(self, event: Event) -> None:
        """Take note of ``event``."""
        if isinstance(event, StepEnded):
            self.step = event
        elif isinstance(event, EpochEnded):
            self._epochs = event.epoch
        elif isinstance(event, RunStarted):
            self.started = event
            self._begin = self._clock()

    def pause(self, seconds: float) -> None:
        """Leave out seconds in which the run waited for its user."""
        self._begin += seconds

    @property
    def seconds(self) -> float:
        """Seconds since the run began."""
        return self._clock() - self._begin

    @property
    def fraction(self) -> float | None:
        """How much of the run is done, from 0 to 1, or None if nobody knows."""
        if self.started is None:
            return None
        start, step = self.started, self.step.step if self.step else self.started.first_step
        if start.total_steps:
            done = step / start.total_steps
        elif start.total_epochs:
            done = self._epochs / start.total_epochs
        else:
            return None
        return min(1.0, done)

    @property
    def seconds_left(self) -> float | None:
        """Seconds to go at the pace so far, or None if nobody knows yet."""
        if self.started is None or self.fraction is None or self.step is None:
            return None
        begun = 0.0
        if self.started.total_steps:
            begun = self.started.first_step / self.started.total_steps
        elif self.started.total_epochs:
            begun = self.started.first_epoch / self.started.total_epochs
        if self.fraction <= begun:
            return None
        left = self.seconds * (1.0 - self.fraction) / (self.fraction - begun)
        if self.started.max_seconds is not None:
            left = min(left, max(0.0, self.started.max_seconds - self.seconds))
        return left

    def place(self) -> str:
        """Return where the run is, such as ``"epoch 3 of 10, step 41 of 150"``."""
        if self.started is None or self.step is None:
            return "starting"
        words = []
        if self.step.epoch and self.started.total_epochs != 1:
            words.append(f"epoch {_of(self.step.epoch, self.started.total_epochs)}")
        words.append(f"step {_of(self.step.step, self.started.total_steps)}")
        return ", ".join(words)

    def pace(self) -> str:
        """Return the time so far and the time left, such as ``"12 s, about 40 s left"``."""
        left = self.seconds_left
        rest = "" if left is None else f", about {duration(left)} left"
        return f"{duration(self.seconds)}{rest}"


def first_line(event: RunStarted) -> str:
    """Return what is about to run, in one line."""
    words = [event.model]
    if event.loss != "loss":
        words.append(f"loss {event.loss}")
    if event.metric:
        words.append(f"metric {event.metric}")
    if event.device != "none":
        words.append(f"device {event.device}")
    if event.baseline:
        words.append(f"beside it {event.baseline}")
    return "; ".join(words)


def step_line(event: StepEnded, started: RunStarted | None) -> str:
    """Return a step in one line without timings."""
    total = started.total_steps if started else None
    name = started.loss if started else "loss"
    words = [f"{name} {short_number(event.loss, 4)}"]
    if math.isfinite(event.grad_norm):
        words.append(f"gradient norm {short_number(event.grad_norm)}")
    if event.baseline_loss is not None:
        words.append(f"twin {short_number(event.baseline_loss, 4)}")
    return f"step {_of(event.step, total)}: {', '.join(words)}"


def epoch_line(event: EpochEnded, started: RunStarted | None) -> str:
    """Return an epoch in one line without timings."""
    metric = (started.metric if started else None) or "metric"
    own = _scores(metric, event.train_loss, event.train_metric, event.val_loss, event.val_metric)
    twin = _scores(
        metric,
        event.baseline_train_loss,
        event.baseline_train_metric,
        event.baseline_val_loss,
        event.baseline_val_metric,
    )
    total = started.total_epochs if started else None
    beside = f"; twin: {twin}" if twin else ""
    return f"epoch {_of(event.epoch, total)}: {own}{' (best)' if event.best else ''}{beside}"


def _scores(
    metric: str,
    train_loss: float | None,
    train_metric: float | None,
    val_loss: float | None,
    val_metric: float | None,
) -> str:
    named = (
        ("loss", train_loss),
        (metric, train_metric),
        ("validation loss", val_loss),
        (f"validation {metric}", val_metric),
    )
    return ", ".join(f"{name} {short_number(y)}" for name, y in named if y is not None)


def duration(seconds: float) -> str:
    """Return ``seconds`` as one would say them: ``"0.4 s"``, ``"40 s"``, ``"3 min 20 s"``.

    Example:
        >>> duration(0.42), duration(200), duration(8000)
        ('0.4 s', '3 min 20 s', '2 h 13 min')
    """
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def _of(count: int, total: int | None) -> str:
    return f"{count:,} of {total:,}" if total else f"{count:,}"
