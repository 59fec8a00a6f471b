"""A run in JupyterLab or Notebook 7: curves one can look into, and buttons that stop and pause."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from qaimagic.training.events import Event, RunEnded, StepEnded
from qaimagic.training.loop.interrupt import note_pause, request_stop, stop_requested
from qaimagic.training.watch.alarm_words import alarm_title
from qaimagic.training.watch.monitor_page import PageMonitor
from qaimagic.training.watch.panels import curves_of
from qaimagic.widgets._kept import keep
from qaimagic.widgets._messages import answer_on_subshell, deliver
from qaimagic.widgets.monitor import Monitor

if TYPE_CHECKING:
    from qaimagic.training.run import TrainingRun

_PATIENCE = 3.0
"""After how many seconds without an answer there is nobody to click, and a drawing is shown."""
_LISTENS = 0.05
"""How often, in seconds, messages are looked for."""


class WidgetMonitor(PageMonitor):
    """Shows a run in a widget; as a `PageMonitor` does while no front end answers.

    When the run ends its lasting picture stands there, and comes to life to be looked into.

    Args:
        clock: Gives the time in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        super().__init__(clock)
        self._widget: Monitor | None = None
        self._shown_at = 0.0
        self._is_in_sight = False
        self._listen_at = 0.0
        self._pausing = threading.Event()
        self._stopping = threading.Event()

    def __call__(self, event: Event) -> None:
        """Take note of ``event``, and do what was clicked meanwhile."""
        super().__call__(event)
        if isinstance(event, RunEnded):
            self._leave()
        elif isinstance(event, StepEnded) and self._widget is not None:
            self._obey(self._widget)

    def _draw(self) -> None:
        if self._widget is None and self._progress.started is not None:
            self._widget = Monitor(self._curves.tables, self._hear)
            answer_on_subshell(self._widget)
            self._shown_at = self._clock()
        widget = self._widget
        if widget is None or not (widget.is_answered or self._is_waiting()):
            self._is_in_sight = False
            super()._draw()
            return
        if not self._is_in_sight:
            self._is_in_sight = True
            self._show({"text/html": widget.alive(self._html()), "text/plain": self._text()})
        self._tell(widget)

    def _is_waiting(self) -> bool:
        return self._clock() - self._shown_at < _PATIENCE

    def _alive(self, svg: str, run: TrainingRun) -> str:
        curves = curves_of(run)
        panels = [asdict(panel) for panel in curves.layout()]
        widget = Monitor(curves.tables, panels=panels, state="ended")
        keep(widget)
        return widget.alive(svg)

    def _leave(self) -> None:
        if self._widget is not None:
            self._widget.close()
            self._widget = None

    def _tell(self, widget: Monitor) -> None:
        """Send what has changed."""
        widget.lines = list(self._lines)
        widget.alarms = [{"title": alarm_title(a), "message": a.message} for a in self._alarms]
        widget.panels = [asdict(panel) for panel in self._curves.layout()]
        widget.fraction = self._progress.fraction
        widget.status = self._status()
        if self._glimpse is not None:
            widget.glimpse = {"svg": self._glimpse.svg, "text": self._glimpse.text}
        widget.flush()

    def _hear(self, command: str) -> None:
        # On whatever thread the message arrives: it only sets events.
        if command == "stop":
            self._stopping.set()
        elif command == "pause":
            self._pausing.set()
        elif command == "resume":
            self._pausing.clear()

    def _obey(self, widget: Monitor) -> None:
        now = self._clock()
        if now >= self._listen_at:
            deliver(widget)
            self._listen_at = self._clock() + _LISTENS
        if self._pausing.is_set() and not self._stopping.is_set():
            self._wait(widget)
        if self._stopping.is_set():
            widget.state = "stopping"
            request_stop()

    def _wait(self, widget: Monitor) -> None:
        """Wait until someone clicks, or interrupts."""
        began = self._clock()
        self._tell(widget)
        widget.state = "paused"
        while self._pausing.is_set() and not self._stopping.is_set() and not stop_requested():
            time.sleep(_LISTENS)
            deliver(widget)
            widget.flush()
        widget.state = "running"
        seconds = self._clock() - began
        self._progress.pause(seconds)
        note_pause(seconds)
