"""Where the time of a run goes: a clock with one hand, which always points at one phase.

Whoever begins something that takes time turns the hand, and turns it back at its end, so that a
phase within another one is subtracted from it, and all phases together are the whole. With no clock
running, a phase costs a fraction of a microsecond.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from time import perf_counter_ns
from types import TracebackType
from typing import Literal, get_args

PhaseName = Literal[
    "classical", "tracing", "compiling", "transfer", "queueing", "executing", "other"
]
PHASES: tuple[PhaseName, ...] = get_args(PhaseName)
_SECOND = 1e9

_running: ContextVar[Clock | None] = ContextVar("running", default=None)


class Clock:
    """Adds up what each phase takes.

    Args:
        otherwise: The phase that everything belongs to which is in no other one.

    Attributes:
        spent: Nanoseconds by phase, up to the last turn of the hand.

    Example:
        >>> clock = Clock()
        >>> with clock.running(), Phase("executing"):
        ...     answer = sum(range(1000))
        >>> clock.seconds()["executing"] > 0
        True
    """

    def __init__(self, otherwise: PhaseName = "other") -> None:
        self.spent: dict[PhaseName, int] = dict.fromkeys(PHASES, 0)
        self._otherwise = self._hand = otherwise
        self._since: int | None = None

    @contextmanager
    def running(self) -> Iterator[None]:
        """Within the context, let phases of this thread count here."""
        before = _running.get()
        _running.set(self)
        self._since, self._hand = perf_counter_ns(), self._otherwise
        try:
            yield
        finally:
            self.turn(self._otherwise)
            self._since = None
            _running.set(before)

    def turn(self, phase: PhaseName) -> PhaseName:
        """Turn the hand to ``phase``, and return the one that it pointed at."""
        before = self._hand
        if self._since is not None:
            now = perf_counter_ns()
            self.spent[before] += now - self._since
            self._since = now
        self._hand = phase
        return before

    def seconds(self) -> dict[PhaseName, float]:
        """Return the seconds of each phase up to now."""
        self.turn(self._hand)
        return {phase: spent / _SECOND for phase, spent in self.spent.items()}

    def move(self, source: PhaseName, target: PhaseName, seconds: float) -> None:
        """Count some of what ``source`` has taken as ``target``'s."""
        moved = round(seconds * _SECOND)
        self.spent[source] -= moved
        self.spent[target] += moved


class Phase:
    """Within the context, let the running clock of this thread count for one phase.

    Args:
        name: The phase.
    """

    __slots__ = ("_before", "_begun", "_clock", "_name")

    def __init__(self, name: PhaseName) -> None:
        self._name = name

    def __enter__(self) -> Phase:
        self._clock = clock = _running.get()
        if clock is not None:
            self._before = clock.turn(self._name)
            self._begun = clock.spent[self._name]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._clock is not None:
            self._clock.turn(self._before)

    def held(self, seconds: Mapping[PhaseName, float]) -> None:
        """Say what happened elsewhere meanwhile, as one who has waited learns at the end.

        It is subtracted from the phase. What others say they took is scaled down where it is more
        than the phase has taken by this clock.

        Args:
            seconds: Seconds by phase.
        """
        clock = self._clock
        if clock is None:
            return
        clock.turn(self._name)
        there = (clock.spent[self._name] - self._begun) / _SECOND
        told = sum(seconds.values())
        scale = min(1.0, there / told) if told > 0 else 0.0
        for name, share in seconds.items():
            clock.move(self._name, name, scale * share)


def running_clock() -> Clock | None:
    """Return the clock that runs in this thread, or None."""
    return _running.get()
