"""The loop itself: step after step, epoch after epoch, until something says stop."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

from qaimagic._clock import Phase
from qaimagic.errors import BudgetError
from qaimagic.training.data.batches import Batch, Batches
from qaimagic.training.events import EpochEnded, Event, Notice, StepEnded, StopReason
from qaimagic.training.loop.interrupt import StopSwitch
from qaimagic.training.loop.learner import NotFiniteError
from qaimagic.training.loop.limits import Limits
from qaimagic.training.loop.purse import Purse
from qaimagic.training.loop.side import Side
from qaimagic.training.loop.stopwatch import Stopwatch
from qaimagic.training.loop.streams import Stream, derive
from qaimagic.training.record.history import History
from qaimagic.training.record.times import Times

_SAVE_EVERY = 60.0


class Loop:
    """Trains a model, and beside it perhaps a classical twin, on the same batches.

    Everything that the next step depends on is in ``state()``, so that a loop which goes on from
    there does, bit for bit, what this one would have done.

    Args:
        model: What is trained.
        twin: The classical twin, or None.
        train: What is learnt from, or None for a run without data.
        val: What decides which weights are best, or None.
        seed: Where validation draws its shots from.
        limits: When to stop.
        circuits: Tells how many circuits the model's layers have executed so far.
        watch: Times the run, from before its preparation on.

    Attributes:
        save: Called after each epoch, and once a minute within long ones.
        history: Every step and epoch.
        epoch: Epochs done so far.
        purse: What the run has cost, and may cost.
    """

    def __init__(
        self,
        *,
        model: Side,
        twin: Side | None,
        train: Batches | None,
        val: Batches | None,
        seed: int,
        limits: Limits,
        circuits: Callable[[], int],
        watch: Stopwatch,
    ) -> None:
        self.model, self.twin = model, twin
        self.train, self.val = train, val
        self.limits = limits
        self.watch = watch
        self.history = History()
        self.epoch = 0
        self.purse = Purse()
        self._batch = 0
        self._waited = 0
        self._seed = seed
        self._count, self._counted = circuits, -circuits()
        self.save: Callable[[], None] = lambda: None

    @property
    def step(self) -> int:
        """Steps done so far."""
        return len(self.history.steps)

    @property
    def circuits(self) -> int:
        """Circuits executed so far."""
        return self._counted + self._count()

    def run(self, emit: Callable[[Event], None], switch: StopSwitch) -> tuple[StopReason, str]:
        """Train until a limit, a request, or a number that is not finite.

        Returns:
            Why it ended, and the same as a sentence.
        """
        self._emit, self._switch = emit, switch
        self._began = self._saved = perf_counter()
        sides = [self.model] if self.twin is None else [self.model, self.twin]
        modes = [(side.learner.weights, side.learner.weights.modes()) for side in sides]
        for side in sides:
            side.learner.weights.learn()
        try:
            if self.step == 0:
                self.purse.check_first_step()
            reason = self._steps() if self.train is None else self._epochs(self.train)
        except NotFiniteError as error:
            return "not_finite", (
                f"Stopped at step {self.step + 1}: {error}. The last good weights are kept."
            )
        except BudgetError:
            if self.step == 0:
                raise
            reason = "budget"
        finally:
            for weights, before in modes:
                weights.restore(before)
        epochs = None if self.train is None else self.epoch
        cost = self.purse.cost
        return reason, self.limits.sentence(reason, epochs, self.step, cost=cost)

    def state(self) -> dict[str, Any]:
        """Return everything that the next step depends on, and the record so far."""
        return {
            "model": self.model.state(),
            "twin": None if self.twin is None else self.twin.state(),
            "epoch": self.epoch,
            "batch": self._batch,
            "waited": self._waited,
            "circuits": self.circuits,
            "cost": self.purse.cost,
            "history": self.history.columns(),
            "times": self.watch.times.state(),
        }

    def load(self, state: dict[str, Any], *, patient: bool = False) -> None:
        """Go on exactly where ``state`` was taken.

        Args:
            state: What ``state()`` returned.
            patient: Whether patience starts anew if it was what ended that run.
        """
        self.model.load(state["model"])
        if state["twin"] is None:
            self.twin = None
        elif self.twin is not None:
            self.twin.load(state["twin"])
        self.epoch, self._batch = state["epoch"], state["batch"]
        patience = self.limits.patience
        over = patience is not None and state["waited"] >= patience
        self._waited = 0 if patient and over else state["waited"]
        self._counted = state["circuits"] - self._count()
        self.purse.open(None)
        self.purse.before = state.get("cost", 0.0)
        self.history = History.from_columns(state["history"])
        self.watch.go_on_from(Times.from_state(state.get("times")))

    def _steps(self) -> StopReason:
        while (reason := self._limit()) is None:
            loss = self._one_step(None)
            self.model.learner.move_schedule(loss)
            self._wait(self.model.improves(loss))
            if self._switch.requested:
                return "interrupted"
            self._save_in_time()
        return reason

    def _epochs(self, train: Batches) -> StopReason:
        while (reason := self._limit()) is None:
            began = perf_counter()
            for batch in train.epoch(self.epoch + 1, self._batch):
                if (reason := self._limit()) is not None:
                    return reason
                self._one_step(batch)
                self._batch += 1
                if self._switch.requested:
                    return "interrupted"
                self._save_in_time()
            if self.val is not None and not self.purse.allows("look"):
                return "budget"
            if not self._end_epoch(began):
                return "interrupted"
        return reason

    def _limit(self) -> StopReason | None:
        seconds = perf_counter() - self._began - self._switch.paused
        reached = self.limits.reached(self.epoch, self.step, self._waited, seconds)
        return reached if reached or self.purse.allows("step") else "budget"

    def _one_step(self, batch: Batch | None) -> float:
        began = perf_counter()
        with self.watch, self.purse.paying("step"):
            learnt = self.model.learn(batch)
        seconds = perf_counter() - began
        epoch = 0 if batch is None else self.epoch + 1
        loss, norm = learnt.loss, learnt.grad_norm
        twin_loss = self._twin_step(batch)
        step = self.step + 1
        self._tell(StepEnded(step, epoch, loss, norm, seconds, self.circuits, twin_loss))
        return loss

    def _twin_step(self, batch: Batch | None) -> float | None:
        if self.twin is None:
            return None
        try:
            return self.twin.learn(batch).loss
        except NotFiniteError as error:
            self._emit(Notice(f"The baseline learns no further: {error}."))
            self.twin = None
            return None

    def _end_epoch(self, began: float) -> bool:
        """Look at the validation data and close the epoch; False if a person could not wait."""
        checked = twin_checked = None
        if self.val is not None:
            stream = Stream(derive(self._seed, "val", self.epoch), self._device)
            with Phase("classical"), self.purse.paying("look"):
                checked = self.model.look(self.val, stream, lambda: self._switch.requested)
            if checked is None:
                return False
            twin_checked = None if self.twin is None else self.twin.look(self.val, None)
        score = self.model.end_epoch(checked)
        twin = None if self.twin is None else self.twin.end_epoch(twin_checked)
        self._wait(score.best)
        self.epoch += 1
        self._batch = 0
        self._tell(score.event(self.epoch, self.step, perf_counter() - began, twin))
        self._save_now()
        return True

    @property
    def _device(self) -> Any:
        return self.model.learner.weights.device

    def _wait(self, better: bool) -> None:
        self._waited = 0 if better else self._waited + 1

    def _save_in_time(self) -> None:
        if perf_counter() - self._saved > _SAVE_EVERY:
            self._save_now()

    def _save_now(self) -> None:
        self.save()
        self._saved = perf_counter()

    def _tell(self, event: StepEnded | EpochEnded) -> None:
        self.history(event)
        self._emit(event)
