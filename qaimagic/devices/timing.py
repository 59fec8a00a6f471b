"""How long one circuit takes on a device, measured."""

from __future__ import annotations

import time
import warnings
from functools import cache

from qaimagic.devices.catalogue import info, make

_WIRES = 4
_LAYERS = 2
_RUNS = 3
_MEASURED = ("simulator", "noisy simulator")


@cache
def seconds(name: str) -> float | None:
    """Return the time that one circuit takes, or None where it was not measured.

    The circuit embeds four angles and entangles four wires in two layers
    (``StronglyEntanglingLayers``); the expectation value of Z on each wire is measured, without
    shots. It runs once to warm up, and the fastest of three further runs counts. Nothing is sent
    to hardware.

    Args:
        name: A name of the catalogue.

    Returns:
        Seconds, PennyLane's own part of the time included.

    Raises:
        DeviceError: If there is no such device.

    Example:
        >>> from qaimagic import devices
        >>> devices.seconds("default.qubit") < 1
        True
    """
    entry = info(name)
    if not entry.ready or entry.kind not in _MEASURED:
        return None
    import numpy as np
    import pennylane as qml

    wires = range(_WIRES)
    weights = np.linspace(0, 2, _LAYERS * _WIRES * 3).reshape(_LAYERS, _WIRES, 3)
    tape = qml.tape.QuantumScript(
        [
            qml.AngleEmbedding(np.linspace(-1, 1, _WIRES), wires=wires),
            qml.StronglyEntanglingLayers(weights, wires=wires),
        ],
        [qml.expval(qml.Z(wire)) for wire in wires],
    )
    device = make(name, wires)
    times = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(1 + _RUNS):
            start = time.perf_counter()
            qml.execute([tape], device, diff_method=None)
            times.append(time.perf_counter() - start)
    return min(times[1:])
