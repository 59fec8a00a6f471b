"""What this process may use of the machine: cores and memory, containers' limits included."""

from __future__ import annotations

import ctypes
import functools
import os
import sys
from collections.abc import Iterator
from pathlib import Path

_ROOT = Path("/")
_SHARE_WHERE_UNKNOWN = 0.5


@functools.cache
def cores() -> int:
    """Return the number of cores that this process may keep busy, at least one."""
    allowed = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    quotas = [quota for group in _groups("cpu") if (quota := _quota(group)) is not None]
    return max(1, int(min([allowed, *quotas])))


def total_memory() -> int:
    """Return the bytes of memory that this process could ever have."""
    limits = [limit for group in _groups("memory") if (limit := _limit(group)) is not None]
    return min([_physical(), *limits])


def free_memory() -> int:
    """Return the bytes of memory that this process can have now.

    Pages that the system would give up, such as cached files, count as free. Where the system does
    not say what is free, half of all its memory does.
    """
    return max(0, min([_available(), *map(_left, _groups("memory")), _address_space()]))


@functools.cache
def _groups(controller: str) -> tuple[str, ...]:
    """Return the folders of the control groups that hold this process, the innermost first."""
    found: dict[str, None] = {}
    for line in _read(f"{_ROOT}/proc/self/cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        if not controllers:
            mounts = ["sys/fs/cgroup", "sys/fs/cgroup/unified"]
        elif controller in controllers.split(","):
            mounts = [f"sys/fs/cgroup/{controllers}", f"sys/fs/cgroup/{controller}"]
        else:
            continue
        for mount in map(_ROOT.joinpath, mounts):
            # Within a container the path may be the host's: then only the mount itself is there.
            inner = mount / path.lstrip("/")
            for folder in (inner, *inner.parents):
                if folder.is_relative_to(mount) and folder.is_dir():
                    found[str(folder)] = None
    return tuple(found)


def _quota(group: str) -> float | None:
    """Return the cores that a control group grants; None where it sets no limit."""
    words = _read(f"{group}/cpu.max").split() or [
        _read(f"{group}/cpu.cfs_quota_us").strip(),
        _read(f"{group}/cpu.cfs_period_us").strip(),
    ]
    if not all(word.isdecimal() for word in words):
        return None
    quota, period = map(int, words)
    return quota / period


def _limit(group: str) -> int | None:
    """Return the bytes that a control group grants; None where it sets no limit."""
    for name in ("memory.max", "memory.limit_in_bytes"):
        word = _read(f"{group}/{name}").strip()
        if word.isdecimal():
            return int(word)
    return None


def _left(group: str) -> int:
    """Return the bytes that a control group has left."""
    limit = _limit(group)
    if limit is None:
        return sys.maxsize
    used = _read(f"{group}/memory.current") or _read(f"{group}/memory.usage_in_bytes")
    cached = dict(_pairs(_read(f"{group}/memory.stat")))
    files = cached.get("total_inactive_file", cached.get("inactive_file", 0))
    return limit - int(used or 0) + files


def _physical() -> int:
    """Return the bytes of the machine's memory."""
    if sys.platform == "win32":
        return _windows_memory().total
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _available() -> int:
    """Return the bytes of the machine's memory that nobody needs."""
    if sys.platform == "win32":
        return _windows_memory().available
    kilobytes = dict(_pairs(_read(f"{_ROOT}/proc/meminfo").replace(":", "")))
    if "MemAvailable" in kilobytes:
        return 1024 * kilobytes["MemAvailable"]
    return int(_SHARE_WHERE_UNKNOWN * _physical())


def _address_space() -> int:
    """Return the bytes that ``ulimit -v`` leaves."""
    if sys.platform == "win32":
        return sys.maxsize
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    words = _read(f"{_ROOT}/proc/self/statm").split()
    if limit == resource.RLIM_INFINITY or not words:
        return sys.maxsize
    return limit - int(words[0]) * os.sysconf("SC_PAGE_SIZE")


class _MemoryStatus(ctypes.Structure):
    """Windows' ``MEMORYSTATUSEX``."""

    _fields_ = (
        ("length", ctypes.c_uint32),
        ("load", ctypes.c_uint32),
        ("total", ctypes.c_uint64),
        ("available", ctypes.c_uint64),
        ("rest", ctypes.c_uint64 * 5),
    )


def _windows_memory() -> _MemoryStatus:
    """Ask Windows for its memory."""
    status = _MemoryStatus(length=ctypes.sizeof(_MemoryStatus))
    ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))  # type: ignore[attr-defined]
    return status


def _pairs(text: str) -> Iterator[tuple[str, int]]:
    """Yield the first two words of each line, a name and a number."""
    for line in text.splitlines():
        words = line.split()
        if len(words) > 1 and words[1].isdecimal():
            yield words[0], int(words[1])


def _read(path: str) -> str:
    """Return a file's text; none where it cannot be read."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
