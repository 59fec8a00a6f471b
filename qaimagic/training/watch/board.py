"""Where the events of a run are told: to the display, to trackers, to your own functions."""

from __future__ import annotations

from collections.abc import Sequence

from qaimagic.training.events import Event, Listener, Notice
from qaimagic.training.watch.monitor import monitor


class Board:
    """Passes events on to every listener, and keeps the notices.

    Args:
        live: As in ``train``: how to show the run.
        listeners: Further functions to call with every event.

    Attributes:
        notices: The sentences told so far.
    """

    def __init__(self, live: bool | None, listeners: Sequence[Listener]) -> None:
        self.live, self.listeners = live, tuple(listeners)
        self.notices: list[str] = []
        self._hearers = (monitor(live), *self.listeners)

    def emit(self, event: Event) -> None:
        """Tell ``event`` to everyone, in order."""
        for hear in self._hearers:
            hear(event)

    def say(self, message: str) -> None:
        """Tell one sentence about what was chosen, cast or decided."""
        self.notices.append(message)
        self.emit(Notice(message))

    def again(self) -> Board:
        """Return a board for a run that goes on, with the same listeners and a new display."""
        board = Board(self.live, self.listeners)
        board.notices = list(self.notices)
        return board
