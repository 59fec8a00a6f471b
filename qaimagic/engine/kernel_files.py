"""Where compiled kernels are kept between processes: one file each, never mistaken for another.

numba's own cache shares one index between all variants of a function, so that two processes that
compile at once can mix them up; it does not see a change in another module that a kernel was
compiled from, and a damaged file is an error. Here a file's name says all that went into it, and
what cannot be read or written does not count.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import pickle
import platform
import re
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from qaimagic.engine.interrupts import interrupts_later

_KEPT = 16
_DIGEST = hashlib.sha256().digest_size


class KernelFiles:
    """The files of one kernel; numba asks it before it compiles, and hands it what it compiled.

    Attributes:
        cache_path: The folder that was written to; empty if none was.
        n_compiled: The number of kernels that numba compiled, one for each types of arguments.
        n_loaded: The number of kernels that were found.

    Args:
        function: The function that is compiled.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._name = function.__name__
        self._full_name = f"{function.__module__}.{function.__qualname__}"
        self._source = _source_digest(function.__module__)
        self._home = Path(function.__code__.co_filename).parent / "__pycache__"
        self.cache_path = ""
        self.n_compiled = 0
        self.n_loaded = 0

    def load_overload(self, signature: Any, target: Any) -> Any:
        """Return the compiled kernel, or None where numba has to compile it."""
        found = None if self._source is None else self._loaded(signature, target)
        if found is None:
            _make_ready_to_compile(target)
        return found

    def _loaded(self, signature: Any, target: Any) -> Any:
        from numba.core.compiler import CompileResult

        _make_ready(target)
        name = self._file_name(signature, target.codegen())
        for folder in self._folders():
            try:
                content = (folder / name).read_bytes()
                if _is_trusted(folder) and _digest(content[_DIGEST:]) == content[:_DIGEST]:
                    result = CompileResult._rebuild(target, *pickle.loads(content[_DIGEST:]))
                    self.n_loaded += 1
                    return result
            except Exception:
                continue
        return None

    def save_overload(self, signature: Any, result: Any) -> None:
        """Write a compiled kernel where that can be done; numba has it in memory in any case."""
        from numba.core.serialize import dumps

        self.n_compiled += 1
        if self._source is None or result.library.has_dynamic_globals:
            return
        try:
            payload = dumps(result._reduce())
        except Exception:
            # After an interrupt in the middle numba may have the machine code no more.
            return
        name = self._file_name(signature, result.library.codegen)
        for folder in self._folders():
            try:
                folder.mkdir(0o777 if folder == self._home else 0o700, parents=True, exist_ok=True)
                if _is_trusted(folder):
                    self._write(folder / name, _digest(payload) + payload)
                    self.cache_path = str(folder)
                    return
            except OSError:
                continue

    def _write(self, path: Path, content: bytes) -> None:
        """Write a file aside and move it into place: a reader finds all of it or nothing."""
        aside = path.with_name(f"{self._name}-{uuid.uuid4().hex}.new")
        try:
            aside.write_bytes(content)
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            files = sorted(path.parent.glob(f"{self._name}-*"), key=os.path.getmtime)
            for old in files[:-_KEPT]:
                old.unlink(missing_ok=True)

    def _file_name(self, signature: Any, codegen: Any) -> str:
        """Name the file after all that its content depends on."""
        parts = (_versions(), codegen.magic_tuple(), self._source, self._full_name, str(signature))
        return f"{self._name}-{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}.kernel"

    def _folders(self) -> list[Path]:
        """Return the folders to look into, the best first."""
        return [self._home, *_own_folders()]


def _make_ready(target: Any) -> None:
    """Set up what a kernel from a file needs of numba to run.

    That is its memory management alone. All that it needs to compile, which numba's own cache sets
    up at this point, takes as long again as to import numba.
    """
    import numba

    if (0, 61) <= tuple(map(int, numba.__version__.split(".")[:2])) <= (0, 68):
        from numba.core.runtime import rtsys

        rtsys.initialize(target)
    else:
        target.refresh()


def _make_ready_to_compile(target: Any) -> None:
    """Set up all that numba needs to compile; cut short it would stay in pieces for good."""
    from numba.core.registry import cpu_target

    with interrupts_later():
        cpu_target.typing_context.refresh()
        target.refresh()


@functools.cache
def _versions() -> tuple[str, ...]:
    """Return the versions of all that compiles and runs a kernel."""
    import llvmlite
    import numba
    import numpy

    python = f"{platform.python_implementation()} {sys.version}"
    return python, numba.__version__, llvmlite.__version__, numpy.__version__


@functools.cache
def _own_folders() -> list[Path]:
    """Return the user's folder for caches, and one among the temporary folders, where there are."""
    cache = _user_cache()
    folders = [None if cache is None else cache / "qaimagic", _temporary()]
    return [folder for folder in folders if folder is not None]


def _user_cache() -> Path | None:
    """Return the folder where programs keep what they can make again."""
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData/Local")
    if sys.platform == "darwin":
        return home / "Library/Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")


def _temporary() -> Path | None:
    """Return this user's folder among the temporary ones; None where none can be written."""
    user = os.getuid() if hasattr(os, "getuid") else ""
    try:
        return Path(tempfile.gettempdir(), f"qaimagic-{user}")
    except OSError:
        return None


def _is_trusted(folder: Path) -> bool:
    """Return whether nobody else could have put files into ``folder``.

    A kernel is code, and anyone may make a folder among the temporary ones.
    """
    if folder != _temporary() or not hasattr(os, "getuid"):
        return True
    status = folder.lstat()
    return status.st_uid == os.getuid() and status.st_mode & 0o177777 == 0o040700


def _digest(content: bytes) -> bytes:
    """Return what tells a whole file from a damaged one."""
    return hashlib.sha256(content).digest()


@functools.cache
def _source_digest(module: str) -> str | None:
    """Return a digest of a module's source and of the sources that it imports from its package.

    None where they are not in files, as in a zip archive or at a prompt: nothing tells then what a
    kernel holds.
    """
    digest = hashlib.sha256()
    try:
        for path in sorted(set(_sources(module, set()))):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    except OSError:
        return None
    return digest.hexdigest()


def _sources(module: str, seen: set[str]) -> Iterator[Path]:
    """Yield the files of a module and of those that it imports from its own package."""
    if module in seen:
        return
    seen.add(module)
    loaded = sys.modules[module]
    file = Path(getattr(loaded, "__file__", None) or "")
    if file.suffix != ".py":
        raise FileNotFoundError(file)
    # From a package any of its modules may be taken, so all of them count.
    yield from file.parent.glob("*.py") if hasattr(loaded, "__path__") else [file]
    root = re.escape(module.partition(".")[0])
    text = file.read_text(encoding="utf-8")
    for name in re.findall(rf"^\s*(?:from|import)\s+({root}[\w.]*)", text, re.MULTILINE):
        if name in sys.modules:
            yield from _sources(name, seen)
