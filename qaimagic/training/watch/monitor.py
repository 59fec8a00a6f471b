"""See a run while it goes: a drawing in a notebook, lines of text elsewhere."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from qaimagic.training.events import (
    Alarm,
    EpochEnded,
    Event,
    Listener,
    Notice,
    RunEnded,
    RunStarted,
    StepEnded,
)
from qaimagic.training.record.table import table_text
from qaimagic.training.watch.alarm_words import alarm_line
from qaimagic.training.watch.place import has_widgets, in_kernel
from qaimagic.training.watch.progress import (
    Progress,
    epoch_line,
    first_line,
    step_line,
)

_LINES = 10
_PATIENCE = 10.0


def monitor(live: bool | None = None) -> Listener:
    """Return a listener that shows a run in the manner that fits the place.

    In a notebook the curves grow while the run goes, and stay as a static picture with its data
    when it ends; in JupyterLab and Notebook 7 there are buttons to stop and pause the run.
    Elsewhere short lines are printed.

    Args:
        live: None to draw in a notebook and print elsewhere; False for text that is the same at
            every run, without timings, with the picture at the end in a notebook. True is None.
            ``QAIMAGIC_STATIC=1`` in the environment means False everywhere.

    Example:
        >>> listener = monitor(live=False)
        >>> listener(Notice("The targets were cast to int64."))
        The targets were cast to int64.
    """
    static = is_static(live)
    if not in_kernel():
        return TextMonitor(timings=not static)
    from qaimagic.training.watch.monitor_page import PageMonitor, show_result

    if static:
        return TextMonitor(timings=False, at_end=show_result)
    if not has_widgets():
        return PageMonitor()
    from qaimagic.training.watch.monitor_widget import WidgetMonitor

    return WidgetMonitor()


def is_static(live: bool | None) -> bool:
    """Return whether text is to be the same at every run, without timings; see `monitor`."""
    return live is False or os.environ.get("QAIMAGIC_STATIC", "") not in ("", "0")


class TextMonitor:
    """Prints a run in a few lines: about ten for its course, whatever its length.

    Args:
        timings: Whether lines tell the time, and a slow run prints further lines to show that it
            lives. Without them the text is the same at every run.
        at_end: Called with the last event, after its line.
    """

    def __init__(self, *, timings: bool, at_end: Callable[[RunEnded], None] | None = None) -> None:
        self._timings = timings
        self._at_end = at_end
        self._progress = Progress()
        self._printed = time.perf_counter()

    def __call__(self, event: Event) -> None:
        """Print what is worth a line."""
        self._progress(event)
        started = self._progress.started
        if isinstance(event, StepEnded):
            if self._step_is_due(event, started):
                self._tell(step_line(event, started))
        elif isinstance(event, EpochEnded):
            if _is_due(event.epoch, started.total_epochs if started else None):
                self._tell(epoch_line(event, started))
        elif isinstance(event, RunStarted):
            _print(first_line(event))
        elif isinstance(event, Alarm):
            _print(alarm_line(event))
        elif isinstance(event, Notice):
            _print(event.message)
        elif isinstance(event, RunEnded):
            _print(event.message)
            if len(event.run.table) > 1:
                _print(*table_text(event.run.table, event.run.metric))
            if self._at_end is not None:
                self._at_end(event)

    def _step_is_due(self, event: StepEnded, started: RunStarted | None) -> bool:
        if self._timings and time.perf_counter() - self._printed > _PATIENCE:
            return True
        in_epochs = started is not None and (started.total_epochs or 0) > 1
        return not in_epochs and _is_due(event.step, started.total_steps if started else None)

    def _tell(self, line: str) -> None:
        self._printed = time.perf_counter()
        _print(f"{line} ({self._progress.pace()})" if self._timings else line)


def _print(*lines: str) -> None:
    # One write: a kernel may send two apart, and then a saved notebook differs from run to run.
    print("".join(f"{line}\n" for line in lines), end="", flush=True)


def _is_due(count: int, total: int | None) -> bool:
    """Return whether ``count`` is one of about ten that get a line."""
    if total is None:
        digits = str(count)
        return digits[0] in "125" and not digits[1:].strip("0")
    return count in (1, total) or count % max(1, -(-total // _LINES)) == 0
