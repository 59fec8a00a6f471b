"""Score a model, its classical twin and a linear model on the same data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qaimagic.training.data.batches import ArrayBatches, Batches
from qaimagic.training.loop.side import Side
from qaimagic.training.loop.streams import Stream, derive
from qaimagic.training.loop.tally import Tally
from qaimagic.training.objective.choice import Objective
from qaimagic.training.record.table import Score
from qaimagic.training.twin.linear import fit_linear


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
