"""The record of a run: what happened, what came out, and how to go on."""

from __future__ import annotations

import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qaimagic._checks import check_int, need, requirement
from qaimagic.devices.prices import money
from qaimagic.errors import CheckpointError
from qaimagic.training.events import Alarm
from qaimagic.training.objective.lookup import loss_rises_by_name
from qaimagic.training.record.history import History
from qaimagic.training.record.times import Times
from qaimagic.training.watch.alarm_words import alarm_title, alarms_html
from qaimagic.training.watch.place import was_shown_here

if TYPE_CHECKING:
    import pandas as pd
    from torch import Tensor

    from qaimagic.drawing.page import Picture
    from qaimagic.training.record.table import Score

Resume = Callable[[dict[str, Any], int | None, int | None], "TrainingRun"]
_PACKAGES = ("torch", "pennylane", "qaimagic")


@cache
def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that a result depends on."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


@dataclass
class TrainingRun:
    """Everything about one training run.

    Attributes:
        history: Every step, epoch and alarm: losses, metrics, gradient norms, seconds.
        stop_reason: ``"finished"``, ``"interrupted"``, ``"patience"``, ``"max_seconds"``,
            ``"budget"``, ``"not_finite"``, ``"failed"``, or ``"unfinished"`` in a checkpoint
            of a run that was killed.
        stop_message: The same as a sentence.
        model: One line about the model.
        parameters: Number of trainable numbers.
        device: The quantum device, in words; ``"none"`` without quantum layers.
        loss: Name of the loss.
        metric: Name of the metric, or None.
        metric_rises: Whether a higher metric is better.
        seed: The seed, or None for a loop of your own.
        circuits: Circuits executed, those for gradients and validation included.
        times: Seconds by phase, of the whole run from the call of ``train`` on, and of each step.
        cost: What devices that are paid for were paid, in US dollars by their list prices.
        versions: Versions of Python, torch, PennyLane and qaimagic.
        fingerprint: Model, data and options, as they decide whether a run may go on.
        notices: What was chosen, cast or decided, one sentence each.
        table: The rows side by side: the model, its twin, a linear model.
        best_state: The weights that were best on validation data, by name, or None.
        last_state: The weights after the last step, by name.
        baseline: The record of the classical twin, or None.

    Example:
        >>> import torch
        >>> from qaimagic import train
        >>> X = torch.linspace(-1, 1, 64).reshape(-1, 1)
        >>> run = train(torch.nn.Linear(1, 1), (X, 2 * X), epochs=2, live=False)
        13 of 64 samples are held out for validation, drawn by seed 0.
        ...
        Finished 2 epochs (4 steps).
        >>> run = run.resume(epochs=3)
        Linear with 2 parameters; loss MSELoss; metric R2
        ...
        Finished 5 epochs (10 steps).
        >>> len(run.history.epochs)
        5
    """

    history: History
    stop_reason: str
    stop_message: str
    model: str = ""
    parameters: int = 0
    device: str = "none"
    loss: str = "loss"
    metric: str | None = None
    metric_rises: bool = True
    seed: int | None = None
    circuits: int = 0
    times: Times = field(default_factory=Times)
    cost: float = 0.0
    versions: dict[str, str] = field(default_factory=versions)
    fingerprint: dict[str, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    table: list[Score] = field(default_factory=list)
    best_state: dict[str, Tensor] | None = None
    last_state: dict[str, Tensor] = field(default_factory=dict)
    baseline: TrainingRun | None = None
    _state: dict[str, Any] | None = field(default=None, repr=False)
    _resume: Resume | None = field(default=None, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        """Leave model and data out of copies and pickles: they are not part of the record."""
        return {**self.__dict__, "_resume": None}

    def __repr__(self) -> str:
        paid = f" Paid: {money(self.cost)}." if self.cost else ""
        alarms = "".join(f" Alarm: {alarm_title(alarm)}." for alarm in self.alarms)
        return f"<TrainingRun: {self.stop_message} {self._result()}{paid}{alarms}>"

    @property
    def alarms(self) -> list[Alarm]:
        """What was wrong with a quantum layer: kind, step, and what to try."""
        return self.history.alarms

    def resume(self, *, epochs: int | None = None, steps: int | None = None) -> TrainingRun:
        """Go on exactly where this run ended, in the same model, and return the longer record.

        Optimizer, learning rate, order of the data and random numbers are as though the run had
        never stopped.

        Args:
            epochs: How many more epochs.
            steps: How many more steps, instead.

        Raises:
            ValueError: If not exactly one of them is given.
            CheckpointError: If the run was loaded from a file, which holds neither model nor data.
        """
        if (epochs is None) == (steps is None):
            received = f"they are {epochs} and {steps}"
            rule = "be given, or else `steps`, and not both"
            raise ValueError(requirement("epochs", rule, received))
        for name, count in (("epochs", epochs), ("steps", steps)):
            if count is not None:
                check_int(name, count, minimum=1)
        if self._resume is None or self._state is None:
            raise CheckpointError(
                "This record holds neither the model nor the data. "
                "`train(model, data, ..., checkpoint=path)` goes on from its file."
            )
        return self._resume(self._state, epochs, steps)

    def to_frame(self) -> pd.DataFrame:
        """Return the history as a DataFrame: one row an epoch, or a step for a run without data.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        pd = need("pandas", "A run as a DataFrame", "frames")
        rows = self.history.epochs or self.history.steps
        return pd.DataFrame([asdict(row) for row in rows]).dropna(axis=1, how="all")

    def plot(self) -> Picture:
        """Return the curves of loss and metric, the twin's on the same axes, with the table."""
        from qaimagic.drawing.curves import curves_picture
        from qaimagic.training.record.table import table_html
        from qaimagic.training.watch.panels import curves_of

        table = alarms_html(self.alarms) + table_html(self.table, self.metric)
        caption = f"{self.stop_message} {self._result()}"
        loss, *others = curves_of(self).panels()
        drawn = (panel for panel in others if panel.values.size)
        return curves_picture(loss, *drawn, title=caption, table=table)

    def timeline(self) -> Picture:
        """Return where the time went, as a picture: phase by phase, and step by step.

        Phases are tracing (circuits taken from Python code), compiling, transfer, queueing,
        executing, and the classical part of steps; ``times`` has the numbers.
        """
        return self.times.plot(f"Where the time went. {self.stop_message}")

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the record with its weights to one file, whole or not at all.

        The file is in the safetensors format with JSON in its header; reading it executes nothing.

        Raises:
            CheckpointError: If it cannot be written.
        """
        from qaimagic.training.record.archive import save_run

        return save_run(self, Path(path))

    @classmethod
    def load(cls, path: str | PathLike[str]) -> TrainingRun:
        """Return the record in the file at ``path``, written by ``save`` or as a checkpoint.

        Raises:
            FileNotFoundError: If there is no such file.
            CheckpointError: If it is no saved run.
        """
        from qaimagic.training.record.archive import load_run

        return load_run(Path(path))

    def _result(self) -> str:
        best = self.history.best_epoch
        if best is not None and best.val_metric is not None:
            return f"Validation {self.metric} {best.val_metric:.4g} (epoch {best.epoch})."
        if best is not None and best.val_loss is not None:
            return f"Validation loss {best.val_loss:.4g} (epoch {best.epoch})."
        if self.history.epochs:
            last = self.history.epochs[-1]
            return f"Training loss {last.train_loss:.4g} (epoch {last.epoch})."
        name = self.loss.capitalize() if loss_rises_by_name(self.loss) else "Loss"
        steps = self.history.steps
        return f"{name} {steps[-1].loss:.4g}." if steps else "No step was made."

    def _repr_mimebundle_(self, **_filters: object) -> dict[str, str]:
        """Return the curves with the table as HTML, and one line of text.

        In the cell that has just shown them while it trained, the line is enough.
        """
        if was_shown_here(self):
            return {"text/plain": repr(self)}
        bundle = self.plot()._repr_mimebundle_()
        return {**bundle, "text/plain": repr(self)}
