"""A run's events as curves: the loss beside the metric, the model beside its twin.

The live view and ``TrainingRun.plot`` both draw with ``RunCurves``: the first feeds it events as
they come, the second feeds it the history's ``steps`` and ``epochs``.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from qaimagic.drawing.curves_data import Curves, Role, Series
from qaimagic.training.events import EpochEnded, Event, StepEnded

_NAN = float("nan")
_EPOCH_LINES: tuple[tuple[str, Role, int], ...] = (
    ("val_", "validation", 0),
    ("train_", "train", 0),
    ("baseline_val_", "validation", 1),
    ("baseline_train_", "train", 1),
)
_NAMES = {
    ("validation", 0): "validation",
    ("train", 0): "training",
    ("validation", 1): "twin, validation",
    ("train", 1): "twin, training",
}


def _numbers() -> array[float]:
    return array("d")


@dataclass
class RunCurves:
    """Collects a run's numbers, cheaply, and lays them out as panels; itself a listener.

    Attributes:
        loss: What the first panel's axis is called.
        metric: What the second panel's axis is called, or None for no second panel.
        metric_rises: True if a higher metric is better.
        total_steps: Steps planned, or None.
        total_epochs: Epochs planned, or None.
        references: Horizontal lines of the metric's panel by their names, such as the accuracy
            of a logistic regression.

    Example:
        >>> curves = RunCurves(loss="energy")
        >>> curves(StepEnded(step=1, epoch=0, loss=-0.5, grad_norm=0.1, seconds=0.01))
        >>> [panel.y_label for panel in curves.panels()]
        ['energy']
    """

    loss: str = "loss"
    metric: str | None = None
    metric_rises: bool = True
    total_steps: int | None = None
    total_epochs: int | None = None
    references: Mapping[str, float] = field(default_factory=dict)
    _steps: array[float] = field(default_factory=_numbers, init=False, repr=False)
    _losses: array[float] = field(default_factory=_numbers, init=False, repr=False)
    _metrics: array[float] = field(default_factory=_numbers, init=False, repr=False)
    _baseline_losses: array[float] = field(default_factory=_numbers, init=False, repr=False)
    _epochs: list[EpochEnded] = field(default_factory=list, init=False, repr=False)
    _passes: int = field(default=0, init=False, repr=False)

    def __call__(self, event: Event) -> None:
        """Take the numbers of a step or an epoch; other events are let go."""
        if isinstance(event, StepEnded):
            self._steps.append(event.step)
            self._losses.append(event.loss)
            self._metrics.append(_number(event.metric))
            self._baseline_losses.append(_number(event.baseline_loss))
            self._passes = event.epoch
        elif isinstance(event, EpochEnded):
            self._epochs.append(event)

    def panels(self) -> tuple[Curves, ...]:
        """Return one panel for the loss and, if there is a metric, one for it."""
        by_epoch = max(self._passes, len(self._epochs), self.total_epochs or 0) > 1
        x_label = "epoch" if by_epoch else "step"
        x_end = self.total_epochs if by_epoch else self.total_steps
        kept = next((row for row in reversed(self._epochs) if row.best), None)
        best_x = kept.epoch if kept and by_epoch else None
        losses = self._lines("loss", by_epoch, (self._losses, self._baseline_losses))
        loss = Curves(losses, self.loss, x_label, "lower", x_end=x_end, best_x=best_x)
        if self.metric is None:
            return (loss,)
        lines = (
            *self._lines("metric", by_epoch, (self._metrics,)),
            *(Series(name, [0.0], [y], "reference") for name, y in self.references.items()),
        )
        better: Literal["lower", "higher"] = "higher" if self.metric_rises else "lower"
        return loss, Curves(lines, self.metric, x_label, better, x_end=x_end, best_x=best_x)

    def _lines(
        self, quantity: str, by_epoch: bool, each_step: tuple[array[float], ...]
    ) -> tuple[Series, ...]:
        """Return the lines of the epochs, and behind them those of the steps."""
        at = np.array([row.epoch if by_epoch else row.step for row in self._epochs], np.float64)
        lines = []
        for prefix, role, group in _EPOCH_LINES:
            y = np.array([_number(getattr(row, prefix + quantity)) for row in self._epochs])
            in_steps = any(number == number for values in each_step[group:] for number in values)
            if (by_epoch or role == "validation" or not in_steps) and not np.isnan(y).all():
                lines.append(Series(_NAMES[role, group], at, y, role, group))
        drawn: Role = "raw" if any(line.role == "train" for line in lines) else "train"
        steps = np.array(self._steps) / (self._steps_per_epoch() if by_epoch else 1.0)
        for group, values in enumerate(each_step):
            y = np.array(values)
            if not np.isnan(y).all() and (drawn == "train" or group == 0):
                lines.append(Series(_NAMES["train", group], steps, y, drawn, group))
        return tuple(lines)

    def _steps_per_epoch(self) -> float:
        if self._epochs:
            return self._epochs[-1].step / self._epochs[-1].epoch
        if self.total_steps and self.total_epochs:
            return self.total_steps / self.total_epochs
        return max(self._steps, default=1.0) / max(1, self._passes)


def _number(value: float | None) -> float:
    return _NAN if value is None else value
