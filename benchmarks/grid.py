"""Runs the grid: every engine at every cell, in turn, each checked against default.qubit.

    python -m benchmarks.grid [quick|standard|full] [--only FAMILY ...] [--engines NAME ...]
    python -m benchmarks.grid [quick|standard|full] --budget MINUTES
    python -m benchmarks.grid --go-on FILE [--budget MINUTES]

Each line of the outcome, a JSON file under ``.bench``, is one cell.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import dev
from benchmarks import journal, table
from benchmarks.cells import GRIDS, LIMITS, MODES, Limits
from benchmarks.circuits import FAMILIES
from benchmarks.peers import ENGINES, HOME
from benchmarks.roofline import machine
from benchmarks.turns import Grid


def main(arguments: Sequence[str] | None = None) -> Path:
    """Run the cells that were asked for, and print the table."""
    start = time.monotonic()
    options = _parse(arguments)
    file = options.go_on or HOME / f"grid-{options.grid}-{time.strftime('%Y%m%d-%H%M%S')}.jsonl"
    head, done = unfinished(file) if options.go_on else (_asked(options), [])
    grid = Grid(head["engines"], head["modes"], Limits(**head["limits"]), head["threads"])
    try:
        begin(file, head, done, grid)
        try:
            run(file, grid, start + 60 * options.budget)
        except KeyboardInterrupt:
            dev.say("interrupted; this is what there is so far")
    finally:
        grid.end()
    print(table.markdown(file))
    dev.say(f"done in {time.monotonic() - start:.0f} s; measured: {os.path.relpath(file)}")
    left = len(journal.left_out(*journal.read(file)))
    if left:
        command = f"python3 dev.py bench --parts grid --go-on {os.path.relpath(file)}"
        dev.say(f"{left} cells are left; to go on: {command}")
    return file


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmarks.grid",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("grid", nargs="?", choices=GRIDS, default="standard")
    parser.add_argument("--only", nargs="+", metavar="FAMILY", choices=FAMILIES, help="families")
    parser.add_argument("--engines", nargs="+", metavar="NAME", choices=ENGINES)
    parser.add_argument("--threads", type=int, help="threads of each engine, 2 if not given")
    parser.add_argument("--cap", type=float, help="seconds a call may take, 60 if not given")
    parser.add_argument(
        "--budget",
        type=float,
        default=float("inf"),
        metavar="MINUTES",
        help="begin no cell when less time is left than the longest one took",
    )
    parser.add_argument(
        "--go-on", type=Path, metavar="FILE", help="run the cells that a stopped run left out"
    )
    options = parser.parse_args(arguments)
    if options.go_on and (options.only or options.engines or options.threads or options.cap):
        parser.error("--go-on takes cells, engines, threads and cap from FILE: leave them out")
    return options


def _asked(options: argparse.Namespace) -> dict[str, Any]:
    """Return the head of a new run."""
    limits = LIMITS[options.grid]
    cells = dict.fromkeys(GRIDS[options.grid])
    return {
        "engines": options.engines or [*ENGINES],
        "modes": MODES[1:] if options.grid == "quick" else MODES,
        "threads": options.threads or 2,
        "limits": asdict(replace(limits, cap=options.cap) if options.cap else limits),
        "cells": [
            asdict(cell) for cell in cells if not options.only or cell.family in options.only
        ],
        "source": journal.source(),
    }


def unfinished(file: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return what a run has so far.

    Raises:
        SystemExit: If qaimagic has changed since.
    """
    head, done = journal.read(file)
    if head.get("source") != journal.source():
        raise SystemExit(f"{file} was measured with another state of qaimagic: begin a new run")
    return head, done


def begin(file: Path, head: dict[str, Any], done: list[dict[str, Any]], grid: Grid) -> None:
    """Write the head of a new run, or take in what an unfinished one has.

    Raises:
        SystemExit: If the engines are not those that the unfinished run was measured with.
    """
    found = {"versions": grid.versions, "missing": grid.missing}
    if "versions" not in head:
        about = {"threads": head["threads"], **machine()}
        journal.add(file, {**head, **found, "machine": about})
    elif any(head[key] != found[key] for key in found):
        raise SystemExit(f"{file} was measured with other engines or versions: begin a new run")
    for outcome in done:
        grid.too_much.learn(outcome)


def run(file: Path, grid: Grid, until: float) -> None:
    """Run the cells that the file does not have, as far as the time allows.

    Args:
        file: The run's file, which has a head.
        grid: The engines.
        until: When to end, by ``time.monotonic``.
    """
    cells = journal.left_out(*journal.read(file))
    longest = 0.0
    for k, cell in enumerate(cells, start=1):
        start = time.monotonic()
        if start + longest > until:
            return
        journal.add(file, journal.record(cell, grid.run(cell), grid.limits.cap))
        seconds = time.monotonic() - start
        longest = max(longest, seconds)
        dev.say(f"{k}/{len(cells)}, {cell.title}, {cell.dtype}: {seconds:.0f} s")


if __name__ == "__main__":
    main()
