"""When a run ends by itself, and how to say so."""

from __future__ import annotations

from dataclasses import dataclass

from qaimagic.devices.prices import money
from qaimagic.training.events import StopReason


@dataclass
class Limits:
    """When a run ends by itself; each is None for never.

    Attributes:
        epochs: After so many epochs, counted from the very beginning.
        steps: After so many steps, counted from the very beginning.
        patience: After so many epochs (without data: steps) without a lower loss.
        seconds: After so many seconds.
        budget: Before it costs more than so many US dollars; the loop asks its purse.
    """

    epochs: int | None = None
    steps: int | None = None
    patience: int | None = None
    seconds: float | None = None
    budget: float | None = None

    def reached(self, epochs: int, steps: int, waited: int, seconds: float) -> StopReason | None:
        """Return why a run ends that has come so far, or None.

        Args:
            epochs: Epochs done.
            steps: Steps done.
            waited: Epochs, or steps without data, since the lowest loss.
            seconds: Time since this part of the run began.
        """
        if self.epochs is not None and epochs >= self.epochs:
            return "finished"
        if self.steps is not None and steps >= self.steps:
            return "finished"
        if self.patience is not None and waited >= self.patience:
            return "patience"
        if self.seconds is not None and seconds >= self.seconds:
            return "max_seconds"
        return None

    def sentence(
        self,
        reason: StopReason,
        epochs: int | None,
        steps: int,
        *,
        cause: str = "",
        cost: float = 0.0,
    ) -> str:
        """Return ``reason`` as a sentence, for a run that has come so far.

        Args:
            reason: Why it ended.
            epochs: Epochs done, or None for a run without data.
            steps: Steps done.
            cause: The exception that ended it, if one did.
            cost: What it has cost, in US dollars.
        """
        done = _several(steps, "step")
        if epochs:
            done = f"{_several(epochs, 'epoch')} ({done})"
        match reason:
            case "interrupted":
                return f"Interrupted after {done}: everything learnt is kept."
            case "patience":
                unit = "steps" if epochs is None else "epochs"
                return f"Stopped after {done}: no lower loss in {self.patience} {unit}."
            case "max_seconds":
                return f"Stopped after {done}: the time was up ({self.seconds:g} s)."
            case "budget":
                allowed = (
                    "the budget" if self.budget is None else f"the {money(self.budget)} allowed"
                )
                return (
                    f"Stopped after {done}: what comes next might cost more than is left of "
                    f"{allowed} ({money(cost)} spent). Everything learnt is kept."
                )
            case "failed":
                return f"Ended by {cause} after {done}."
            case _:
                return f"Finished {done}."


def _several(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
