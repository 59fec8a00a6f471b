"""What a loop of one's own logged, sorted into steps and epochs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sized
from dataclasses import dataclass, field
from time import perf_counter

from qaimagic.training.events import EpochEnded, Event, Notice, RunStarted, StepEnded
from qaimagic.training.objective.lookup import rises_by_name

_NAN = float("nan")


@dataclass(eq=False)
class Pass:
    """One ``run(...)`` loop.

    Attributes:
        length: How many items it has, or None if that is unknown.
        is_outer: Whether other loops ran inside, so that its items are no steps.
        complete: Whether it came to its end, rather than being interrupted.
        values: What its steps logged, by name.
        seconds: When it began.
    """

    length: int | None
    is_outer: bool = False
    complete: bool = False
    values: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    seconds: float = field(default_factory=perf_counter)


class LiveLog:
    """Turns loops and logged numbers into events; every method returns those that follow.

    Args:
        total: Steps planned, or None.
        metric: The name of the metric, or None for the first one logged along with the loss.
        metric_rises: Whether a higher metric is better; None to go by its name.

    Attributes:
        loss: The name of the loss, known after the first step.
        metric: The name of the metric, or None.
        step: Steps so far.
        rows: A dictionary for each step, with all that was logged in it.
    """

    def __init__(self, total: int | None, metric: str | None, metric_rises: bool | None) -> None:
        self.loss = "loss"
        self.metric = metric
        self.step = 0
        self.rows: list[dict[str, float]] = []
        self._total = total
        self._metric_rises = metric_rises
        self._started = False
        self._running: list[Pass] = []
        self._finished: Pass | None = None
        self._nested = False
        self._passes = 0
        self._epochs = 0
        self._pending: dict[str, float] = {}
        self._looked: dict[str, float] = {}
        self._lowest = float("inf")
        self._step_began = perf_counter()
        self._not_drawn: set[str] = set()

    @property
    def metric_rises(self) -> bool:
        """Whether a higher metric is better."""
        if self._metric_rises is not None:
            return self._metric_rises
        return rises_by_name(self.metric or "")

    @property
    def _is_in_epochs(self) -> bool:
        """Whether a pass is known to be an epoch, rather than the only loop there is."""
        return self._nested or self._passes > 1

    def begin(self, items: Iterable[object]) -> Pass:
        """Enter a loop over ``items``."""
        if self._running:
            self._running[-1].is_outer = True
            self._nested = True
        one_pass = Pass(_length(items))
        self._running.append(one_pass)
        self._step_began = perf_counter()
        return one_pass

    def rest(self) -> None:
        """Leave out of the next step what has passed since the last one."""
        self._step_began = perf_counter()

    def end_step(self, one_pass: Pass) -> list[Event]:
        """End an item of a loop: a step, or an epoch if other loops ran inside."""
        if one_pass.is_outer:
            return self._end_epoch()
        return [*self._end_epoch(), *self._end_step(one_pass)]

    def end(self, one_pass: Pass) -> list[Event]:
        """Leave a loop; one that was left already is let go."""
        if one_pass not in self._running:
            return []
        events = self._end_step(one_pass) if self._pending else []
        self._running.remove(one_pass)
        if not one_pass.is_outer and one_pass.values:
            events += self._end_epoch()
            self._finished = one_pass
        return events

    def take(self, numbers: dict[str, float]) -> list[Event]:
        """Take what was logged."""
        in_step = bool(self._running) and not self._running[-1].is_outer
        after_pass = self._finished is not None and not in_step
        for name, number in numbers.items():
            if after_pass or name.startswith("val_"):
                self._looked[name.removeprefix("val_")] = number
                if self.rows and after_pass:
                    self.rows[-1][f"val_{name.removeprefix('val_')}"] = number
                    continue
            self._pending[name] = number
        return [] if in_step or after_pass else self._end_step(None)

    def close(self) -> list[Event]:
        """End the last epoch, and say what was kept but not drawn."""
        events = [event for one_pass in reversed(self._running) for event in self.end(one_pass)]
        if self._is_in_epochs or self._looked:
            events += self._end_epoch()
        if self._not_drawn:
            names = ", ".join(f"`{name}`" for name in sorted(self._not_drawn))
            events.append(Notice(f"Kept in to_frame(), but not drawn: {names}."))
        return events

    def _end_step(self, one_pass: Pass | None) -> list[Event]:
        self.step += 1
        now = perf_counter()
        seconds, self._step_began = now - self._step_began, now
        logged, self._pending = self._pending, {}
        if not logged:
            return []
        own = [name for name in logged if not name.startswith("val_") and name != "grad_norm"]
        events = self._start(own) if not self._started and own else []
        if one_pass is not None and not one_pass.values:
            self._passes += 1
        epoch = self._passes if one_pass is not None else 0
        self.rows.append({"step": self.step, "epoch": epoch, **logged})
        if one_pass is not None:
            for name in own:
                one_pass.values[name].append(logged[name])
        self._not_drawn.update(name for name in own if name not in (self.loss, self.metric))
        if self.loss not in logged:
            return events
        metric = logged.get(self.metric) if self.metric else None
        norm = logged.get("grad_norm", _NAN)
        step = StepEnded(self.step, epoch, logged[self.loss], norm, seconds, metric=metric)
        return [*events, step]

    def _start(self, names: list[str]) -> list[Event]:
        self._started = True
        self.loss = "loss" if "loss" in names else names[0]
        others = [name for name in names if name != self.loss]
        self.metric = self.metric or (others[0] if others else None)
        epochs = self._running[0].length if len(self._running) == 2 else None
        steps = self._running[-1].length if epochs else None
        return [
            RunStarted(
                model="own loop",
                device="none",
                loss=self.loss,
                metric=self.metric,
                metric_rises=self.metric_rises,
                parameters=0,
                baseline=None,
                first_step=0,
                first_epoch=0,
                total_steps=self._total or (epochs * steps if epochs and steps else None),
                total_epochs=epochs,
                max_seconds=None,
                continues=False,
                has_validation=False,
            )
        ]

    def _end_epoch(self) -> list[Event]:
        """Tell the last pass, once it is clear that nothing more is logged about it."""
        one_pass, self._finished = self._finished, None
        looked, self._looked = self._looked, {}
        if one_pass is None or not (one_pass.complete or looked) or not one_pass.values[self.loss]:
            return []
        events: list[Event] = []
        self._epochs += 1
        means = {name: sum(row) / len(row) for name, row in one_pass.values.items()}
        if self.metric is None:
            self.metric = next((name for name in looked if name != self.loss), None)
            if self.metric is not None:
                hint = f"say live(metric={self.metric!r}) to see it while the loop runs"
                events.append(Notice(f"`{self.metric}` is drawn at the end; {hint}."))
        self._not_drawn.update(name for name in looked if name not in (self.loss, self.metric))
        val_loss = looked.get(self.loss)
        watched = means[self.loss] if val_loss is None else val_loss
        best, self._lowest = watched < self._lowest, min(watched, self._lowest)
        return [
            *events,
            EpochEnded(
                epoch=self._epochs,
                step=self.step,
                seconds=perf_counter() - one_pass.seconds,
                train_loss=means[self.loss],
                train_metric=means.get(self.metric) if self.metric else None,
                val_loss=val_loss,
                val_metric=looked.get(self.metric) if self.metric else None,
                best=best,
            ),
        ]


def _length(items: Iterable[object]) -> int | None:
    try:
        return len(items) if isinstance(items, Sized) else None
    except TypeError:  # A DataLoader over an IterableDataset has a length and does not know it.
        return None
