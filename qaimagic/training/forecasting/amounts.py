"""How many steps and looks a run makes, and with how many samples each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from qaimagic.training.data.batches import Batches
from qaimagic.training.forecasting.rehearsal import Line, Point
from qaimagic.training.loop.session import Session


@dataclass(frozen=True)
class Amounts:
    """The steps and the looks of a whole run.

    Attributes:
        steps: How many steps there are of each number of samples.
        looks: How many looks at validation and test data, one for each batch of them.
        first: The number of samples of the first step.
        n_samples: Samples to learn from in an epoch; 0 without data.
        epochs: How many epochs, or None where steps are counted.
    """

    steps: Counter[int]
    looks: Counter[int]
    first: int
    n_samples: int
    epochs: int | None

    @property
    def n_steps(self) -> int:
        """How many steps there are."""
        return self.steps.total()

    def of(self, step: Line, look: Line, extra: float) -> Point:
        """Return what the whole run takes.

        Args:
            step: What a step takes.
            look: What a look takes.
            extra: Circuits that the first step takes besides, for each sample.
        """
        points = [(step.at(size), count) for size, count in self.steps.items()]
        points += [(look.at(size), count) for size, count in self.looks.items()]
        return Point(
            sum(count * point.circuits for point, count in points) + round(extra * self.first),
            sum(count * point.jobs for point, count in points),
            sum(count * point.seconds for point, count in points),
        )


def amounts_of(session: Session) -> Amounts:
    """Return how many steps and looks a run makes that is ready to start and ends by itself."""
    limits, train = session.loop.limits, session.loop.train
    if train is None:
        return Amounts(Counter({1: limits.steps or 0}), Counter(), 1, 0, None)
    sizes = _sizes(train)
    if limits.epochs is not None:
        whole, rest = limits.epochs, 0
    else:
        whole, rest = divmod(limits.steps or 0, len(sizes))
    steps = Counter(sizes * whole + sizes[:rest])
    judge = session.judge
    looks = Counter(_sizes(session.loop.val) * whole)
    if judge is not None:
        looks += Counter(_sizes(judge.val) + _sizes(judge.test))
    return Amounts(steps, looks, sizes[0], sum(sizes), limits.epochs)


def _sizes(batches: Batches | None) -> list[int]:
    return [] if batches is None else [len(batch) for batch in batches.epoch(1)]
