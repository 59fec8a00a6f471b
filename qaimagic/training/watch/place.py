"""Where the code runs: in a notebook's kernel or not, and in which cell."""

from __future__ import annotations

import sys
import weakref
from typing import Any

_shown: list[tuple[weakref.ref[object], str]] = []


def _shell() -> Any:
    """Return the shell of an IPython kernel, or None anywhere else, without importing IPython."""
    if "IPython" not in sys.modules:
        return None
    from IPython import get_ipython

    shell: Any = get_ipython()
    return shell if hasattr(shell, "kernel") else None


def in_kernel() -> bool:
    """Return whether a notebook, or another front end of a kernel, shows what is displayed."""
    return _shell() is not None


def has_widgets() -> bool:
    """Return whether the front end is one whose widgets were tried: JupyterLab or Notebook 7.

    They name the cell that they run. What runs a notebook from top to bottom does not, and would
    save widgets that nobody can look at.
    """
    shell = _shell()
    parent = shell.get_parent() if hasattr(shell, "get_parent") else {}
    return "cellId" in parent.get("metadata", {})


def mark_shown(run: object) -> None:
    """Remember that the present cell shows ``run`` already, whatever it returns."""
    cell = _cell()
    _shown[:] = [(known, where) for known, where in _shown if where == cell]
    if cell is not None:
        _shown.append((weakref.ref(run), cell))


def was_shown_here(run: object) -> bool:
    """Return whether the present cell has shown ``run`` when it ended."""
    cell = _cell()
    return any(known() is run and where == cell for known, where in _shown)


def _cell() -> str | None:
    shell = _shell()
    parent = shell.get_parent() if hasattr(shell, "get_parent") else {}
    header: dict[str, str] = parent.get("header", {})
    return header.get("msg_id")
