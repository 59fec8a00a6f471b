"""Threads of our own for kernels that release the interpreter's lock.

numba's parallel loops end the process in a forked child, or when two threads call at once. Here the
calling thread does a share of the work, and whatever of the rest no worker has begun: so a call
ends also where there are no workers, or where other callers keep them busy.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue

import torch

from qaimagic.engine import machine

_PATIENCE = 1.0

Work = Callable[[int, int, int], object]


def n_threads() -> int:
    """Return how many threads to use: as many as torch, and no more than there are cores."""
    return min(torch.get_num_threads(), machine.cores())


def run_parts(work: Work, n_parts: int, threads: int, n_shares: int | None = None) -> None:
    """Call ``work(share, start, stop)`` on ranges that cover 0 to ``n_parts``, and wait for all.

    The ranges follow from ``n_parts`` and ``n_shares`` alone. What threads run them, and in which
    order, is open: sums are the same from run to run where each share has its own.

    Args:
        work: Called once for each share, from several threads at the same time. It should
            release the interpreter's lock.
        n_parts: The number of parts, such as tiles of a batch.
        threads: The number of threads, the calling one included.
        n_shares: The number of ranges, from one for each thread to several, which balances the
            load where threads are not equally fast; there are never more ranges than parts.

    Raises:
        BaseException: What the first failing share raised; shares that nobody has begun by then
            are left out.
    """
    shares = split(n_parts, n_shares or threads)
    helpers = min(threads, len(shares)) - 1
    if helpers < 1:
        for share in shares:
            work(*share)
        return
    pool = _pool
    call = _Call(work, shares)
    try:
        for _ in range(min(helpers, pool.grown_to(helpers))):
            pool.calls.put(call)
        call.run()
    finally:
        call.settle(pool.workers)
    if call.errors:
        error = min(call.errors)[1]
        call.errors.clear()
        try:
            raise error
        finally:
            del error


def split(n_parts: int, n_shares: int) -> list[tuple[int, int, int]]:
    """Return triples of a share's number, start and stop; their lengths differ by one at most.

    Example:
        >>> split(5, 2)
        [(0, 0, 2), (1, 2, 5)]
    """
    n_shares = min(n_parts, n_shares)
    bounds = [n_parts * share // n_shares for share in range(n_shares + 1)] if n_shares else [0]
    return [(share, bounds[share], bounds[share + 1]) for share in range(n_shares)]


class _Call:
    """One call of `run_parts` on its way."""

    __slots__ = ("_ended", "_shares", "_work", "errors")

    def __init__(self, work: Work, shares: list[tuple[int, int, int]]) -> None:
        self._work = work
        self._shares = deque(shares)
        self._ended: SimpleQueue[None] = SimpleQueue()
        self.errors: list[tuple[int, BaseException]] = []

    def run(self) -> None:
        """Run shares until there are none left."""
        while True:
            try:
                share = self._shares.popleft()
            except IndexError:
                return
            try:
                self._work(*share)
            except BaseException as error:
                self.errors.append((share[0], error))
                self._shares.clear()

    def settle(self, workers: list[_Worker]) -> None:
        """Let no more shares begin, and wait for those that workers have begun.

        An interrupt on the way is raised at the end: until then workers write to the arrays.
        """
        interrupt = None
        while True:
            try:
                self._shares.clear()
                for worker in workers:
                    while worker.call is self:
                        self._ended.get()
                break
            except KeyboardInterrupt as error:
                interrupt = error
        if interrupt is not None:
            raise interrupt

    def leave(self) -> None:
        """Tell the caller that a worker has ended."""
        self._ended.put(None)


class _Worker:
    """A thread that waits for calls and helps with them."""

    def __init__(self) -> None:
        self.call: _Call | None = None

    def serve(self, calls: SimpleQueue[_Call | None]) -> None:
        """Help with one call after another, until there is None."""
        while True:
            call = calls.get()
            if call is None:
                return
            # Set before a share is taken: who sees another call here knows that none will be.
            self.call = call
            call.run()
            self.call = None
            call.leave()
            # While it waits a worker keeps no arrays alive.
            del call


class _Pool:
    """The workers of this process, made when they are first needed."""

    def __init__(self) -> None:
        self.calls: SimpleQueue[_Call | None] = SimpleQueue()
        self.workers: list[_Worker] = []
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()

    def grown_to(self, number: int) -> int:
        """Return how many workers there are, after making up to ``number`` of them."""
        if len(self.workers) < number:
            with self._lock:
                while len(self.workers) < number and self._has_grown():
                    pass
        return len(self.workers)

    def _has_grown(self) -> bool:
        """Add a worker, where another thread can be had."""
        worker = _Worker()
        name = f"qaimagic-{len(self.workers) + 1}"
        thread = threading.Thread(target=worker.serve, args=(self.calls,), name=name, daemon=True)
        # Listed before it starts: whoever waits for a call asks every worker on the list.
        self.workers.append(worker)
        try:
            thread.start()
        except RuntimeError:
            self.workers.remove(worker)
            return False
        self._threads.append(thread)
        return True

    def dismiss(self) -> None:
        """End the workers, and wait for them for a moment."""
        for _ in self._threads:
            self.calls.put(None)
        for thread in self._threads:
            thread.join(_PATIENCE)


_pool = _Pool()


def _start_afresh() -> None:
    """Forget the workers of the process that this one was forked from."""
    global _pool
    _pool = _Pool()


def _end() -> None:
    """Dismiss the workers: one that still runs while Python goes may take the process with it."""
    _pool.dismiss()


atexit.register(_end)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_afresh)
