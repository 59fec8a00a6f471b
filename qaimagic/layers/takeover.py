"""Whether the engine may stand in for the device of a QNode that a user asked to accelerate."""

from __future__ import annotations

from typing import Any

import pennylane as qml

from qaimagic.bridge.execution import CircuitCounter
from qaimagic.devices.selection import Choice, resolve
from qaimagic.layers.engine import NAME

_IDEAL = ("DefaultQubit", "LightningQubit", "QaimagicQubit")
_EXACT = ("best", "backprop", "adjoint")
SHIFTS = ("parameter-shift", "hadamard")
"""Gradient methods that are exact without shots, but do not take every batch."""


def why_not(qnode: qml.QNode) -> str | None:
    """Return why the engine does not give what ``qnode`` gives, or None where it does.

    Without shots the shift rules are exact, so the engine gives their numbers too.
    """
    device = qnode.device
    shots = _shots_of(qnode) or _shots_of(device)
    if type(device).__name__ not in _IDEAL:
        return f"its device `{device.name}` is not an ideal simulator"
    if shots:
        return f"it asks for {shots} shots"
    if qnode.diff_method not in (*_EXACT, *SHIFTS):
        return f"its gradient method `{qnode.diff_method}` may give other numbers"
    if qnode.interface not in ("auto", "torch"):
        return f"its interface is `{qnode.interface}`"
    if qnode.compile_pipeline:
        return "its QNode has transforms"
    if device.tracker.active and not isinstance(device.tracker.callback, CircuitCounter):
        return "a `qml.Tracker` counts its circuits"
    run = resolve(Choice(device))
    if run.shots is not None or (run.device is not device and run.device != NAME):
        return "`devices.override` asks for something else, which a `TorchLayer` does not follow"
    return None


def _shots_of(asked: Any) -> int | None:
    total: int | None = asked.shots.total_shots
    return total
