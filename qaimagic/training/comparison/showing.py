"""A comparison as a table in text and HTML, and as a picture."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np

from qaimagic.devices.prices import money
from qaimagic.drawing.curves import Curves, Series, curves_picture
from qaimagic.drawing.curves_axes import short_number
from qaimagic.drawing.page import Picture
from qaimagic.training.comparison.rows import FEW_SEEDS, Row, band_name, band_of, told
from qaimagic.training.events import EpochEnded
from qaimagic.training.record.columns import Column, columns_html, columns_text
from qaimagic.training.run import TrainingRun

_MOST_SEEDS_DRAWN = 15
_DIGITS = 4


def table_text(rows: Sequence[Row]) -> list[str]:
    """Return the rows as aligned lines of text."""
    return columns_text(_columns(rows))


def table_html(rows: Sequence[Row]) -> str:
    """Return the rows as an HTML table."""
    return columns_html(_columns(rows))


def _columns(rows: Sequence[Row]) -> list[Column]:
    """Return the columns; those that say nothing are left out later."""
    score = next((e.score_name for row in rows for e in row.entries if e.run), "score")
    columns = [
        Column("model", [row.first.model for row in rows], False),
        Column("device", [_or_empty(row.first.device, "none") for row in rows], False),
    ]
    for name in rows[0].first.settings if rows else ():
        values = [row.first.settings.get(name, "") for row in rows]
        cells = [value if isinstance(value, str) else short_number(value) for value in values]
        has_words = any(isinstance(value, str) and value for value in values)
        columns.append(Column(name, cells, not has_words))
    columns += [
        Column(score, [_number(row.mean, _DIGITS) for row in rows]),
        Column("spread", [_spread(row) for row in rows]),
        Column("seeds", [str(len(row.scores)) for row in rows]),
        Column("circuits", [_count(row.circuits) for row in rows]),
        Column("seconds", [_number(row.seconds, 3) for row in rows]),
        Column("joules, modelled", [_number(row.joules, 2) for row in rows]),
        Column("money", [money(row.dollars) if row.dollars else "" for row in rows]),
        Column("failed", ["; ".join(row.errors) for row in rows], False),
    ]
    return columns


def picture(rows: Sequence[Row], n_seeds: int, caption: str) -> Picture:
    """Return loss and metric of every row, with the band over seeds, and the table below.

    Up to five seeds, and fifteen runs, each run is drawn faintly as well.
    """
    runs = [run for row in rows for run in row.runs if run.history.steps]
    loss = next((run.loss for run in runs), "loss")
    metric = next((run.metric for run in runs if run.metric), None)
    band = f", {band_name(n_seeds)}"
    word = "validation" if any(_has_validation(run) for run in runs) else "training"
    panels = [Curves(_lines(rows, "loss"), f"{word} {loss}{band}", "epoch", "lower")]
    if metric is not None:
        better: Literal["lower", "higher"] = "higher" if runs[0].metric_rises else "lower"
        lines = _lines(rows, "metric")
        if any(line.values.size for line in lines):
            panels.append(Curves(lines, f"{word} {metric}{band}", "epoch", better))
    if runs and not any(run.history.epochs for run in runs):
        panels = [Curves(_lines(rows, "loss"), f"{loss}{band}", "step", "lower")]
    return curves_picture(*panels, title=caption, table=table_html(rows))


def _lines(rows: Sequence[Row], what: str) -> tuple[Series, ...]:
    means, seeds = [], []
    drawn = [row for row in rows if any(run.history.steps for run in row.runs)]
    short = _short_names(drawn)
    for group, row in enumerate(drawn):
        curves = [_curve(run, what) for run in row.runs]
        length = min(len(y) for _, y in curves)
        x = curves[0][0][:length]
        together = np.array([y[:length] for _, y in curves])
        if not together.size or np.isnan(together).all():
            continue
        edges = np.array([band_of(column) for column in together.T.tolist()]).T
        several = len(curves) > 1
        band = (edges[0], edges[1]) if several else None
        means.append(Series(short[group], x, together.mean(axis=0), "train", group, band))
        if several and len(curves) <= FEW_SEEDS and len(drawn) * len(curves) <= _MOST_SEEDS_DRAWN:
            seeds += [
                Series(f"{short[group]}, seed {entry.seed}", x, y, "raw", group)
                for entry, y in zip((e for e in row.entries if e.run), together, strict=True)
            ]
    return (*means, *seeds)


def _short_names(rows: Sequence[Row]) -> list[str]:
    """Return the shortest names that tell the rows apart."""
    parts: list[Callable[[Row], str]] = [
        lambda row: row.first.model,
        lambda row: row.first.device if row.first.device != "none" else "",
        lambda row: ", ".join(told(row.first.settings)),
    ]
    telling = [part for part in parts if len({part(row) for row in rows}) > 1] or parts[:1]
    return [", ".join(filter(None, (part(row) for part in telling))) for row in rows]


def _curve(run: TrainingRun, what: str) -> tuple[list[float], list[float]]:
    epochs = run.history.epochs
    if not epochs:
        values = run.history.losses if what == "loss" else [math.nan] * len(run.history.steps)
        return [float(step.step) for step in run.history.steps], values
    return [float(row.epoch) for row in epochs], [_value(row, what) for row in epochs]


def _value(row: EpochEnded, what: str) -> float:
    looked, learnt = getattr(row, f"val_{what}"), getattr(row, f"train_{what}")
    value = learnt if looked is None else looked
    return math.nan if value is None else float(value)


def _has_validation(run: TrainingRun) -> bool:
    return any(row.val_loss is not None for row in run.history.epochs)


def _spread(row: Row) -> str:
    if row.spread is None or len(row.scores) < 2:
        return ""
    low, high = row.spread
    if len(row.scores) > FEW_SEEDS:
        return f"±{short_number((high - low) / 2, 2)}"
    return f"{short_number(low, _DIGITS)} to {short_number(high, _DIGITS)}"


def _or_empty(word: str, empty: str) -> str:
    return "" if word == empty else word


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else short_number(value, digits)


def _count(value: float | None) -> str:
    return "" if not value else f"{round(value):,}"
