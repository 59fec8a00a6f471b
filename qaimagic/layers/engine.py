"""When a layer's circuit runs on our engine, as a traced program, and how it is run there."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

import pennylane as qml
import torch
from torch import Tensor

from qaimagic.bridge.execution import CircuitCounter
from qaimagic.bridge.frames import frames_to_the_user
from qaimagic.bridge.tracing import NotTraceableError, Program
from qaimagic.devices.selection import Choice
from qaimagic.errors import QaimagicNote
from qaimagic.layers.circuits import Answers, Job

NAME = "qaimagic.qubit"
CACHES = ("_probe", "programs")
"""What a circuit finds out again in another process."""

_OURS = "QaimagicQubit"
_EXACT_METHODS = ("best", "backprop", "adjoint")
_IDEAL = ("DefaultQubit", "LightningQubit")
_said: set[str] = set()


def suits(choice: Choice, wires: Callable[[], list[Any]]) -> bool:
    """Return whether a body's circuit may run as a program of the engine.

    Args:
        choice: What was settled for this call.
        wires: Gives the circuit's wires in order.
    """
    if choice.shots is not None or choice.diff_method not in _EXACT_METHODS:
        return False
    device = choice.device
    if isinstance(device, str):
        return device == NAME
    return (
        type(device).__name__ == _OURS
        and not device.shots
        and not _is_watched(device)
        and (device.wires is None or list(device.wires) == wires())
    )


def takes_over(qnode: qml.QNode) -> bool:
    """Return whether the engine gives what ``qnode`` would on its own device."""
    device = qnode.device
    return (
        type(device).__name__ in (*_IDEAL, _OURS)
        and not qnode.shots
        and not device.shots
        and not _is_watched(device)
        and qnode.diff_method in _EXACT_METHODS
        and qnode.interface in ("auto", "torch")
        and not qnode.compile_pipeline
    )


def say_taken_over(qnode: qml.QNode) -> None:
    """Say, once in a process, that the engine stands in for a QNode's ideal simulator."""
    name = qnode.device.name
    if name == NAME or name in _said:
        return
    _said.add(name)
    line = f"Layers of QNodes on `{name}` run on `{NAME}`: the same numbers, sooner. "
    fix = f'`with qaimagic.devices.override("{name}"):` keeps them where they are.'
    warnings.warn(line + fix, QaimagicNote, stacklevel=frames_to_the_user())


def _is_watched(device: Any) -> bool:
    tracker = device.tracker
    return bool(tracker.active) and not isinstance(tracker.callback, CircuitCounter)


def key_of(
    sizes: Sequence[Any], data: Mapping[str, Tensor], weights: Mapping[str, Tensor]
) -> Hashable:
    """Return what a program depends on besides the body: sizes, dtype and device."""
    example = next(iter(data.values()), None)
    if example is None:
        example = next(iter(weights.values()), None)
    kind = None if example is None else (example.dtype, example.device)
    shapes = [values.shape for values in weights.values()]
    return (*sizes, *shapes, kind, torch.get_default_dtype())


def run_traced(
    program: Program | None, data: Mapping[str, Tensor], weights: Mapping[str, Tensor], job: Job
) -> Answers | None:
    """Return the answers of a program, or None where there is none or it does not fit.

    Counts a circuit for each sample, as other simulators do; the sweep back for gradients runs
    none.
    """
    if program is None:
        return None
    try:
        answers: Answers = program.run(data, weights, side_by_side=True)
    except NotTraceableError:
        return None
    job.counter.total += program.n_circuits(_batch_size(data))
    return answers


def _batch_size(data: Mapping[str, Tensor]) -> int:
    for rows in data.values():
        return rows.shape[0]
    return 1
