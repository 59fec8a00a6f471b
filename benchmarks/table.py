"""Prints what the grid measured as markdown.

    python -m benchmarks.table FILE

Ratios are a peer's time over that of our layer: above 1 we are ahead.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import journal
from benchmarks.cells import BARS, Cell
from benchmarks.circuits import FAMILIES
from benchmarks.peers import ENGINES, PEERS, Engine
from benchmarks.roofline import least_seconds
from benchmarks.too_much import NOT_ASKED, gave_up

TITLES = {"forward": "Forward", "step": "Forward and backward"}
APART = ("memory", NOT_ASKED, "none")
"""What the table says where there is no figure, except for the cap."""


def markdown(file: Path) -> str:
    """Return the tables of one run of the grid."""
    head, outcomes = journal.read(file)
    lines = [*_machine(head), "", *_bars(outcomes), *_counts(outcomes)]
    for dtype in ("float32", "float64"):
        for mode, title in TITLES.items():
            lines += _section(f"{title}, {dtype}", dtype, mode, head, outcomes)
    return "\n".join([*lines, *_behind(head, outcomes), *_notes(head, outcomes)])


def _machine(head: dict[str, Any]) -> Iterator[str]:
    machine = head["machine"]
    peaks = " and ".join(
        f"{1e-9 * value:.0f} GFLOP/s ({k})" for k, value in machine["flops"].items()
    )
    yield f"{machine['name']}, {machine['cores']} cores, {machine['threads']} threads for each"
    yield f"engine; measured peaks {peaks}, {1e-9 * machine['bytes']:.1f} GB/s. Versions:"
    yield ", ".join(sorted({each for versions in head["versions"].values() for each in versions}))
    for title, reason in head["missing"].items():
        yield f"- not run: {title}, {reason}"


def _bars(outcomes: list[dict[str, Any]]) -> Iterator[str]:
    yield "| training step against default.qubit | asked | measured |"
    yield "|---|---|---|"
    for cell, asked in BARS.items():
        for outcome in outcomes:
            if Cell(**outcome["cell"]) == cell:
                found = ratio(outcome, "default_qubit", "step")
                measured = f"{found:.0f}x" if found else "none"
                yield f"| {cell.title} | {asked:.0f}x | {measured} |"
    yield ""


def _counts(outcomes: list[dict[str, Any]]) -> Iterator[str]:
    columns = ("passes", "ahead", "by 2x or more", "given up", *APART)
    yield "| peer | " + " | ".join(columns) + " |"
    yield "|---" * (len(columns) + 1) + "|"
    for peer in PEERS:
        passes = [
            (ratio(outcome, peer.name, mode), _shown(outcome, peer.name, mode))
            for outcome in outcomes
            for mode in TITLES
            if _was_run(outcome, mode) and peer.name in outcome["engines"]
        ]
        known = [value for value, _ in passes if value]
        ahead, clearly = (sum(value >= least for value in known) for least in (1, 2))
        given_up = sum(shown.startswith(">") for _, shown in passes)
        apart = [sum(shown == why for _, shown in passes) for why in APART]
        counts = [len(known), ahead, clearly, given_up, *apart]
        yield f"| {peer.title} | " + " | ".join(map(str, counts)) + " |"
    yield ""
    yield "Passes are those with a ratio; where the peer gave up at the cap, we count as ahead."
    yield f"Apart from them: {', '.join(APART)}."
    yield ""


def ratio(outcome: dict[str, Any], name: str, mode: str) -> float | None:
    """Return a peer's time over that of our layer; of one that was given up, the least it took."""
    ours, theirs = (_median(outcome, each, mode) for each in ("ours", name))
    if ours is None and theirs is None:
        return None
    ours = ours or _cap(outcome, "ours", mode)
    theirs = theirs or _cap(outcome, name, mode)
    return theirs / ours if ours and theirs else None


def _cap(outcome: dict[str, Any], name: str, mode: str) -> float | None:
    return float(outcome["cap"]) if _given_up(outcome, name, mode).startswith(">") else None


def _was_run(outcome: dict[str, Any], mode: str) -> bool:
    return any(mode in (*e["median"], *e["given_up"]) for e in outcome["engines"].values())


def _median(outcome: dict[str, Any], name: str, mode: str) -> float | None:
    value = outcome["engines"].get(name, {}).get("median", {}).get(mode)
    return None if value is None else float(value)


def _given_up(outcome: dict[str, Any], name: str, mode: str) -> str:
    return str(outcome["engines"].get(name, {}).get("given_up", {}).get(mode, ""))


def _section(
    title: str, dtype: str, mode: str, head: dict[str, Any], outcomes: list[dict[str, Any]]
) -> Iterator[str]:
    rows = [o for o in outcomes if o["cell"]["dtype"] == dtype and _was_run(o, mode)]
    if not rows:
        return
    names = [name for name in ENGINES if name in head["versions"]]
    yield f"**{title}**: milliseconds, in brackets the peer's over our layer's."
    yield ""
    yield "| cell | " + " | ".join(ENGINES[name].title for name in names) + " |"
    yield "|---" * (len(names) + 1) + "|"
    for outcome in sorted(rows, key=_place):
        shown = [_shown(outcome, name, mode) for name in names]
        yield f"| {Cell(**outcome['cell']).title} | " + " | ".join(shown) + " |"
    yield ""


def _place(outcome: dict[str, Any]) -> tuple[int, int, int]:
    cell = Cell(**outcome["cell"])
    return list(FAMILIES).index(cell.family), cell.batch, cell.n


def _shown(outcome: dict[str, Any], name: str, mode: str) -> str:
    median, given_up = _median(outcome, name, mode), _given_up(outcome, name, mode)
    if median is None:
        if given_up.startswith(NOT_ASKED):
            return NOT_ASKED
        return given_up if gave_up(given_up) else "none"
    engine = outcome["engines"][name]
    text = f"{1e3 * median:.3g}"
    found = ratio(outcome, name, mode)
    if found and not name.startswith("ours"):
        text += f" ({found:.3g}x)"
    if engine["first"].get(mode) == median:
        text += " (first call)"
    if name == "tensorcircuit":
        text += f", compiled in {engine['first'][mode]:.0f} s"
    return text + (" *" if engine["differs"] else "")


def _behind(head: dict[str, Any], outcomes: list[dict[str, Any]]) -> Iterator[str]:
    rows = [
        _row_behind(outcome, mode, peer, head["machine"])
        for outcome in outcomes
        for mode in TITLES
        for peer in PEERS
        if (ratio(outcome, peer.name, mode) or 2) < 2
    ]
    if rows:
        yield "Where a peer is less than 2x behind, and what the machine's peaks allow:"
        yield ""
        yield "| cell | pass | peer | ratio | ours, ms | engine alone, ms | roofline, ms |"
        yield "|---|---|---|---|---|---|---|"
        yield from rows
        yield ""


def _row_behind(outcome: dict[str, Any], mode: str, peer: Engine, peaks: dict[str, Any]) -> str:
    cell = Cell(**outcome["cell"])
    alone = _median(outcome, "ours_engine", mode) or float("nan")
    seconds = (_median(outcome, "ours", mode) or 0.0, alone, least_seconds(cell, mode, peaks))
    figures = " | ".join(f"{1e3 * each:.3g}" for each in seconds)
    found = ratio(outcome, peer.name, mode)
    title = f"{cell.title}, {cell.dtype} | {TITLES[mode].lower()} | {peer.title}"
    return f"| {title} | {found:.2f} | {figures} |"


def _notes(head: dict[str, Any], outcomes: list[dict[str, Any]]) -> Iterator[str]:
    """Say what differs from default.qubit, why there is no figure, and which cells are left."""
    differs: dict[str, float] = {}
    reasons: dict[tuple[str, str], int] = {}
    for outcome in outcomes:
        for name, engine in outcome["engines"].items():
            if engine["differs"]:
                differs[name] = max(differs.get(name, 0.0), engine["differs"])
            for reason in set(engine["given_up"].values()):
                if not (gave_up(reason) or reason.startswith(NOT_ASKED)):
                    reasons[name, reason] = reasons.get((name, reason), 0) + 1
    for name, value in differs.items():
        yield f"- \\* {ENGINES[name].title} differs from default.qubit by up to {value:.1e}"
    for (name, reason), count in reasons.items():
        yield f"- none: {ENGINES[name].title} in {count} cells, {reason}"
    left = journal.left_out(head, outcomes)
    if left:
        cells = "; ".join(f"{cell.title}, {cell.dtype}" for cell in left)
        yield f"- left out, {len(left)} of {len(head['cells'])} cells: {cells}"


if __name__ == "__main__":
    print(markdown(Path(sys.argv[1])))
