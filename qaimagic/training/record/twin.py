"""The record of the classical twin, taken out of the record of the model it was trained beside."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import accumulate

from qaimagic.training.events import EpochEnded
from qaimagic.training.record.history import History
from qaimagic.training.record.times import Times
from qaimagic.training.run import TrainingRun


def twin_record(run: TrainingRun, name: str, parameters: int) -> TrainingRun:
    """Return the record of the classical twin that was trained beside ``run``.

    Args:
        run: The record of the model.
        name: One line about the twin.
        parameters: Its number of trainable numbers.
    """
    steps = [
        replace(step, loss=step.baseline_loss, grad_norm=math.nan, circuits=0, baseline_loss=None)
        for step in run.history.steps
        if step.baseline_loss is not None
    ]
    rows = [row for row in run.history.epochs if row.baseline_train_loss is not None]
    lowest = accumulate((_watched(row) for row in rows), min)
    before = [math.inf, *lowest]
    epochs = [_twin_epoch(row, low) for row, low in zip(rows, before, strict=False)]
    return replace(
        run,
        history=History(steps, epochs),
        times=Times(),
        model=name,
        parameters=parameters,
        device="none",
        circuits=0,
        cost=0.0,
        baseline=None,
        _state=None,
        _resume=None,
    )


def _watched(row: EpochEnded) -> float:
    loss = row.baseline_train_loss if row.baseline_val_loss is None else row.baseline_val_loss
    return math.nan if loss is None else loss


def _twin_epoch(row: EpochEnded, lowest_before: float) -> EpochEnded:
    return EpochEnded(
        epoch=row.epoch,
        step=row.step,
        seconds=row.seconds,
        train_loss=math.nan if row.baseline_train_loss is None else row.baseline_train_loss,
        train_metric=row.baseline_train_metric,
        val_loss=row.baseline_val_loss,
        val_metric=row.baseline_val_metric,
        best=_watched(row) < lowest_before,
    )
