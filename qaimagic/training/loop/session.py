"""Carry out a run from its first event to its record, and once more when it goes on."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from torch import nn

from qaimagic.devices import override
from qaimagic.devices.spending import current, spending
from qaimagic.errors import BudgetError
from qaimagic.training.alarms.watch import watching
from qaimagic.training.events import Alarm, RunEnded, RunStarted, StopReason
from qaimagic.training.loop.interrupt import StopSwitch
from qaimagic.training.loop.side import Side
from qaimagic.training.loop.steps import Loop
from qaimagic.training.loop.stopwatch import Stopwatch
from qaimagic.training.loop.threads import fitting_threads
from qaimagic.training.loop.weights import State
from qaimagic.training.record.archive import save_run
from qaimagic.training.record.fingerprint import Fingerprint
from qaimagic.training.record.memory import LastRun, recall, remember
from qaimagic.training.record.scores import Judge
from qaimagic.training.record.table import Score
from qaimagic.training.record.twin import twin_record
from qaimagic.training.run import TrainingRun
from qaimagic.training.watch.board import Board
from qaimagic.training.watch.glimpses import glimpsing

_BY_ITSELF = ("finished", "patience", "max_seconds")


@dataclass
class Session:
    """A run, ready to start.

    Attributes:
        loop: What does the work.
        about: The record, as far as it is known before the first step.
        board: Where the events go.
        judge: Makes the table at the end; None for a run without data.
        model: The module that was given, or None where tensors are trained.
        model_name: What to call the model in the table.
        twin_name: One line about the twin, or None.
        initial: The weights from before the model's first run.
        device: The quantum device for the run, or None for the layers' own.
        shots: Shots for the run, or None for the layers' own.
        checkpoint: The file to save to, or None.
        layers: The quantum layers to watch over.
        budget: What this part of the run may cost, in US dollars, or None for what is allowed
            around it.
    """

    loop: Loop
    about: TrainingRun
    board: Board
    judge: Judge | None
    model: nn.Module | None
    model_name: str
    twin_name: str | None
    initial: State
    device: Any
    shots: int | None
    checkpoint: Path | None
    layers: Sequence[Any]
    budget: float | None = None
    _twin: Side | None = field(init=False)

    def __post_init__(self) -> None:
        self._twin = self.loop.twin
        self.loop.save = self.save_checkpoint

    def start(self) -> TrainingRun:
        """Run until the end, hand the weights back, and return the record."""
        loop, board = self.loop, self.board
        with (
            loop.watch.running(),
            loop.model.learner.weights.tracked(),
            override(self.device, shots=self.shots),
            nullcontext() if self.budget is None else spending(self.budget),
            fitting_threads(self.layers, self.about.parameters),
            StopSwitch() as switch,
            watching(self.layers, loop.history, self._sound) as watch,
            glimpsing(self.model, loop.train, board.emit) as glimpse,
        ):
            board.join(watch)
            board.join(glimpse)
            loop.purse.open(current())
            try:
                board.emit(self._started())
                reason, message = loop.run(board.emit, switch)
            except BaseException as error:
                self._give_up(error)
                raise
            state = loop.state()
            by_itself = reason in _BY_ITSELF
            if by_itself or reason == "budget":
                self._hand_back_best()
            if not by_itself and self.judge is not None and self.judge.test is not None:
                board.say("The test data were not looked at.")
            table = self._table(look=by_itself)
            state["cost"] = loop.purse.cost
            run = self._record(reason, message, state, table)
        if self.checkpoint is not None:
            save_run(run, self.checkpoint)
        self._remember(state)
        board.emit(RunEnded(reason, message, run))
        return run

    def _sound(self, alarm: Alarm) -> None:
        self.loop.history(alarm)
        self.board.emit(alarm)

    def _give_up(self, error: BaseException) -> None:
        reason: StopReason = "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"
        epochs = None if self.loop.train is None else self.loop.epoch
        cause = type(error).__name__
        message = self.loop.limits.sentence(reason, epochs, self.loop.step, cause=cause)
        run = self._record(reason, message, self.loop.state(), self._table(look=False))
        self.board.give_up(RunEnded(reason, message, run))

    def resume(self, state: dict[str, Any], epochs: int | None, steps: int | None) -> TrainingRun:
        """Go on from ``state`` for so many more epochs or steps."""
        if epochs is not None and self.loop.train is None:
            raise ValueError("A run without data has no epochs: give `steps`.")
        self.board = self.board.again()
        self.loop.twin = self._twin
        self.loop.watch = Stopwatch()
        self.go_on(state, epochs, steps)
        return self.start()

    def go_on(self, state: dict[str, Any], epochs: int | None, steps: int | None) -> None:
        """Take up ``state``, with ``epochs`` or ``steps`` to do on top of what was done."""
        self.loop.load(state, patient=True)
        limits = self.loop.limits
        limits.epochs = None if epochs is None else self.loop.epoch + epochs
        limits.steps = None if steps is None else self.loop.step + steps

    def save_checkpoint(self) -> None:
        """Save the run as it stands, if a file was given."""
        if self.checkpoint is not None:
            message = "The run was still going when this was saved."
            save_run(self._record("unfinished", message, self.loop.state(), []), self.checkpoint)

    def _started(self) -> RunStarted:
        loop, limits, about = self.loop, self.loop.limits, self.about
        steps = limits.steps
        if steps is None and limits.epochs is not None and loop.train is not None:
            steps = _times(limits.epochs, loop.train)
        return RunStarted(
            model=about.model,
            device=about.device,
            loss=about.loss,
            metric=about.metric,
            metric_rises=about.metric_rises,
            parameters=about.parameters,
            baseline=self.twin_name,
            first_step=loop.step,
            first_epoch=loop.epoch,
            total_steps=steps,
            total_epochs=limits.epochs,
            max_seconds=limits.seconds,
            continues=loop.step > 0,
            has_validation=loop.val is not None,
        )

    def _hand_back_best(self) -> None:
        for side in (self.loop.model, self._twin):
            if side is not None and side.best is not None:
                side.learner.weights.load(side.best)

    def _table(self, *, look: bool) -> list[Score]:
        sides = [(self.model_name, self.loop.model)]
        if self._twin is not None:
            sides.append(("classical twin", self._twin))
        if self.judge is None:
            return []
        if look:
            try:
                return self.judge.table(sides)
            except BudgetError:
                self.board.say("The budget did not allow the last look at the data.")
        return [Score(name, len(side.learner.weights)) for name, side in sides]

    def _record(
        self, reason: str, message: str, state: dict[str, Any], table: list[Score]
    ) -> TrainingRun:
        times = self.loop.watch.times
        run = replace(
            self.about,
            history=self.loop.history.copy(),
            stop_reason=reason,
            stop_message=message,
            circuits=self.loop.circuits,
            times=times,
            cost=self.loop.purse.cost,
            notices=list(self.board.notices),
            table=table,
            best_state=state["model"]["best"],
            last_state=state["model"]["weights"],
            _state=state | {"times": times.state()},
            _resume=self.resume,
        )
        if self._twin is not None and self.twin_name is not None:
            run.baseline = twin_record(run, self.twin_name, len(self._twin.learner.weights))
            run.baseline.best_state = self._twin.best
            run.baseline.last_state = (state["twin"] or self._twin.state())["weights"]
        return run

    def _remember(self, state: dict[str, Any]) -> None:
        if self.model is None:
            return
        last = recall(self.model)
        initial = self.initial if last is None else last.initial
        handed = self.loop.model.learner.weights.state()
        fingerprint: Fingerprint = self.about.fingerprint
        run = LastRun(fingerprint, state, handed, initial, self.loop.epoch, self.loop.step)
        remember(self.model, run)


def _times(epochs: int, batches: Any) -> int | None:
    try:
        return epochs * len(batches)
    except TypeError:
        return None
