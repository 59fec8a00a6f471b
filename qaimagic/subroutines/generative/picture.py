"""Generators side by side as curves with a table, and in one line."""

from __future__ import annotations

import math
import statistics
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from qaimagic.drawing.curves import Curves, Series, curves_picture
from qaimagic.drawing.curves_axes import short_number
from qaimagic.drawing.page import Picture
from qaimagic.training.comparison.rows import band_name, band_of
from qaimagic.training.record.columns import Column, columns_html

if TYPE_CHECKING:
    from qaimagic.layers.boltzmann.estimate import Estimate
    from qaimagic.subroutines.generative.result import GeneratorComparison, Row

_HEADS = {
    "kl": "KL (nats)",
    "test_log_likelihood": "log-likelihood of test data",
    "mmd": "MMD² of samples",
    "valid": "samples in the data",
    "covered": "patterns found",
}


def picture_of(comparison: GeneratorComparison) -> Picture:
    """Return the curves of all models, with the band over seeds, and the table below."""
    told = text_of(comparison)
    lines = [line for place, row in enumerate(comparison.models) for line in _line(row, place)]
    measure, what = ("kl", "KL from the data (nats)")
    if not comparison.by_likelihood:
        measure, what = ("mmd", f"MMD² of {comparison.samples} samples")
    groups = len(comparison.models)
    for row in comparison.references[:2]:
        found = row.mean(measure)
        if found is not None and found.value > 0 and math.isfinite(found.value):
            lines.append(Series(row.name, [], [found.value], "reference", groups))
    seeds = _n_seeds(comparison)
    curves = Curves(tuple(lines), f"{what}, {band_name(seeds)}", "step", "lower")
    picture = curves_picture(curves, title=told, table=columns_html(_table(comparison)))
    return replace(picture, text=told)


def text_of(comparison: GeneratorComparison) -> str:
    """Return what was found in one deterministic line."""
    measure = "kl" if comparison.by_likelihood else "mmd"
    found = ", ".join(f"{row.name} {_told(row.mean(measure))}" for row in comparison.rows)
    kind = "bits" if comparison.data.is_bits else "numbers"
    m, d = comparison.data.X.shape
    seeds = _n_seeds(comparison)
    head = f"{m} samples of {d} {kind}, {seeds} seed{'s' * (seeds != 1)}"
    name = "KL from the data, in nats" if measure == "kl" else _HEADS[measure]
    return f"{head}; {name}: {found}."


def _n_seeds(comparison: GeneratorComparison) -> int:
    """Return how many seeds each model was trained with."""
    return max((len(row.trials) for row in comparison.models), default=0)


def _line(row: Row, group: int) -> list[Series]:
    curves = [trial.curve for trial in row.trials if trial.curve]
    if not curves:
        return []
    length = min(map(len, curves))
    together = np.array([curve[:length] for curve in curves])
    steps = row.trials[0].steps[:length] or next(t.steps for t in row.trials if t.steps)[:length]
    if not np.isfinite(together).all():
        return [Series(row.name, steps, together.mean(axis=0), "train", group)]
    edges = np.array([band_of(column) for column in together.T.tolist()]).T
    band = (edges[0], edges[1]) if len(curves) > 1 else None
    return [Series(row.name, steps, together.mean(axis=0), "train", group, band)]


def _table(comparison: GeneratorComparison) -> list[Column]:
    rows = comparison.rows
    return [
        Column("model", [row.name for row in rows], False),
        Column("parameters", [str(row.parameters or "") for row in rows]),
        *(
            Column(head, [_told(row.mean(measure)) for row in rows])
            for measure, head in _HEADS.items()
        ),
        Column("circuits", [_count(row, "circuits") for row in rows]),
        Column("shots", [_count(row, "shots") for row in rows]),
        Column("ms a step", [_pace(row, comparison.steps) for row in rows]),
        Column("failed", ["; ".join(row.errors) for row in rows], False),
    ]


def _told(found: Estimate | None) -> str:
    """Return a mean with its standard error, to two digits of that."""
    if found is None:
        return ""
    if not math.isfinite(found.standard_error) or found.standard_error == 0:
        return short_number(found.value, 3)
    digits = max(0, 1 - math.floor(math.log10(found.standard_error)))
    return f"{found.value:.{digits}f} ± {found.standard_error:.{digits}f}"


def _count(row: Row, what: str) -> str:
    number = statistics.fmean(getattr(trial, what) for trial in row.trials)
    return f"{round(number):,}" if number else ""


def _pace(row: Row, steps: int) -> str:
    times = [trial.seconds for trial in row.trials if trial.seconds]
    return short_number(1e3 * statistics.median(times) / steps, 2) if times else ""
