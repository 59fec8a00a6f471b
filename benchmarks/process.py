"""The grid's side of a worker: one engine in a process of its own, asked line by line."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import dev
from benchmarks.peers import Engine, log_of

LARGEST_SHARE = 0.6
"""The share of the machine's memory at which a worker is ended."""


class GivenUpError(Exception):
    """A worker that could not answer; says why in a few words."""


class Worker:
    """Starts an engine's process when it is first asked, and anew after it was ended.

    Args:
        engine: Which one.
        threads: How many threads its libraries may use.

    Attributes:
        holds: What its process has built, set by whoever asks; nothing once that ended.
    """

    def __init__(self, engine: Engine, threads: int) -> None:
        self.engine = engine
        self.holds: object = None
        self._environment = {
            **os.environ,
            "OMP_NUM_THREADS": str(threads),
            "MKL_NUM_THREADS": str(threads),
            "NUMBA_NUM_THREADS": str(threads),
            "PYTHONWARNINGS": "ignore",
        }
        if threads == 1:
            flags = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
            self._environment["XLA_FLAGS"] = flags
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._largest = LARGEST_SHARE * total_memory()

    def ask(self, seconds: float, **message: Any) -> dict[str, Any]:
        """Return the worker's answer.

        Raises:
            GivenUpError: If it refuses, takes longer, needs too much memory, or dies.
        """
        if self._process is None:
            self._start()
        assert self._process is not None
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(message) + "\n")
            self._process.stdin.flush()
        reply = self._wait(seconds)
        if "refused" in reply:
            reason = str(reply["refused"])
            raise GivenUpError("memory" if "can't allocate memory" in reason else reason)
        return reply

    def end(self) -> None:
        """End the process, if there is one."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
            self.holds = None

    def _start(self) -> None:
        log = log_of(self.engine).open("a", encoding="utf-8")
        self._lines = queue.SimpleQueue()
        self._process = subprocess.Popen(
            [self.engine.python, "-m", "benchmarks.worker", self.engine.name],
            cwd=dev.ROOT,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        log.close()
        reader = threading.Thread(target=_read, args=(self._process, self._lines), daemon=True)
        reader.start()

    def _wait(self, seconds: float) -> dict[str, Any]:
        assert self._process is not None
        until = time.monotonic() + seconds
        while True:
            try:
                line = self._lines.get(timeout=0.25)
            except queue.Empty:
                if time.monotonic() > until:
                    self.end()
                    raise GivenUpError(f">{seconds:.0f} s") from None
                if resident_bytes(self._process.pid) > self._largest:
                    self.end()
                    raise GivenUpError("memory") from None
                continue
            if line:
                return dict(json.loads(line))
            self.end()
            raise GivenUpError("died")


def _read(process: subprocess.Popen[str], lines: queue.SimpleQueue[str]) -> None:
    """Hand lines on as they come; an empty one says that there are no more."""
    assert process.stdout is not None
    for line in process.stdout:
        lines.put(line)
    lines.put("")


def resident_bytes(pid: int) -> int:
    """Return the memory that a process holds, or 0 where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def total_memory() -> float:
    """Return the machine's memory in bytes, or infinity where the system does not tell."""
    try:
        return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, ValueError):
        return float("inf")
