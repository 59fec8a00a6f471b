"""Finds the user's own line, where warnings should point."""

from __future__ import annotations

import sys

_NOT_THE_USERS = ("autograd", "pennylane", "qaimagic", "torch")


def frames_to_the_user() -> int:
    """Return the stack level of the first caller that is neither this package nor what it uses."""
    frame, level = sys._getframe(1), 1
    while frame.f_back is not None and _package_of(frame.f_globals) in _NOT_THE_USERS:
        frame, level = frame.f_back, level + 1
    return level


def _package_of(names: dict[str, object]) -> str:
    return str(names.get("__name__", "")).partition(".")[0]
