"""Where the time of a run went, as numbers: seconds by phase, of the whole and of each step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qaimagic._clock import PHASES, PhaseName

if TYPE_CHECKING:
    from qaimagic.drawing.page import Picture

MEANINGS: dict[PhaseName, str] = {
    "classical": "classical layers, loss and optimizer",
    "tracing": "circuits taken from Python code",
    "compiling": "circuits and kernels made ready for the device",
    "transfer": "circuits to the device and answers back",
    "queueing": "waiting for the device while nothing ran on it",
    "executing": "circuits on the device, forward and back",
    "other": "imports, checks, scores, curves, the classical twin",
}
_GROUPS: dict[PhaseName, int] = {
    "executing": 0,
    "classical": 1,
    "transfer": 2,
    "queueing": 3,
    "compiling": 4,
    "tracing": 5,
}
"""The colours of phases: blue is quantum and orange classical, as weights and data in circuits."""


@dataclass(frozen=True, eq=False)
class Times:
    """What each phase of a run took.

    A phase within another one is subtracted from it, so that all phases together are the run.

    Attributes:
        seconds: Seconds by phase, in the order of ``MEANINGS``; empty where no times were kept.
        steps: Seconds of each step by phase, shape (n_steps, n_phases), columns in that order;
            what lies between two steps is in ``seconds`` alone.

    Example:
        >>> times = Times({"classical": 1.0, "executing": 3.0})
        >>> times.total, times.shares["executing"]
        (4.0, 0.75)
    """

    seconds: Mapping[PhaseName, float] = field(default_factory=dict)
    steps: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, len(PHASES))))

    @property
    def total(self) -> float:
        """Seconds of the whole run."""
        return sum(self.seconds.values())

    @property
    def shares(self) -> dict[str, float]:
        """The part of the whole that each phase took, between 0 and 1."""
        total = self.total or 1.0
        return {phase: seconds / total for phase, seconds in self.seconds.items()}

    def __add__(self, later: Times) -> Times:
        """Return the times of two parts of a run, one after the other."""
        phases = self.seconds.keys() | later.seconds.keys()
        seconds = {
            phase: self.seconds.get(phase, 0.0) + later.seconds.get(phase, 0.0)
            for phase in PHASES
            if phase in phases
        }
        return Times(seconds, np.concatenate([self.steps, later.steps]))

    def plot(self, title: str = "") -> Picture:
        """Return the timeline: a bar of all phases, and how each step was made up.

        Args:
            title: The caption.
        """
        from qaimagic.drawing.timeline import Part, Timeline, timeline_picture

        parts = [
            Part(phase, self.seconds[phase], steps, MEANINGS[phase], _GROUPS.get(phase))
            for phase, steps in zip(PHASES, self.steps.T, strict=True)
            if phase in self.seconds
        ]
        return timeline_picture(Timeline(tuple(parts)), title=title)

    def state(self) -> dict[str, Any]:
        """Return the numbers as a file holds them."""
        import torch

        return {"seconds": dict(self.seconds), "steps": torch.from_numpy(self.steps)}

    @classmethod
    def from_state(cls, state: Mapping[str, Any] | None) -> Times:
        """Return the times that ``state`` was made of; none where a run kept none."""
        return cls() if state is None else cls(state["seconds"], state["steps"].numpy())
