"""When the engine runs a layer's circuit in the place of a PennyLane device: the one rule."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pennylane as qml

from qaimagic.bridge.counting import CircuitCounter
from qaimagic.bridge.frames import frames_to_the_user
from qaimagic.devices.selection import Choice, describe
from qaimagic.errors import QaimagicNote
from qaimagic.layers.engine import NAME

_OURS = "QaimagicQubit"
_IDEAL = ("DefaultQubit", "LightningQubit", _OURS)
_IDEAL_NAMES = ("default.qubit", "lightning.qubit", NAME)
WITHOUT_CIRCUITS = ("best", "backprop", "adjoint")
"""Gradient methods that run no circuits: nobody can tell which of them gave exact gradients."""

_said: set[str] = set()


def suits(run: Choice, wires: Callable[[], list[Any]]) -> bool:
    """Return whether a body's circuit may run as a program of the engine.

    Args:
        run: What was settled for this call.
        wires: Gives the circuit's wires in order.
    """
    if run.shots is not None or run.diff_method not in WITHOUT_CIRCUITS:
        return False
    return _is_ours(run.device, wires)


def is_ideal(run: Choice) -> bool:
    """Return whether what was settled for a call simulates pure states exactly."""
    device = run.device
    if isinstance(device, str):
        return run.shots is None and device in _IDEAL_NAMES
    has_shots = run.shots is not None or bool(getattr(device, "shots", None))
    return not has_shots and type(device).__name__ in _IDEAL


def why_not(qnode: qml.QNode, shots: int | None, instead: Any = None) -> str | None:
    """Return why the engine does not stand in for a QNode's device, or None where it does.

    It does where nobody can tell but by the clock: on an ideal simulator without shots, whose
    circuits nobody counts. A gradient method that runs circuits of its own was asked for by name,
    and those circuits with it, so it stays although its numbers may be the same.

    Args:
        qnode: The QNode.
        shots: What was settled for this call, or None for exact values.
        instead: A device that was asked for in the place of the QNode's own.
    """
    own = qnode.device
    if instead is None and type(own).__name__ not in _IDEAL:
        return f"its device `{own.name}` is not an ideal simulator"
    if instead is not None and not _is_ours(instead, lambda: list(own.wires or ())):
        return f"it was asked to run on `{describe(instead)}`"
    if shots := shots or own.shots.total_shots:
        return f"it asks for {shots} shots"
    if qnode.diff_method is None:
        return 'it asks for no gradients (`diff_method=None`); `diff_method="best"` allows it'
    if qnode.diff_method not in WITHOUT_CIRCUITS:
        return (
            f"it asks for gradients by `{qnode.diff_method}`, and the engine has a way of its own; "
            '`diff_method="best"` allows it'
        )
    if qnode.interface not in ("auto", "torch"):
        return f"its interface is `{qnode.interface}`"
    if qnode.compile_pipeline:
        return "its QNode has transforms"
    if instead is None and _is_watched(own):
        return "a `qml.Tracker` counts its circuits"
    return None


def say_taken_over(qnode: qml.QNode) -> None:
    """Say, once in a process, that the engine stands in for a QNode's ideal simulator."""
    name = qnode.device.name
    if name == NAME or name in _said:
        return
    _said.add(name)
    line = f"Layers of QNodes on `{name}` run on `{NAME}`: the same numbers, sooner. "
    fix = f'`with qaimagic.devices.override("{name}"):` keeps them where they are.'
    warnings.warn(line + fix, QaimagicNote, stacklevel=frames_to_the_user())


def _is_ours(device: Any, wires: Callable[[], list[Any]]) -> bool:
    if isinstance(device, str):
        return device == NAME
    return (
        type(device).__name__ == _OURS
        and not device.shots
        and not _is_watched(device)
        and (device.wires is None or list(device.wires) == wires())
    )


def _is_watched(device: Any) -> bool:
    tracker = device.tracker
    return bool(tracker.active) and not isinstance(tracker.callback, CircuitCounter)
