"""Where the events of a run are told: to the display, to trackers, to your own functions."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from qaimagic.training.events import Event, Listener, Notice, RunEnded, RunStarted
from qaimagic.training.watch.monitor import monitor


class Board:
    """Passes events on to every listener, and keeps the notices.

    What is said before the run starts waits until it does: a run that is refused says only why.

    Args:
        live: How to show the run, as in ``train``, or the listener that shows it.
        listeners: Further functions to call with every event.

    Attributes:
        notices: The sentences told so far.
    """

    def __init__(self, live: bool | Listener | None, listeners: Sequence[Listener]) -> None:
        self.live, self.listeners = live, tuple(listeners)
        self.notices: list[str] = []
        shown = live if callable(live) else monitor(live)
        self._hearers = (shown, *self.listeners)
        self._waiting: list[Notice] | None = []

    def emit(self, event: Event) -> None:
        """Tell ``event`` to everyone, in order."""
        if isinstance(event, RunStarted):
            waiting, self._waiting = self._waiting or [], None
            for notice in waiting:
                self.emit(notice)
        for hear in self._hearers:
            hear(event)

    def join(self, listener: Listener) -> None:
        """Let ``listener`` hear every event as well, after everyone else."""
        self._hearers = (*self._hearers, listener)

    def say(self, message: str) -> None:
        """Tell one sentence about what was chosen, cast or decided."""
        self.notices.append(message)
        if self._waiting is None:
            self.emit(Notice(message))
        else:
            self._waiting.append(Notice(message))

    def give_up(self, event: RunEnded) -> None:
        """Tell that an exception ended the run, to everyone who still listens."""
        for hear in self._hearers:
            with suppress(Exception):
                hear(event)

    def again(self) -> Board:
        """Return a board for a run that goes on, with the same listeners and a new display."""
        board = Board(self.live, self.listeners)
        board.notices = list(self.notices)
        return board
