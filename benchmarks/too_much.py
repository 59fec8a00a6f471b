"""Remembers what was too much for an engine, so that nothing larger is asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.cells import MODES, Cell
from benchmarks.peers import PEERS

NOT_ASKED = "not asked"
PEER_NAMES = {peer.name for peer in PEERS}


def gave_up(reason: str) -> bool:
    """Whether an engine was asked, and took too long or too much memory."""
    return reason.startswith(">") or reason == "memory"


class TooMuch:
    """Which passes an engine gave up, or a peer took long to begin.

    A pass is larger than another of the same family if it has no fewer wires, no fewer samples, no
    lower precision, and does not leave out the backward half.

    Args:
        long: The seconds of a peer's first call, after which larger passes are not asked.
    """

    def __init__(self, long: float) -> None:
        self.long = long
        self._found: dict[str, list[tuple[Cell, str, str]]] = {}

    def note(self, name: str, mode: str, cell: Cell, given_up: str, first: float) -> None:
        """Take in what became of a pass.

        Args:
            name: The engine.
            mode: ``"forward"`` or ``"step"``.
            cell: The cell.
            given_up: Why there is no figure; empty if there is one.
            first: The seconds of its first call; 0 if it did not return.
        """
        reason = given_up if gave_up(given_up) else ""
        if not reason and name in PEER_NAMES and first > self.long:
            reason = f"{first:.0f} s to begin"
        if reason:
            self._found.setdefault(name, []).append((cell, mode, reason))

    def learn(self, outcome: Mapping[str, Any]) -> None:
        """Take in a cell's recorded outcome."""
        cell = Cell(**outcome["cell"])
        for name, engine in outcome["engines"].items():
            for mode in MODES:
                given_up, first = engine["given_up"].get(mode, ""), engine["first"].get(mode, 0.0)
                self.note(name, mode, cell, given_up, first)

    def why_not(self, name: str, mode: str, cell: Cell) -> str:
        """Return why an engine is not asked for a pass, or nothing if it is."""
        for other, passed, reason in self._found.get(name, []):
            # "float32" and "forward" sort before "float64" and "step".
            pairs = zip(_size(other, passed), _size(cell, mode), strict=True)
            if other.family == cell.family and all(small <= large for small, large in pairs):
                return f"{NOT_ASKED}: {reason} at {other.title}, {other.dtype}, {passed}"
        return ""


def _size(cell: Cell, mode: str) -> tuple[Any, ...]:
    return cell.n, cell.batch, cell.dtype, mode
