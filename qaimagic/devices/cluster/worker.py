"""What happens on a worker: a part of a submission, with a seed of its own."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from qaimagic._clock import Clock, Phase, PhaseName

if TYPE_CHECKING:
    from pennylane.tape import QuantumScript

    from qaimagic.devices.profiles import Profile

COUNTED = ("executions", "simulations", "shots")
"""What a device's tracker adds up."""


class Task(NamedTuple):
    """A part of a submission.

    Attributes:
        profile: The device, without its cluster.
        wires: The device's wires, or None for as many as circuits need.
        tapes: The circuits, as they came to the device.
        options: What else the device is made with, such as its seed.
        mcm_config: PennyLane's settings for measurements within a circuit.
    """

    profile: Profile
    wires: Sequence[Any] | None
    tapes: list[QuantumScript]
    options: dict[str, Any]
    mcm_config: Any


class Report(NamedTuple):
    """What came of a task.

    Attributes:
        answers: The answer of each circuit.
        counts: What the device counted meanwhile.
        worker: Which thread of which process ran it.
        seconds: How long it took by this worker's clock, by phase.
    """

    answers: list[Any]
    counts: dict[str, int]
    worker: tuple[str, int, int]
    seconds: dict[PhaseName, float]


def packed(task: Task) -> bytes:
    """Return a task for the way to a worker.

    A scheduler unpacks whatever else it hands on, and packs it again: with circuits that takes
    about as long as running them.
    """
    import cloudpickle

    content: bytes = cloudpickle.dumps(task)
    return content


def run(content: bytes) -> Report:
    """Run the circuits of a packed task, and report what came of it."""
    import cloudpickle
    import pennylane as qml

    clock = Clock("executing")
    with clock.running():
        with Phase("transfer"):
            task: Task = cloudpickle.loads(content)
        device = task.profile.make(task.wires, **task.options)
        with qml.Tracker(device) as tracker:
            answers = qml.execute(
                task.tapes,
                device,
                diff_method=None,
                mcm_method=task.mcm_config.mcm_method,
                postselect_mode=task.mcm_config.postselect_mode,
            )
    counts = {name: tracker.totals.get(name, 0) for name in COUNTED}
    worker = (socket.gethostname(), os.getpid(), threading.get_ident())
    return Report(list(answers), counts, worker, clock.seconds())


def dask_setup(worker: Any) -> None:
    """Let a local worker outlive an interrupt, which a terminal and Jupyter send to all processes.

    Dask calls this when a worker starts.
    """
    del worker
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)
