"""The file of one run of the grid: a head, then a JSON object for each cell.

A run that was stopped goes on from it; `benchmarks.table` prints it.
"""

from __future__ import annotations

import hashlib
import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import dev
from benchmarks.answers import differences
from benchmarks.cells import TOLERANCE, Cell
from benchmarks.turns import Entry


def read(file: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a run's head, and the outcomes of the cells that it has."""
    head, *outcomes = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return head, outcomes


def add(file: Path, line: Mapping[str, Any]) -> None:
    """Write the head, or the next outcome."""
    with file.open("a", encoding="utf-8") as lines:
        print(json.dumps(line), file=lines)


def left_out(head: Mapping[str, Any], outcomes: Sequence[Mapping[str, Any]]) -> list[Cell]:
    """Return the cells that were asked for and have no outcome yet, in the order of running."""
    done = {Cell(**outcome["cell"]) for outcome in outcomes}
    asked = [Cell(**cell) for cell in head.get("cells", [])]
    return [cell for cell in asked if cell not in done]


def record(cell: Cell, entries: Mapping[str, Entry], cap: float) -> dict[str, Any]:
    """Return a cell's outcome: medians, compile times, why there is none."""
    answers = {name: entry.answers for name, entry in entries.items()}
    differs = differences(answers, TOLERANCE[cell.dtype])
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


def source() -> str:
    """Return what qaimagic's source is, as one number: figures of two states do not mix."""
    digest = hashlib.sha256()
    for file in sorted((dev.ROOT / "qaimagic").rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()
