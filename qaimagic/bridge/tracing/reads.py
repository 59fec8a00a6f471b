"""Recognises where PennyLane itself reads values, but a trace can go on.

A comparison with ``qml.math.allclose``, as of a state's norm, can be made again in every run. And
the shape of a list of numbers is worked out by making a tensor of it, used for nothing else.
"""

from __future__ import annotations

import sys
from types import CodeType, FrameType
from typing import Any

import pennylane as qml
from pennylane.math import single_dispatch

_ALLCLOSE = qml.math.allclose.__code__
_SHAPE = single_dispatch._builtins_shape.__code__
_DEPTH = 8


def compared() -> tuple[Any, Any, float, float] | None:
    """Return what a ``qml.math.allclose`` that is under way compares, and its tolerances."""
    frame = _frame_of(_ALLCLOSE)
    if frame is None:
        return None
    known = frame.f_locals
    return known["a"], known["b"], known["rtol"], known["atol"]


def asks_for_shape() -> bool:
    """Return whether only the shape of the tensor that is being made matters."""
    return _frame_of(_SHAPE) is not None


def asked_by_library() -> bool:
    """Return whether it is PennyLane or torch that asks, and not the body."""
    module = str(sys._getframe(2).f_globals.get("__name__", ""))
    return module.partition(".")[0] in ("autoray", "pennylane", "qaimagic", "torch")


def _frame_of(code: CodeType) -> FrameType | None:
    frame: FrameType | None = sys._getframe(2)
    for _ in range(_DEPTH):
        if frame is None or frame.f_code is code:
            return frame
        frame = frame.f_back
    return None
