"""The first interrupt asks a loop to stop, the second one ends it at once."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Any


class StopSwitch:
    """Turn the first interrupt into a request, so that no step is ever torn apart.

    Inside the ``with`` block the first SIGINT (Ctrl-C, or the square button of Jupyter) only turns
    ``requested`` to True: the loop finishes its step and ends in good order. A second one raises
    ``KeyboardInterrupt`` there and then. On the way out the handler that was in force before, such
    as the kernel's own, is put back. A request made in an inner switch also reaches the switches
    around it: whoever interrupts wants the cell to end, not one loop of it.

    Python delivers signals to the main thread alone; in any other thread only `request_stop` asks.

    Attributes:
        paused: Seconds since the block was entered in which the loop waited for its user.

    Example:
        >>> with StopSwitch() as stop:
        ...     for step in range(3):
        ...         if stop.requested:
        ...             break
        >>> stop.requested
        False
    """

    def __init__(self) -> None:
        self.paused = 0.0
        self._requested = False
        self._installed = False
        self._previous: Any = None

    @property
    def requested(self) -> bool:
        """Whether an interrupt has arrived since the block was entered."""
        return self._requested

    def __enter__(self) -> StopSwitch:
        self._requested, self.paused = False, 0.0
        _entered.switches.append(self)
        previous = signal.getsignal(signal.SIGINT)
        in_main_thread = threading.current_thread() is threading.main_thread()
        # None: a handler that was not set from Python, which we could not put back.
        if in_main_thread and previous is not None:
            signal.signal(signal.SIGINT, self._handle)
            self._previous = previous
            self._installed = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        _entered.switches.remove(self)
        if self._installed:
            signal.signal(signal.SIGINT, self._previous)
            self._installed = False

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        if self._requested:
            raise KeyboardInterrupt
        request_stop()


class _Entered(threading.local):
    """The switches that a thread is in, the outermost first."""

    def __init__(self) -> None:
        self.switches: list[StopSwitch] = []


_entered = _Entered()


def request_stop() -> None:
    """Ask the loops of this thread to stop after their step, as an interrupt would."""
    for switch in _entered.switches:
        switch._requested = True


def stop_requested() -> bool:
    """Return whether the innermost loop of this thread was asked to stop."""
    return bool(_entered.switches) and _entered.switches[-1].requested


def note_pause(seconds: float) -> None:
    """Tell the loops of this thread that they waited so long for their user."""
    for switch in _entered.switches:
        switch.paused += seconds
