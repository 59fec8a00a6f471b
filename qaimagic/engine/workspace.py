"""Memory for sweeps, kept from one step to the next: fresh pages cost more than a sweep."""

from __future__ import annotations

import threading
from collections import deque
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from qaimagic.engine.setting import Setting

_MOST_BYTES = 64 << 20

_kept: dict[Setting, deque[Workspace]] = {}
_n_bytes = 0
_lock = threading.Lock()


class Workspace:
    """The arrays of one run of a circuit, each on a cache line, with any content.

    Args:
        setting: How the circuit runs.

    Attributes:
        setting: The same.
        dtype: The dtype of all arrays.
        state: Room for the states.
        settled: Room for :class:`~qaimagic.engine.arrays.Settled`.
        n_bytes: The memory that it takes.
    """

    __slots__ = ("_costate", "_undone", "dtype", "n_bytes", "setting", "settled", "state")

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.state = _empty(setting.state, setting.layout.dtype)
        self.settled = _empty((setting.packed.n_settled,), setting.layout.dtype)
        self.dtype = self.state.dtype
        self.n_bytes = self.state.nbytes + self.settled.nbytes
        self._costate: NDArray[Any] | None = None
        self._undone: NDArray[Any] | None = None

    def for_the_way_back(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return room for the states' cotangents and for `Undone`; only gradients need it."""
        if self._costate is None or self._undone is None:
            self._costate = _empty(self.setting.state, self.setting.layout.dtype)
            self._undone = _empty((self.setting.packed.n_undone,), self.setting.layout.dtype)
            self.n_bytes += self._costate.nbytes + self._undone.nbytes
        return self._costate, self._undone


def take(setting: Setting) -> Workspace:
    """Return a workspace for a run, used before or new."""
    global _n_bytes
    with _lock:
        if setting in _kept:
            workspaces = _kept[setting]
            workspace = workspaces.pop()
            _n_bytes -= workspace.n_bytes
            if not workspaces:
                del _kept[setting]
            return workspace
    return Workspace(setting)


def give(workspace: Workspace) -> None:
    """Keep a workspace that nobody uses any more; where they are too much, the oldest ones go."""
    global _n_bytes
    setting = workspace.setting
    with _lock:
        if setting in _kept:
            _kept[setting].append(workspace)
        else:
            _kept[setting] = deque((workspace,))
        _n_bytes += workspace.n_bytes
        while _n_bytes > _MOST_BYTES and _kept:
            oldest = next(iter(_kept))
            _n_bytes -= _kept[oldest].popleft().n_bytes
            if not _kept[oldest]:
                del _kept[oldest]


def _empty(shape: tuple[int, ...], dtype: torch.dtype) -> NDArray[np.floating[Any]]:
    array: NDArray[np.floating[Any]] = torch.empty(shape, dtype=dtype).numpy()
    return array
