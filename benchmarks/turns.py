"""Lets the engines take turns at a cell, each in its own process."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.cells import (
    FIRST_SECONDS,
    MOST_CALLS,
    ROUND_SECONDS,
    ROUNDS,
    START_SECONDS,
    Cell,
    Limits,
)
from benchmarks.peers import ENGINES, LEFT_OUT, install
from benchmarks.process import GivenUpError, Worker
from benchmarks.too_much import TooMuch


@dataclass
class Entry:
    """What one engine did at one cell.

    Attributes:
        seconds: By mode, every measured call.
        first: By mode, the first call, which compiles where an engine does so.
        given_up: By mode, why there is no figure.
        answers: By mode, what came out first.
    """

    seconds: dict[str, list[float]] = field(default_factory=dict)
    first: dict[str, float] = field(default_factory=dict)
    given_up: dict[str, str] = field(default_factory=dict)
    answers: dict[str, list[Any]] = field(default_factory=dict)


class Grid:
    """The engines that take part, and what was too much for them so far.

    Args:
        names: The engines.
        modes: ``"forward"``, ``"step"``, or both, in this order.
        limits: How much time each engine is given.
        threads: How many threads each engine may use.
    """

    def __init__(
        self, names: Sequence[str], modes: Sequence[str], limits: Limits, threads: int
    ) -> None:
        self.modes = modes
        self.limits = limits
        self.too_much = TooMuch(limits.long)
        self.versions: dict[str, list[str]] = {}
        self.missing: dict[str, str] = dict(LEFT_OUT)
        self.workers: dict[str, Worker] = {}
        self._compiles: set[str] = set()
        for name in names:
            self._add(name, threads)

    def _add(self, name: str, threads: int) -> None:
        engine = ENGINES[name]
        reason = install(engine)
        if not reason:
            worker = Worker(engine, threads)
            try:
                hello = worker.ask(START_SECONDS, do="hello")
            except GivenUpError as given_up:
                reason = str(given_up)
        if reason:
            self.missing[engine.title] = reason
            return
        self.workers[name] = worker
        self.versions[name] = hello["versions"]
        if hello["compiles"]:
            self._compiles.add(name)

    def run(self, cell: Cell) -> dict[str, Entry]:
        """Return what each engine did at a cell."""
        entries = {name: Entry() for name in self.workers}
        for mode in self.modes:
            for name, entry in entries.items():
                self._begin(name, mode, cell, entry)
            for _ in range(ROUNDS):
                for name, entry in entries.items():
                    self._measure(name, mode, entry)
            for name, entry in entries.items():
                given_up, first = entry.given_up.get(mode, ""), entry.first.get(mode, 0.0)
                self.too_much.note(name, mode, cell, given_up, first)
        return entries

    def _begin(self, name: str, mode: str, cell: Cell, entry: Entry) -> None:
        """Build the circuit if need be, and call it for the first time."""
        too_much = self.too_much.why_not(name, mode, cell)
        if too_much:
            entry.given_up[mode] = too_much
            return
        worker = self.workers[name]
        try:
            if worker.holds != cell:
                worker.ask(START_SECONDS, do="prepare", **asdict(cell))
                worker.holds = cell
            reply = worker.ask(self.limits.cap, do="first", mode=mode)
        except GivenUpError as given_up:
            entry.given_up[mode] = str(given_up)
            return
        entry.answers[mode] = reply["answers"]
        entry.first[mode] = reply["seconds"]
        counts = name not in self._compiles and reply["seconds"] > FIRST_SECONDS
        entry.seconds[mode] = [reply["seconds"]] if counts else []

    def _measure(self, name: str, mode: str, entry: Entry) -> None:
        """Let an engine have one turn, unless it gave up or has taken enough time."""
        seconds = entry.seconds.get(mode, [])
        if mode in entry.given_up or sum(seconds) >= self.limits.slow:
            return
        calls = 1
        if seconds:
            calls = min(MOST_CALLS, max(1, round(ROUND_SECONDS / statistics.median(seconds))))
        try:
            reply = self.workers[name].ask(self.limits.cap, do="time", mode=mode, calls=calls)
        except GivenUpError as given_up:
            entry.given_up[mode] = str(given_up)
            return
        seconds += reply["seconds"]

    def end(self) -> None:
        """End every worker."""
        for worker in self.workers.values():
            worker.end()
