"""The record of a run: every step, epoch and alarm, as the events told them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, TypeVar

from qaimagic.training.events import Alarm, EpochEnded, Event, StepEnded

Row = TypeVar("Row", StepEnded, EpochEnded)
_WHOLE = ("step", "epoch", "circuits")


@dataclass
class History:
    """Every step, epoch and alarm of a run, in order; itself a listener of events.

    Attributes:
        steps: One ``StepEnded`` for each update of the weights.
        epochs: One ``EpochEnded`` for each pass over the data; empty for a run without data.
        alarms: One ``Alarm`` for each kind of trouble that was noticed.

    Example:
        >>> history = History()
        >>> history(StepEnded(step=1, epoch=1, loss=0.7, grad_norm=0.1, seconds=0.01))
        >>> history.losses
        [0.7]
    """

    steps: list[StepEnded] = field(default_factory=list)
    epochs: list[EpochEnded] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)

    def __call__(self, event: Event) -> None:
        """Keep ``event`` if it is an alarm, or the end of a step or of an epoch."""
        if isinstance(event, StepEnded):
            self.steps.append(event)
        elif isinstance(event, EpochEnded):
            self.epochs.append(event)
        elif isinstance(event, Alarm):
            self.alarms.append(event)

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

    def copy(self) -> History:
        """Return a record of its own, which does not grow with this one."""
        return History(list(self.steps), list(self.epochs), list(self.alarms))

    def columns(self) -> dict[str, Any]:
        """Return the record as float64 tensors of shape (n,), NaN where there is no number.

        Alarms are a list of dictionaries.
        """
        return {
            "steps": _columns(StepEnded, self.steps),
            "epochs": _columns(EpochEnded, self.epochs),
            "alarms": [asdict(alarm) for alarm in self.alarms],
        }

    @classmethod
    def from_columns(cls, columns: dict[str, Any]) -> History:
        """Return the record that ``columns`` were made of."""
        return cls(
            _rows(StepEnded, columns["steps"]),
            _rows(EpochEnded, columns["epochs"]),
            [Alarm(**alarm) for alarm in columns.get("alarms", [])],
        )


def _columns(kind: type[Row], rows: Sequence[Row]) -> dict[str, Any]:
    import torch

    return {
        field.name: torch.tensor(
            [math.nan if value is None else float(value) for value in _values(rows, field.name)],
            dtype=torch.float64,
        )
        for field in fields(kind)
    }


def _values(rows: Sequence[Row], name: str) -> list[Any]:
    return [getattr(row, name) for row in rows]


def _rows(kind: type[Row], columns: dict[str, Any]) -> list[Row]:
    names = list(columns)
    lists = [columns[name].tolist() for name in names]
    return [
        kind(**{name: _value(name, number) for name, number in zip(names, numbers, strict=True)})
        for numbers in zip(*lists, strict=True)
    ]


def _value(name: str, number: float) -> Any:
    if math.isnan(number):
        return None
    if name == "best":
        return bool(number)
    return int(number) if name in _WHOLE else number
