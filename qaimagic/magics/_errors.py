"""Errors in a magic: the message alone for what we raise on purpose, a traceback for the rest."""

from __future__ import annotations

import dis
import os
from pathlib import Path
from types import CodeType, TracebackType
from typing import TYPE_CHECKING

from qaimagic.errors import (
    CheckpointError,
    CircuitError,
    DeviceError,
    MemoryNeedError,
    MissingExtraError,
    StaleLayerError,
)

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_PACKAGE = str(Path(__file__).parent.parent) + os.sep
_ALWAYS_OURS = (
    CheckpointError,
    CircuitError,
    DeviceError,
    MemoryNeedError,
    MissingExtraError,
    StaleLayerError,
)
_OURS_IF_RAISED_BY_US = (OSError, RuntimeError, TypeError, ValueError)


class MagicError(Exception):
    """A magic refuses: IPython shows the message without a traceback, and the cell fails.

    IPython's own ``UsageError`` would pass under nbval, and a printed message would pass under
    every runner, so that a broken notebook would look whole.
    """

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


def presentable(error: Exception, shell: InteractiveShell) -> Exception:
    """Return what to raise for ``error``: a `MagicError` if its message is written for the user.

    Any other error keeps its traceback, so that real bugs can be found; our own frames around
    the user's code are taken out of it.
    """
    if isinstance(error, MagicError):
        return error
    if isinstance(error, _ALWAYS_OURS) or _raised_by_us(error):
        return MagicError(str(error))
    return error.with_traceback(_without_our_frames(error.__traceback__, shell))


def _raised_by_us(error: Exception) -> bool:
    """Tell whether a ``raise`` of this package, not a failing operation, started ``error``."""
    if not isinstance(error, _OURS_IF_RAISED_BY_US) or error.__traceback__ is None:
        return False
    last = _steps(error.__traceback__)[-1]
    code = last.tb_frame.f_code
    return _is_ours(code) and code.co_code[last.tb_lasti] == dis.opmap["RAISE_VARARGS"]


def _without_our_frames(
    traceback: TracebackType | None, shell: InteractiveShell
) -> TracebackType | None:
    steps = _steps(traceback)
    cells = [i for i, step in enumerate(steps) if _is_cell(step.tb_frame.f_code, shell)]
    last_cell = cells[-1] if cells else -1
    kept = None
    for i, step in reversed(list(enumerate(steps))):
        if i > last_cell or not _is_ours(step.tb_frame.f_code):
            kept = TracebackType(kept, step.tb_frame, step.tb_lasti, step.tb_lineno)
    return kept


def _steps(traceback: TracebackType | None) -> list[TracebackType]:
    steps = []
    while traceback is not None:
        steps.append(traceback)
        traceback = traceback.tb_next
    return steps


def _is_ours(code: CodeType) -> bool:
    return code.co_filename.startswith(_PACKAGE)


def _is_cell(code: CodeType, shell: InteractiveShell) -> bool:
    return shell.compile.format_code_name(code.co_filename) is not None
