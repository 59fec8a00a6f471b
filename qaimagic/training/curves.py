"""A finished run on one page: its curves, and the table of who did how well."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from qaimagic.drawing.curves import curves_picture
from qaimagic.drawing.curves_axes import short_number
from qaimagic.drawing.page import Picture
from qaimagic.training.panels import RunCurves

if TYPE_CHECKING:
    from qaimagic.training.run import TrainingRun
    from qaimagic.training.scores import Score

_COLUMNS = (
    ("parameters", "parameters"),
    ("val_loss", "validation loss"),
    ("val_metric", "validation {metric}"),
    ("test_loss", "test loss"),
    ("test_metric", "test {metric}"),
)


def run_picture(run: TrainingRun) -> Picture:
    """Return the curves of ``run`` and of its twin, with the table of scores below them.

    A linear model, which has no curve, is a horizontal line in the metric's panel.
    """
    curves = RunCurves(run.loss, run.metric, run.metric_rises, references=_references(run))
    for step in run.history.steps:
        curves(step)
    for epoch in run.history.epochs:
        curves(epoch)
    caption = " · ".join(word for word in (run.model, run.stop_message) if word)
    below = scores_table(run.table, run.metric) if len(run.table) > 1 else ""
    return curves_picture(*curves.panels(), title=caption, below=below)


def scores_table(scores: Sequence[Score], metric: str | None) -> str:
    """Return ``scores`` as an HTML table, escaped; columns without a value are left out."""
    header, rows = _grid(scores, metric)
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in header)
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        f"{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
        for name, *cells in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def scores_lines(scores: Sequence[Score], metric: str | None) -> list[str]:
    """Return ``scores`` as aligned lines of text; columns without a value are left out."""
    header, rows = _grid(scores, metric)
    widths = [max(len(row[k]) for row in (header, *rows)) for k in range(len(header))]
    return [
        "  ".join(
            [row[0].ljust(widths[0])]
            + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        ).rstrip()
        for row in (header, *rows)
    ]


def _grid(scores: Sequence[Score], metric: str | None) -> tuple[list[str], list[list[str]]]:
    columns = [
        (name, title.format(metric=metric or "metric"))
        for name, title in _COLUMNS
        if any(_is_there(getattr(score, name)) for score in scores)
    ]
    header = ["", *(title for _, title in columns)]
    return header, [[s.name, *(_cell(getattr(s, name)) for name, _ in columns)] for s in scores]


def _is_there(value: float | None) -> bool:
    return value is not None and value == value


def _cell(value: float | None) -> str:
    if value is None or value != value:
        return ""
    return f"{value:,}" if isinstance(value, int) else short_number(value, 4)


def _references(run: TrainingRun) -> dict[str, float]:
    """Return the metric of those who stand in the table without having a curve."""
    drawn = 1 if run.baseline is None else 2
    return {
        score.name: score.val_metric for score in run.table[drawn:] if score.val_metric is not None
    }
