"""Times a run: a clock of phases that runs while the run does, and stops between its parts."""

from __future__ import annotations

from array import array
from contextlib import AbstractContextManager
from operator import sub
from types import TracebackType

import numpy as np

from qaimagic._clock import PHASES, Clock
from qaimagic.training.record.times import Times


class Stopwatch:
    """The clock of a run; as a context it times one step of learning.

    What is in no other phase is classical within a step, and ``"other"`` outside.
    """

    def __init__(self) -> None:
        self._earlier = Times()
        self._clock = Clock()
        self._rows = array("q")

    def go_on_from(self, earlier: Times) -> None:
        """Count what was timed so far after an ``earlier`` part of the run."""
        self._earlier = earlier

    def running(self) -> AbstractContextManager[None]:
        """Return a context within which the clock runs."""
        return self._clock.running()

    def __enter__(self) -> None:
        self._before = self._clock.turn("classical")
        self._begun = tuple(self._clock.spent.values())

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._clock.turn(self._before)
        if kind is None:
            self._rows.extend(map(sub, self._clock.spent.values(), self._begun))

    @property
    def times(self) -> Times:
        """Everything up to now."""
        rows = np.array(self._rows, dtype=np.float64).reshape(-1, len(PHASES)) / 1e9
        return self._earlier + Times(self._clock.seconds(), rows)
