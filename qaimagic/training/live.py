"""``live``: the same curve, stop and record for a training loop of one's own."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from qaimagic._checks import need, requirement
from qaimagic._clock import Clock, Phase
from qaimagic.drawing.page import Picture
from qaimagic.training.events import Event, Listener, Notice, RunEnded, StopReason
from qaimagic.training.loop.interrupt import StopSwitch
from qaimagic.training.record.history import History
from qaimagic.training.record.times import Times
from qaimagic.training.run import TrainingRun
from qaimagic.training.watch.live_log import LiveLog
from qaimagic.training.watch.monitor import monitor

T = TypeVar("T")


def live(
    total: int | None = None,
    *,
    metric: str | None = None,
    metric_rises: bool | None = None,
    live: bool | None = None,
    listeners: Sequence[Listener] = (),
) -> LiveRun:
    """Return a context manager that shows, stops and records a loop of one's own.

    Wrap what the loop runs over in ``run(...)`` and log what it computes. The first interrupt
    ends every such loop after its step, says so in a line, and the cell goes on; a second one
    raises ``KeyboardInterrupt``. Wrapping the loop over epochs as well tells how much is left.

    Args:
        total: How many steps there will be, if that is known, for the time left.
        metric: The name, among those logged, that is drawn beside the loss; by default the first
            one that is logged along with it.
        metric_rises: Whether a higher metric is better; by default its name decides.
        live: True draws while it runs, False prints deterministic text; by default it is drawn in
            a notebook, and text elsewhere.
        listeners: Functions to call with every event of the run; see ``training.events``.

    Example:
        >>> import qaimagic
        >>> with qaimagic.live(live=False) as run:
        ...     for epoch in run(range(2)):
        ...         for x in run([1.0, 0.5]):
        ...             run.log(loss=x / (epoch + 1))
        ...         run.log(val_loss=0.4)
        own loop
        epoch 1 of 2: loss 0.75, validation loss 0.4 (best)
        epoch 2 of 2: loss 0.375, validation loss 0.4
        Finished after 4 steps.
    """
    return LiveRun(LiveLog(total, metric, metric_rises), [monitor(live), *listeners])


class LiveRun:
    """The record of a loop of one's own, while it runs and afterwards; made by ``live``.

    Attributes:
        record: The same as a ``TrainingRun``: history, why it stopped, versions.
    """

    def __init__(self, log: LiveLog, listeners: Sequence[Listener]) -> None:
        self.record = TrainingRun(History(), "unfinished", "The loop is running.")
        self._log = log
        self._listeners: list[Listener] = [self.record.history, *listeners]
        self._switch = StopSwitch()
        self._clock = Clock("classical")
        self._running = ExitStack()
        self._not_finite: set[str] = set()

    def __enter__(self) -> LiveRun:
        self._running.enter_context(self._switch)
        self._running.enter_context(self._clock.running())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            self._emit(self._log.close())
            reason: StopReason = "interrupted" if self._switch.requested else "finished"
            if kind is not None:
                reason = "interrupted" if issubclass(kind, KeyboardInterrupt) else "failed"
            self.record.stop_reason, self.record.stop_message = reason, self._ending(kind)
            self._name_record()
            self.record.times = Times(self._clock.seconds())
            self._emit([RunEnded(reason, self.record.stop_message, self.record)])
        finally:
            self._listeners = []
            self._running.__exit__(kind, error, traceback)

    def __call__(self, items: Iterable[T]) -> Iterator[T]:
        """Yield ``items``, one to a step, until they end or an interrupt asks to stop.

        Around another such loop the items are epochs, and the inner ones the steps.

        Args:
            items: A DataLoader, a range, or anything else to loop over.
        """
        one_pass = self._log.begin(items)
        iterator = iter(items)
        try:
            while not self._switch.requested:
                try:
                    item = next(iterator)
                except StopIteration:
                    one_pass.complete = True
                    break
                yield item
                self._emit(self._log.end_step(one_pass))
                self._log.rest()
        except GeneratorExit:  # The loop was left by `break`: as far as it went, it was a pass.
            one_pass.complete = not self._switch.requested
            raise
        finally:
            self._emit(self._log.end(one_pass))

    def log(self, **values: Any) -> None:
        """Keep what a step computed: ``run.log(loss=loss, accuracy=0.9)``.

        The loss is ``loss`` or else the first name. What is logged after the inner loop, and any
        name with ``val_`` in front, belongs to the epoch and is drawn as validation. ``grad_norm``
        is shown as such. Outside of any ``run(...)`` loop each call is a step.

        Args:
            **values: Numbers, or tensors and arrays that hold one number; graphs are let go.

        Raises:
            TypeError: If a value is not a real number.
            ValueError: If a tensor holds several numbers.
            RuntimeError: If the run has ended.
        """
        if self.record.stop_reason != "unfinished":
            raise RuntimeError("The run has ended: call `run.log` within its `with` block.")
        numbers = {name: _number(name, value) for name, value in values.items()}
        for name, number in numbers.items():
            if not math.isfinite(number) and name not in self._not_finite:
                self._not_finite.add(name)
                word = "NaN" if math.isnan(number) else "infinite"
                self._emit([Notice(f"`{name}` is {word} at step {self._log.step + 1}.")])
        self._emit(self._log.take(numbers))

    @property
    def stopping(self) -> bool:
        """Whether an interrupt asked to stop: for loops that are not wrapped in ``run(...)``."""
        return self._switch.requested

    @property
    def history(self) -> History:
        """Every step and every pass so far."""
        return self.record.history

    @property
    def stop_reason(self) -> str:
        """``"finished"``, ``"interrupted"`` or ``"failed"``; ``"unfinished"`` while it runs."""
        return self.record.stop_reason

    def plot(self) -> Picture:
        """Return the curves so far as a picture."""
        self._name_record()
        return self.record.plot()

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the record to a file, as ``TrainingRun.save`` does."""
        self._name_record()
        return self.record.save(path)

    def to_frame(self) -> Any:
        """Return a pandas DataFrame with a row for each step, and everything that was logged.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        pd = need("pandas", "A run as a DataFrame", "frames")
        return pd.DataFrame(self._log.rows)

    def __repr__(self) -> str:
        return f"<LiveRun: {self.record.stop_message}>"

    def _name_record(self) -> None:
        self.record.loss, self.record.metric = self._log.loss, self._log.metric
        self.record.metric_rises = self._log.metric_rises

    def _ending(self, kind: type[BaseException] | None) -> str:
        if kind is not None and not issubclass(kind, KeyboardInterrupt):
            return f"Ended by {kind.__name__} after {_steps(self._log.step)}."
        if kind is not None or self._switch.requested:
            return f"Interrupted after {_steps(self._log.step)}; everything up to there is kept."
        return f"Finished after {_steps(self._log.step)}."

    def _emit(self, events: Iterable[Event]) -> None:
        with Phase("other"):
            for event in events:
                for listener in self._listeners:
                    listener(event)


def _steps(count: int) -> str:
    return f"{count:,} step{'' if count == 1 else 's'}"


def _number(name: str, value: Any) -> float:
    """Return ``value`` as a float that keeps no graph alive."""
    if hasattr(value, "detach"):
        value = value.detach()
    shape = tuple(getattr(value, "shape", ()))
    if math.prod(shape) != 1:
        received = f"it has shape {shape}"
        raise ValueError(requirement(name, "be one number", received, "Take its `.mean()`."))
    try:
        return float(value.item() if shape else value)
    except (TypeError, ValueError) as error:
        message = requirement(name, "be a real number", f"it is {value!r}")
        raise TypeError(message) from error
