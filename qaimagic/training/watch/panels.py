"""A run's events as curves: the loss beside the metric, the model beside its twin.

The live view and ``TrainingRun.plot`` both draw with ``RunCurves``: the first feeds it events as
they come, the second feeds it the history's ``steps`` and ``epochs``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from qaimagic.drawing.curves_data import Curves, Role, Series
from qaimagic.drawing.rows import Rows
from qaimagic.training.events import EpochEnded, Event, StepEnded
from qaimagic.training.objective.lookup import loss_rises_by_name

if TYPE_CHECKING:
    from qaimagic.training.run import TrainingRun

_STEPS = ("step", "loss", "metric", "baseline_loss", "grad_norm", "seconds")
_EPOCH_LINES: tuple[tuple[str, Role, int], ...] = (
    ("val_", "validation", 0),
    ("train_", "train", 0),
    ("baseline_val_", "validation", 1),
    ("baseline_train_", "train", 1),
)
_EPOCHS = (
    "epoch",
    "step",
    *(f"{prefix}{name}" for name in ("loss", "metric") for prefix, _, _ in _EPOCH_LINES),
)
_NAMES = {
    ("validation", 0): "validation",
    ("train", 0): "training",
    ("validation", 1): "twin, validation",
    ("train", 1): "twin, training",
}


@dataclass(frozen=True)
class Line:
    """A line of a panel, as two columns of a table.

    Attributes:
        name: What it is called.
        role: See `Series`.
        group: 0 for the model, 1 for its twin.
        table: ``"steps"`` or ``"epochs"``; empty for a reference.
        x: The column it is drawn over.
        y: The column that it shows.
        scale: What ``x`` is divided by: the steps of an epoch, or 1.
        value: The height of a reference, which has no columns; else None.
    """

    name: str
    role: Role
    group: int = 0
    table: str = ""
    x: str = ""
    y: str = ""
    scale: float = 1.0
    value: float | None = None


@dataclass(frozen=True)
class Panel:
    """A panel of curves, as plain data; see `Curves`.

    Attributes:
        name: What is measured.
        x: What it is measured against.
        better: Which way is better.
        end: Where the x axis ends at least, or None.
        best: The epoch whose weights are kept, or None.
        lines: The lines.
    """

    name: str
    x: str
    better: Literal["lower", "higher"]
    end: float | None
    best: float | None
    lines: tuple[Line, ...]


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
        tables: The numbers of ``"steps"`` and of ``"epochs"``.

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
    tables: dict[str, Rows] = field(init=False, repr=False)
    _best: EpochEnded | None = field(default=None, init=False, repr=False)
    _passes: int = field(default=0, init=False, repr=False)

    def __post_init__(self) -> None:
        self.tables = {"steps": Rows(_STEPS), "epochs": Rows(_EPOCHS)}

    def __call__(self, event: Event) -> None:
        """Take the numbers of a step or an epoch; other events are let go."""
        if isinstance(event, StepEnded):
            self.tables["steps"].add(*(getattr(event, name) for name in _STEPS))
            self._passes = event.epoch
        elif isinstance(event, EpochEnded):
            self.tables["epochs"].add(*(getattr(event, name) for name in _EPOCHS))
            self._best = event if event.best else self._best

    def layout(self) -> tuple[Panel, ...]:
        """Return one panel for the loss and, if there is a metric, one for it."""
        by_epoch = max(self._passes, len(self.tables["epochs"]), self.total_epochs or 0) > 1
        x = "epoch" if by_epoch else "step"
        end = self.total_epochs if by_epoch else self.total_steps
        best = self._best.epoch if self._best and by_epoch else None
        lines = self._lines("loss", by_epoch, ("loss", "baseline_loss"))
        better: Literal["lower", "higher"]
        better = "higher" if loss_rises_by_name(self.loss) else "lower"
        loss = Panel(self.loss, x, better, end, best, lines)
        if self.metric is None:
            return (loss,)
        lines = (
            *self._lines("metric", by_epoch, ("metric",)),
            *(Line(name, "reference", value=y) for name, y in self.references.items()),
        )
        better = "higher" if self.metric_rises else "lower"
        return loss, Panel(self.metric, x, better, end, best, lines)

    def panels(self) -> tuple[Curves, ...]:
        """Return the same with the numbers themselves."""
        return tuple(
            Curves(
                tuple(self._series(line) for line in panel.lines),
                panel.name,
                panel.x,
                panel.better,
                x_end=panel.end,
                best_x=panel.best,
            )
            for panel in self.layout()
        )

    def _series(self, line: Line) -> Series:
        if line.value is not None:
            return Series(line.name, [0.0], [line.value], line.role, line.group)
        rows = self.tables[line.table]
        return Series(line.name, rows[line.x] / line.scale, rows[line.y], line.role, line.group)

    def _lines(self, quantity: str, by_epoch: bool, each_step: tuple[str, ...]) -> tuple[Line, ...]:
        """Return the lines of the epochs, and behind them those of the steps."""
        x = "epoch" if by_epoch else "step"
        lines = []
        for prefix, role, group in _EPOCH_LINES:
            in_steps = any(self._has("steps", name) for name in each_step[group:])
            if (by_epoch or role == "validation" or not in_steps) and self._has(
                "epochs", prefix + quantity
            ):
                lines.append(Line(_NAMES[role, group], role, group, "epochs", x, prefix + quantity))
        drawn: Role = "raw" if any(line.role == "train" for line in lines) else "train"
        scale = self._steps_per_epoch() if by_epoch else 1.0
        for group, name in enumerate(each_step):
            if self._has("steps", name) and (drawn == "train" or group == 0):
                named = _NAMES["train", group]
                lines.append(Line(named, drawn, group, "steps", "step", name, scale))
        return tuple(lines)

    def _has(self, table: str, column: str) -> bool:
        return column in self.tables[table].told

    def _steps_per_epoch(self) -> float:
        epochs, steps = self.tables["epochs"], self.tables["steps"]
        if len(epochs):
            return float(epochs["step"][-1] / epochs["epoch"][-1])
        if self.total_steps and self.total_epochs:
            return self.total_steps / self.total_epochs
        return float(max(steps["step"], default=1.0)) / max(1, self._passes)


def curves_of(run: TrainingRun) -> RunCurves:
    """Return the curves of a run, with a line for the linear model's score."""
    linear = run.table[-1] if run.table else None
    references = {}
    if linear and linear.name.endswith("regression") and linear.val_metric is not None:
        references = {linear.name: linear.val_metric}
    curves = RunCurves(run.loss, run.metric, run.metric_rises, references=references)
    for step in run.history.steps:
        curves(step)
    for epoch in run.history.epochs:
        curves(epoch)
    return curves
