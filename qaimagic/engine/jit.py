"""The compiler: whether there is one, what it compiles, and a line where it takes its time.

numba is imported when the first kernel is needed, not before: whoever needs one asks `available`,
and imports the modules that hold kernels after that.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

from qaimagic._clock import Phase
from qaimagic.engine.kernel_files import KernelFiles

_PATIENCE = 1.0
_OPTIONS = {
    "nogil": True,
    "error_model": "numpy",
    "fastmath": {"contract", "nsz"},
    "no_cfunc_wrapper": True,
}
_lock = threading.RLock()
_has_started = False
_trouble: str | None = None
_kernels: set[Any] = set()


def available() -> bool:
    """Return whether kernels can be compiled here; the first time they cannot, say so."""
    if not _has_started:
        with _lock, Phase("compiling"):
            _start()
    return _trouble is None


def give_up(reason: str) -> None:
    """From here on run without kernels, and say once why.

    Args:
        reason: A sentence.
    """
    global _trouble
    if _trouble is None:
        _trouble = reason
        _say(f"the engine runs without compiled kernels, and slower. {reason}")


def compiled(function: Callable[..., Any]) -> Any:
    """Compile ``function`` at its first call, or take it from a file that an earlier process left.

    It releases the interpreter's lock while it runs, divides as NumPy does, and may contract a
    product and a sum into one operation.
    """
    import numba

    kernel = numba.njit(**_OPTIONS)(function)
    kernel._cache = KernelFiles(function)
    kernel.compile = _timed(kernel.compile)
    _kernels.add(kernel)
    return kernel


def _timed(compile_for: Callable[..., Any]) -> Callable[..., Any]:
    """Let numba's function, which looks into files first, count as compiling."""

    def compile_in_time(signature: Any) -> Any:
        with Phase("compiling"):
            return compile_for(signature)

    return compile_in_time


def part(function: Callable[..., Any]) -> Any:
    """Compile ``function`` as a part of the compiled functions that call it; Python cannot.

    It costs no entry from Python, no file, and no variant for a literal among its arguments.
    """
    from qaimagic.engine.parts import Part

    return Part(function, targetoptions={**_OPTIONS, "nopython": True, "no_cpython_wrapper": True})


def inlined(function: Callable[..., Any]) -> Any:
    """Write ``function`` out in the one compiled function that calls it.

    It is the kernel's own text then, and costs no compilation of its own.
    """
    import numba

    return numba.njit(inline="always")(function)


def kernels_ready() -> tuple[int, int]:
    """Return how many kernels this process has compiled, and how many it took from files.

    A kernel counts once for each combination of its arguments' types; what is only a part of other
    kernels does not count.
    """
    files = [kernel._cache for kernel in _kernels]
    return sum(each.n_compiled for each in files), sum(each.n_loaded for each in files)


def folders() -> tuple[str, ...]:
    """Return the folders to which this process has written kernels."""
    found = {kernel._cache.cache_path for kernel in _kernels if kernel._cache.n_compiled}
    return tuple(sorted(found - {""}))


def _start() -> None:
    """Import the compiler, once."""
    global _has_started
    if _has_started:
        return
    try:
        import numba
        from numba.core.compiler_lock import global_compiler_lock
        from numba.core.event import Listener, register

        # The modules that are written against numba's inner parts: another numba may lack them.
        import_module("qaimagic.engine.simd")
        import_module("qaimagic.engine.parts")
        import_module("qaimagic.engine.views")
    except Exception as error:
        give_up(f"numba cannot be used: {error}")
    else:
        if numba.config.DISABLE_JIT:
            give_up("The environment variable NUMBA_DISABLE_JIT is set.")

        class Ears(Listener):  # type: ignore[misc]
            def on_start(self, event: Any) -> None:
                _watch.begin(event.data["dispatcher"])

            def on_end(self, event: Any) -> None:
                _watch.end(event.data["dispatcher"])

        register("numba:compile", Ears())
        _keep_over_fork(global_compiler_lock)
    _has_started = True


class _Watch:
    """Follows what the compiler does, and says so where it takes a second or more."""

    def __init__(self) -> None:
        self.depth = 0
        self._spent = 0.0
        self._begun = 0.0
        self._timer: threading.Timer | None = None

    def begin(self, kernel: Any) -> None:
        """Note that ``kernel`` is being compiled, by itself or as a part of another one."""
        self.depth += kernel in _kernels
        if self.depth == 1 and self._timer is None and self._spent < _PATIENCE:
            self._begun = time.monotonic()
            self._timer = threading.Timer(_PATIENCE - self._spent, self._speak)
            self._timer.daemon = True
            self._timer.start()

    def end(self, kernel: Any) -> None:
        """Note that the compiler is done with ``kernel``, or has failed."""
        self.depth = max(0, self.depth - (kernel in _kernels))
        if self.depth == 0 and self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._spent += time.monotonic() - self._begun

    def _speak(self) -> None:
        self._spent = _PATIENCE
        _say("compiling the engine's kernels, once for this machine ...")


_watch = _Watch()


def _say(text: str) -> None:
    """Tell the person at the keyboard, and nobody's log."""
    with contextlib.suppress(OSError, ValueError):
        print(f"qaimagic: {text}", file=sys.stderr, flush=True)


def _keep_over_fork(lock: Any) -> None:
    """Let a child be forked while no other thread holds ``lock``: it would be locked for ever."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(
            before=lock.acquire, after_in_parent=lock.release, after_in_child=lock.release
        )


_keep_over_fork(_lock)
