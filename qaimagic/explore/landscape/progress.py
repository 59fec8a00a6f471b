"""How far a landscape is, said while it takes its time."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any

from qaimagic.training.watch.monitor import is_static
from qaimagic.training.watch.place import in_kernel

_PATIENCE = 1.0
_EVERY = 0.25


class Progress:
    """Says after a second, and four times a second from then on, how many points are done.

    In a notebook it says so in one line of output, on a terminal in one line of its own, which is
    empty again in the end; with ``QAIMAGIC_STATIC=1`` and where nobody looks it says nothing.

    Args:
        total: How many points there will be.
    """

    def __init__(self, total: int) -> None:
        self._total = total
        self._in_kernel = in_kernel()
        self._silent = is_static(None) or not (self._in_kernel or sys.stderr.isatty())
        self._began = self._next = 0.0
        self._handle: Any = None

    def __enter__(self) -> Progress:
        self._began = time.perf_counter()
        self._next = self._began + _PATIENCE
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._next > self._began + _PATIENCE:
            self._say("")

    def tell(self, done: int) -> None:
        """Take note that so many points are done."""
        now = time.perf_counter()
        if self._silent or now < self._next:
            return
        self._next = now + _EVERY
        left = (now - self._began) * (self._total - done) / done
        self._say(f"{done:,} of {self._total:,} points, about {left:.0f} s left")

    def _say(self, line: str) -> None:
        if not self._in_kernel:
            print(f"\r{line:60}\r", end="", file=sys.stderr, flush=True)
            return
        from IPython.display import display

        # With an empty text alone, or with nothing, some pages show an empty line, or a warning.
        bundle = {"text/plain": line} if line else {"text/html": "", "text/plain": ""}
        if self._handle is None:
            self._handle = display(  # type: ignore[no-untyped-call]
                bundle, raw=True, display_id=True
            )
        else:
            self._handle.update(bundle, raw=True)
