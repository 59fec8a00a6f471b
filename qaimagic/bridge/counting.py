"""Counts the circuits that devices run, by PennyLane's trackers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pennylane as qml


class CircuitCounter:
    """Counts the circuits that devices run, also those that a backward pass asks for.

    Attributes:
        total: The number of circuits so far.
        jobs: The number of submissions to devices so far.
    """

    def __init__(self) -> None:
        self.total = 0
        self.jobs = 0

    def __call__(self, totals: Any, history: Any, latest: Mapping[str, Any]) -> None:
        """Add the executions that PennyLane's tracker reports."""
        del totals, history
        self.total += int(latest.get("executions", 0))
        self.jobs += int(latest.get("batches", 0))

    def attach(self, device: Any) -> None:
        """Follow ``device`` from now on, unless its owner is tracking it."""
        tracker = device.tracker
        if tracker.active and not isinstance(tracker.callback, CircuitCounter):
            return
        qml.Tracker(device, callback=self, persistent=True).active = True


@contextmanager
def counting(device: Any) -> Iterator[CircuitCounter]:
    """Count the circuits that ``device`` runs meanwhile, beside whoever else is tracking it."""
    counter, before = CircuitCounter(), device.tracker
    others = before.callback

    def count(**latest: Any) -> None:
        counter(**latest)
        if others is not None:
            others(**latest)

    if before.active:
        before.callback = count
    else:
        counter.attach(device)
    try:
        yield counter
    finally:
        before.callback = others
        device.tracker = before
