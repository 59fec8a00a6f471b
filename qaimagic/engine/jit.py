"""The compiler: whether there is one, what it compiles, and a line where it takes its time.

numba is imported when the first kernel is needed, not before: whoever needs one asks `available`,
and imports the modules that hold kernels after that.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from qaimagic.engine.kernel_files import KernelFiles

_PATIENCE = 1.0
_trouble: str | None = None
_ours: set[Any] = set()
_lock = threading.Lock()
_asked = False


def available() -> bool:
    """Return whether kernels can be compiled here; the first time they cannot, say so once."""
    global _asked
    with _lock:
        if not _asked:
            _asked = True
            _start()
    return _trouble is None


def give_up(reason: str) -> None:
    """From here on, run without kernels, and say once why."""
    global _trouble
    if _trouble is None:
        _trouble = reason
        _say(f"the engine runs without compiled kernels, and slower: {reason}")


def compiled(function: Callable[..., Any]) -> Any:
    """Compile ``function`` at its first call, or take it from a file an earlier process left.

    It releases the interpreter's lock while it runs, divides as NumPy does, and may contract a
    product and a sum into one operation.
    """
    import numba

    options = {"nogil": True, "error_model": "numpy", "fastmath": {"contract", "nsz"}}
    dispatcher = numba.njit(**options)(function)
    dispatcher._cache = KernelFiles(function)
    _ours.add(dispatcher)
    return dispatcher


def kernels_in_use() -> int:
    """Return how many kernels, counted by the types of their arguments, this process has ready."""
    return sum(len(dispatcher.overloads) for dispatcher in _ours)


def _start() -> None:
    """Import the compiler."""
    try:
        import numba
        from numba.core.compiler_lock import global_compiler_lock
        from numba.core.event import register
    except Exception as error:
        give_up(f"numba cannot be imported ({type(error).__name__}: {error}).")
        return
    if numba.config.DISABLE_JIT:
        give_up("NUMBA_DISABLE_JIT is set.")
        return
    register("numba:compile", _announcer())
    if hasattr(os, "register_at_fork"):
        # A child forked while another thread compiles would wait for ever for a lock of nobody's.
        os.register_at_fork(
            before=global_compiler_lock.acquire,
            after_in_parent=global_compiler_lock.release,
            after_in_child=global_compiler_lock.release,
        )


def _announcer() -> Any:
    """Return a listener that says what is going on where compiling takes a second or more."""
    from numba.core.event import Listener

    class Announcer(Listener):  # type: ignore[misc]
        depth = 0
        spent = 0.0
        timer: threading.Timer | None = None

        def on_start(self, event: Any) -> None:
            if event.data["dispatcher"] not in _ours:
                return
            self.depth += 1
            if self.depth == 1 and self.spent < _PATIENCE:
                self.begun = time.monotonic()
                self.timer = threading.Timer(_PATIENCE - self.spent, self.say)
                self.timer.daemon = True
                self.timer.start()

        def on_end(self, event: Any) -> None:
            if event.data["dispatcher"] not in _ours:
                return
            self.depth -= 1
            if self.depth == 0 and self.timer is not None:
                self.timer.cancel()
                self.timer = None
                self.spent += time.monotonic() - self.begun

        def say(self) -> None:
            self.spent = _PATIENCE
            _say("compiling the engine's kernels, once for this machine ...")

    return Announcer()


def _say(text: str) -> None:
    """Tell the person at the keyboard, and nobody's log."""
    print(f"qaimagic: {text}", file=sys.stderr, flush=True)
