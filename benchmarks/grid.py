"""Runs the grid: every engine at every cell, in turn, each checked against default.qubit.

    python -m benchmarks.grid [quick|standard|full] [--only FAMILY ...] [--engines NAME ...]

Each line of the outcome, a JSON file under ``.bench``, is one engine at one cell.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import dev
from benchmarks import table
from benchmarks.cells import (
    CAP_SECONDS,
    FIRST_SECONDS,
    GRIDS,
    MOST_CALLS,
    ROUND_SECONDS,
    ROUNDS,
    SLOW_SECONDS,
    TOLERANCE,
    Cell,
)
from benchmarks.peers import ENGINES, HOME, LEFT_OUT, install
from benchmarks.process import GivenUpError, Worker
from benchmarks.roofline import machine

REFERENCES = ("default_qubit", "lightning", "lightning_vjp", "ours_engine")
"""Whose answers the others' are compared with: the first of these that has any."""


@dataclass
class Entry:
    """What one engine did at one cell.

    Attributes:
        seconds: By mode, every measured call.
        first: By mode, the first call, which compiles where an engine does so.
        given_up: By mode (or ``"build"``), why there is no figure.
        answers: By mode, what came out first.
    """

    seconds: dict[str, list[float]] = field(default_factory=dict)
    first: dict[str, float] = field(default_factory=dict)
    given_up: dict[str, str] = field(default_factory=dict)
    answers: dict[str, list[Any]] = field(default_factory=dict)


class Grid:
    """The engines that take part, and what they gave up on so far.

    Args:
        names: The engines.
        modes: ``"forward"``, ``"step"``, or both.
        cap: The seconds after which a call is given up.
        threads: How many threads each engine may use.
    """

    def __init__(
        self, names: Sequence[str], modes: Sequence[str], cap: float, threads: int
    ) -> None:
        self.modes = modes
        self.cap = cap
        self.versions: dict[str, list[str]] = {}
        self.missing: dict[str, str] = dict(LEFT_OUT)
        self.workers: dict[str, Worker] = {}
        self._compiles: set[str] = set()
        self._too_much: dict[tuple[str, str], list[tuple[Cell, str]]] = {}
        for name in names:
            self._add(name, threads)

    def _add(self, name: str, threads: int) -> None:
        engine = ENGINES[name]
        reason = install(engine)
        if not reason:
            worker = Worker(engine, threads)
            try:
                hello = worker.ask(self.cap, do="hello")
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
        entries = {name: self._begin(name, cell) for name in self.workers}
        for _ in range(ROUNDS):
            for mode in self.modes:
                for name, entry in entries.items():
                    self._measure(name, mode, cell, entry)
        for name, entry in entries.items():
            for mode, reason in entry.given_up.items():
                if reason.startswith(">") or reason == "memory":
                    self._too_much.setdefault((name, mode), []).append((cell, reason))
        return entries

    def _begin(self, name: str, cell: Cell) -> Entry:
        entry, worker = Entry(), self.workers[name]
        for mode in self.modes:
            too_much = self._smaller_was_too_much(name, mode, cell)
            if too_much:
                entry.given_up[mode] = too_much
                continue
            try:
                self._prepare(worker, cell)
                reply = worker.ask(self.cap, do="first", mode=mode)
            except GivenUpError as given_up:
                entry.given_up[mode] = str(given_up)
                continue
            entry.answers[mode] = reply["answers"]
            entry.first[mode] = reply["seconds"]
            if name not in self._compiles and reply["seconds"] > FIRST_SECONDS:
                entry.seconds[mode] = [reply["seconds"]]
        return entry

    def _prepare(self, worker: Worker, cell: Cell) -> bool:
        """Have the worker build a cell's circuit; return whether it had not done so before."""
        if worker.holds == cell:
            return False
        worker.ask(self.cap, do="prepare", **asdict(cell))
        worker.holds = cell
        return True

    def _smaller_was_too_much(self, name: str, mode: str, cell: Cell) -> str:
        for other, reason in self._too_much.get((name, mode), []):
            alike = (other.family, other.dtype) == (cell.family, cell.dtype)
            if alike and other.n <= cell.n and other.batch <= cell.batch:
                return reason
        return ""

    def _measure(self, name: str, mode: str, cell: Cell, entry: Entry) -> None:
        seconds = entry.seconds.setdefault(mode, [])
        if mode in entry.given_up or sum(seconds) >= SLOW_SECONDS:
            return
        calls = 1
        if seconds:
            calls = min(MOST_CALLS, max(1, round(ROUND_SECONDS / statistics.median(seconds))))
        worker = self.workers[name]
        try:
            if self._prepare(worker, cell):
                worker.ask(self.cap, do="first", mode=mode)
            reply = worker.ask(self.cap, do="time", mode=mode, calls=calls)
        except GivenUpError as given_up:
            entry.given_up[mode] = str(given_up)
            return
        seconds += reply["seconds"]

    def end(self) -> None:
        """End every worker."""
        for worker in self.workers.values():
            worker.end()


def differences(entries: dict[str, Entry], cell: Cell) -> dict[str, float]:
    """Return by engine the largest difference from the reference, as a share of the largest number.

    Only those above the cell's tolerance are in it; an answer of another size differs infinitely.
    """
    found: dict[str, float] = {}
    for mode in ("forward", "step"):
        answered = [
            name for name in REFERENCES if name in entries and mode in entries[name].answers
        ]
        reference = answered[0] if answered else None
        if reference is None:
            continue
        expected = [list(_flat(part)) for part in entries[reference].answers[mode]]
        for name, entry in entries.items():
            if mode in entry.answers:
                received = [list(_flat(part)) for part in entry.answers[mode]]
                found[name] = max(found.get(name, 0.0), _difference(expected, received))
    return {name: value for name, value in found.items() if value > TOLERANCE[cell.dtype]}


def _difference(expected: list[list[float]], received: list[list[float]]) -> float:
    if [len(part) for part in expected] != [len(part) for part in received]:
        return float("inf")
    worst = 0.0
    for ours, theirs in zip(expected, received, strict=True):
        scale = max([1.0, *map(abs, ours)])
        gaps = [abs(a - b) / scale for a, b in zip(ours, theirs, strict=True)]
        worst = max([worst, *(gap if gap == gap else float("inf") for gap in gaps)])
    return worst


def _flat(nested: Any) -> Iterator[float]:
    if isinstance(nested, list):
        for each in nested:
            yield from _flat(each)
    else:
        yield float(nested)


def record(cell: Cell, entries: dict[str, Entry], cap: float) -> dict[str, Any]:
    """Return a cell's outcome as one JSON object: medians, compile times, why there is none."""
    differs = differences(entries, cell)
    outcome: dict[str, Any] = {"cell": asdict(cell), "cap": cap, "engines": {}}
    for name, entry in entries.items():
        medians = {
            mode: statistics.median(seconds) for mode, seconds in entry.seconds.items() if seconds
        }
        outcome["engines"][name] = {
            "median": medians,
            "first": entry.first,
            "given_up": entry.given_up,
            "differs": differs.get(name),
        }
    return outcome


def main(arguments: Sequence[str] | None = None) -> Path:
    """Run the cells that were asked for, and print the table."""
    parser = argparse.ArgumentParser(prog="benchmarks.grid", description=__doc__)
    parser.add_argument("grid", nargs="?", choices=GRIDS, default="standard")
    parser.add_argument("--only", nargs="+", metavar="FAMILY", help="families to run")
    parser.add_argument("--engines", nargs="+", metavar="NAME", choices=ENGINES, default=[*ENGINES])
    parser.add_argument("--threads", type=int, default=2, help="threads of each engine")
    parser.add_argument("--cap", type=float, default=CAP_SECONDS, help="seconds a call may take")
    options = parser.parse_args(arguments)
    modes = ("step",) if options.grid == "quick" else ("forward", "step")
    start = time.monotonic()
    grid = Grid(options.engines, modes, options.cap, options.threads)
    cells = [
        cell for cell in GRIDS[options.grid] if not options.only or cell.family in options.only
    ]
    HOME.mkdir(exist_ok=True)
    target = HOME / f"grid-{options.grid}-{time.strftime('%Y%m%d-%H%M%S')}.jsonl"
    about = {"threads": options.threads, **machine()}
    head = {"versions": grid.versions, "missing": grid.missing, "machine": about}
    try:
        with target.open("w", encoding="utf-8") as lines:
            print(json.dumps(head), file=lines, flush=True)
            for k, cell in enumerate(dict.fromkeys(cells), start=1):
                outcome = record(cell, grid.run(cell), options.cap)
                print(json.dumps(outcome), file=lines, flush=True)
                dev.say(f"{k}/{len(cells)} after {time.monotonic() - start:.0f} s: {cell.title}")
    except KeyboardInterrupt:
        dev.say("interrupted; this is what there is so far")
    finally:
        grid.end()
    print(table.markdown(target))
    dev.say(f"done in {time.monotonic() - start:.0f} s; measured: {target.relative_to(dev.ROOT)}")
    return target


if __name__ == "__main__":
    main()
