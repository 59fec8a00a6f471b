"""The table at the end: the model, its classical twin and a linear model, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from qaimagic.training.data.batches import ArrayBatches, Batches
from qaimagic.training.loop.side import Side
from qaimagic.training.loop.streams import Stream, derive
from qaimagic.training.loop.tally import Tally
from qaimagic.training.objective.choice import Objective
from qaimagic.training.twin.linear import fit_linear


@dataclass(frozen=True, slots=True)
class Score:
    """One row of the table.

    Attributes:
        name: What was scored.
        parameters: How many numbers it has learnt.
        val_loss: Loss on the validation data, or None; a linear model minimises another one.
        val_metric: Metric on the validation data, or None.
        test_loss: Loss on the test data, or None.
        test_metric: Metric on the test data, or None.
    """

    name: str
    parameters: int
    val_loss: float | None = None
    val_metric: float | None = None
    test_loss: float | None = None
    test_metric: float | None = None


@dataclass(frozen=True)
class Judge:
    """Scores everyone on the same data, with the weights they hold.

    Attributes:
        train: What the linear model is fitted to.
        val: Validation data, or None.
        test: Test data, or None.
        objective: The loss and the metric.
        n_outputs: Width of the model's answer.
        linear: Whether to fit a linear model beside.
        seed: Where shots draw from.
    """

    train: Batches
    val: Batches | None
    test: Batches | None
    objective: Objective
    n_outputs: int
    linear: bool
    seed: int

    def table(self, sides: Sequence[tuple[str, Side]]) -> list[Score]:
        """Return the row of each side, and of the linear model if there is one."""
        rows = [self._row(name, side) for name, side in sides]
        return [*rows, *self._linear_row()]

    def _linear_row(self) -> list[Score]:
        task = self.objective.task
        if not self.linear or task is None or not isinstance(self.train, ArrayBatches):
            return []
        fitted = fit_linear(task.kind, self.train.arrays, self.n_outputs)
        if fitted is None:
            return []
        name, count, predict = fitted

        def look(batches: Batches) -> float | None:
            tally = Tally(self.objective.metric)
            for batch in batches.epoch(1):
                tally.add(batch, 0.0, predict(batch))
            return tally.metric

        val = None if self.val is None else look(self.val)
        test = None if self.test is None else look(self.test)
        return [Score(name, count, val_metric=val, test_metric=test)]

    def _row(self, name: str, side: Side) -> Score:
        def look(batches: Batches | None) -> Tally | None:
            stream = Stream(derive(self.seed, "score"), side.learner.weights.device)
            return None if batches is None else side.look(batches, stream)

        val, test = look(self.val), look(self.test)
        return Score(
            name,
            len(side.learner.weights),
            val_loss=None if val is None else val.loss,
            val_metric=None if val is None else val.metric,
            test_loss=None if test is None else test.loss,
            test_metric=None if test is None else test.metric,
        )


def table_html(table: Sequence[Score], metric: str | None) -> str:
    """Return the rows as an HTML table, without the columns that nobody has."""
    columns = [
        ("parameters", [str(row.parameters) for row in table]),
        ("validation loss", [_number(row.val_loss) for row in table]),
        (f"validation {metric}", [_number(row.val_metric) for row in table]),
        ("test loss", [_number(row.test_loss) for row in table]),
        (f"test {metric}", [_number(row.test_metric) for row in table]),
    ]
    shown = [(name, cells) for name, cells in columns if any(cells)]
    if len(shown) < 2:
        return ""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name, _ in [("", ()), *shown])
    body = "".join(
        f'<tr><th scope="row">{escape(row.name)}</th>'
        + "".join(f"<td>{cells[i]}</td>" for _, cells in shown)
        + "</tr>"
        for i, row in enumerate(table)
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"
