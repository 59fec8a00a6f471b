"""The options of a run that need no data: how long, how fast, on what; checked in one place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from torch import nn

from qaimagic._checks import check_int, check_number, requirement
from qaimagic.devices import describe
from qaimagic.training.events import Listener
from qaimagic.training.loop.learner import Compute, Learner
from qaimagic.training.loop.limits import Limits
from qaimagic.training.loop.streams import Stream, derive
from qaimagic.training.loop.weights import Weights, quantum_layers
from qaimagic.training.objective.optimizers import (
    check_options,
    for_twin,
    make_optimizer,
    make_schedule,
)
from qaimagic.training.record.fingerprint import Fingerprint, of_choice
from qaimagic.training.record.store import check_writable


@dataclass(frozen=True)
class Options:
    """What ``train`` and ``minimize`` have in common; see there for each.

    Attributes:
        opt: The optimizer.
        lr: Learning rate.
        device: Quantum device, or None.
        shots: Shots, or None.
        seed: The seed.
        checkpoint: The file to save to, or None.
        fresh: Whether to start over.
        schedule: A learning rate schedule, or None.
        clip: Largest norm of the gradients, or None.
        patience: How long to wait for a lower loss, or None.
        max_seconds: How long the run may take, or None.
        budget: What it may cost, in US dollars, or None for nothing.
        live: How to show the run, or the listener that shows it.
        listeners: Who else hears of it.
    """

    opt: str | Callable[..., Any]
    lr: float
    device: Any
    shots: int | None
    seed: int
    checkpoint: str | PathLike[str] | None
    fresh: bool
    schedule: str | Callable[..., Any] | None
    clip: float | None
    patience: int | None
    max_seconds: float | None
    budget: float | None
    live: bool | Listener | None
    listeners: Sequence[Listener]

    def check(self) -> None:
        """Check what can be checked without a model.

        Raises:
            ValueError: If a number is out of bounds.
            TypeError: If a value is of the wrong type.
            CheckpointError: If the checkpoint cannot be written.
        """
        check_number("lr", self.lr, above=0)
        check_int("seed", self.seed)
        for name in ("clip", "max_seconds", "budget"):
            if getattr(self, name) is not None:
                check_number(name, getattr(self, name), above=0)
        if not isinstance(self.listeners, Sequence):
            received = f"it is a {type(self.listeners).__name__}"
            rule, fix = "be a list of functions", "Put it into a list: `[listener]`."
            raise TypeError(requirement("listeners", rule, received, fix))
        if self.patience is not None:
            check_int("patience", self.patience, minimum=1)
        if self.checkpoint is not None:
            if not isinstance(self.checkpoint, str | PathLike):
                received = f"it is {self.checkpoint!r}"
                raise TypeError(requirement("checkpoint", "be the path of a file", received))
            check_writable(Path(self.checkpoint).expanduser())

    @property
    def path(self) -> Path | None:
        """The checkpoint's path, or None."""
        return None if self.checkpoint is None else Path(self.checkpoint).expanduser()

    def learner(
        self, weights: Weights, compute: Compute, who: str, schedule_length: int | None
    ) -> Learner:
        """Return a learner with an optimizer and a stream of its own.

        Args:
            weights: What learns.
            compute: From a batch to its loss.
            who: ``"model"`` or ``"baseline"``: each has its random numbers.
            schedule_length: How often the learning rate will move, if known.
        """
        opt = for_twin(self.opt) if who == "baseline" else self.opt
        optimizer = make_optimizer(opt, list(weights.trainable.values()), self.lr, weights.parts)
        check_options(optimizer, schedule=self.schedule, clip=self.clip)
        schedule = make_schedule(self.schedule, optimizer, schedule_length)
        stream = Stream(derive(self.seed, who), weights.device)
        return Learner(weights, compute, optimizer, schedule, self.clip, stream)

    def limits(self, epochs: int | None, steps: int | None) -> Limits:
        """Return when the run ends by itself, for a run that starts from nothing."""
        return Limits(epochs, steps, self.patience, self.max_seconds, self.budget)

    def fingerprint(self, device: str) -> Fingerprint:
        """Return what a run that goes on must have in common with the one before."""
        return {
            "opt": of_choice(self.opt),
            "lr": f"{self.lr:.17g}",
            "device": device,
            "seed": str(self.seed),
            "schedule": of_choice(self.schedule),
            "clip": str(self.clip),
        }

    def told_device(self, *modules: nn.Module) -> str:
        """Return the device that will run, in words, inside the run's ``override``."""
        layers = quantum_layers(*modules).values()
        names = sorted({_with_shots(layer) for layer in layers})
        if not names and self.device is not None:
            return describe(self.device)
        return " and ".join(names) or "none"


def check_lengths(epochs: int | None, steps: int | None) -> None:
    """Check that at most one of ``epochs`` and ``steps`` is given, and that it is a count.

    Raises:
        ValueError: If both are given, or one is below 1.
        TypeError: If one is not a whole number.
    """
    if epochs is not None and steps is not None:
        received = f"`epochs` is {epochs} and `steps` is {steps}"
        raise ValueError(requirement("epochs", "be given without `steps`", received))
    for name, count in (("epochs", epochs), ("steps", steps)):
        if count is not None:
            check_int(name, count, minimum=1)


def _with_shots(layer: Any) -> str:
    name: str = layer.device_name
    return name if layer.shots is None else f"{name} ({layer.shots} shots)"
