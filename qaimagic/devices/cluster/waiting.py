"""Waits for the parts of a submission, tells how far it is, and lets go of them on an interrupt."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import CancelledError
from typing import Any

from qaimagic._clock import Phase
from qaimagic.errors import DeviceError

_PATIENCE = 2.0
"""After how many seconds a submission says how far it is."""
_EVERY = 0.5


def gathered(client: Any, futures: Sequence[Any], sizes: Sequence[int], name: str) -> list[Any]:
    """Return the results of futures in order; whatever goes wrong, none of them stays behind.

    Args:
        client: Whose futures they are.
        futures: One for each part.
        sizes: The number of circuits in each.
        name: The device's name, for the line that tells how far it is.

    Raises:
        DeviceError: If the scheduler is lost, workers die of one part again and again, or lack a
            package.
    """
    from distributed import KilledWorker

    try:
        with _Line(name, client) as line:
            _wait(client, futures, sizes, line)
        with Phase("transfer"):
            found: list[Any] = client.gather(futures)
    except KilledWorker as error:
        raise DeviceError(
            f"Several workers ended while they ran the same circuits on `{name}`. They may lack "
            "memory: use fewer wires, or fewer workers on each machine."
        ) from error
    except CancelledError as error:
        raise DeviceError(
            f"The scheduler of `{name}` was lost while circuits ran; none of them counts. Check "
            "that it runs, and run the cell again."
        ) from error
    except ModuleNotFoundError as error:
        raise DeviceError(
            f"A worker of `{name}` lacks a package: {error}. Workers need the same packages as "
            "the notebook, in the same versions."
        ) from error
    finally:
        with contextlib.suppress(Exception):
            client.cancel([future for future in futures if not future.done()])
    return found


def _wait(client: Any, futures: Sequence[Any], sizes: Sequence[int], line: _Line) -> None:
    """Return when all futures are done, or one of them has failed."""
    from distributed import wait

    total = sum(sizes)
    pending = list(futures)
    while pending and not any(future.status in ("error", "cancelled") for future in futures):
        with contextlib.suppress(TimeoutError), client.as_current():
            wait(pending, timeout=_EVERY, return_when="FIRST_COMPLETED")
        pending = [future for future in futures if not future.done()]
        ready = sum(n for future, n in zip(futures, sizes, strict=True) if future.done())
        line.say(ready, total)


class _Line:
    """A line that says how far a long submission is, and is gone when it ends."""

    def __init__(self, name: str, client: Any) -> None:
        self._name = name
        self._client = client
        self._next = time.monotonic() + _PATIENCE
        self._length = 0
        self._is_silent = os.environ.get("QAIMAGIC_STATIC", "") not in ("", "0")

    def __enter__(self) -> _Line:
        return self

    def __exit__(self, *_: object) -> None:
        if self._length:
            self._write("")
            self._write("\r", end="")

    def say(self, ready: int, total: int) -> None:
        """Tell it, once a second at most."""
        if self._is_silent or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + 1
        workers = len(self._client.scheduler_info(n_workers=-1)["workers"])
        where = f"{workers} worker{'' if workers == 1 else 's'}" if workers else "no workers yet"
        self._write(f"qaimagic: {ready} of {total} circuits on {self._name} ({where})")

    def _write(self, text: str, end: str = "") -> None:
        with contextlib.suppress(OSError, ValueError):
            print(f"\r{text.ljust(self._length)}", end=end, file=sys.stderr, flush=True)
        self._length = len(text)
