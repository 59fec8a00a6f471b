"""A noisy machine of IBM's: our device beside pennylane-qiskit's, on the same calibration data.

    python -m benchmarks.machines

Both compile for the same machine and run Aer with its noise; ours for all circuits of one make at
once, and with the noise of the wires in use alone.
"""

from __future__ import annotations

import statistics
import time
import warnings
from typing import Any

import numpy as np
import pennylane as qml

from qaimagic import devices

MACHINE = "FakeTorino"
SHOTS = 1000
WIRES = 4
TURNS = 3


def circuits(n: int) -> list[Any]:
    """Return n circuits of one make: four wires, two entangling layers, Z on each wire."""
    rng = np.random.default_rng(0)
    found = []
    for _ in range(n):
        operations = [
            qml.AngleEmbedding(rng.normal(size=WIRES), wires=range(WIRES)),
            qml.StronglyEntanglingLayers(rng.normal(size=(2, WIRES, 3)), wires=range(WIRES)),
        ]
        measured = [qml.expval(qml.Z(wire)) for wire in range(WIRES)]
        found.append(qml.tape.QuantumScript(operations, measured, shots=SHOTS))
    return found


def ours() -> Any:
    """Return our device."""
    return devices.make(f"ibm:{MACHINE}", range(WIRES), seed=0)


def theirs() -> Any:
    """Return the plug-in's device on Aer with the machine's noise."""
    from qiskit_aer import AerSimulator
    from qiskit_ibm_runtime import fake_provider

    backend = AerSimulator.from_backend(getattr(fake_provider, MACHINE)())
    return qml.device("qiskit.remote", wires=WIRES, backend=backend)


def seconds(device: Any, tapes: list[Any]) -> float:
    """Return how long the circuits take in one submission."""
    start = time.perf_counter()
    qml.execute(tapes, device, diff_method=None)
    return time.perf_counter() - start


def main() -> None:
    """Print a table of times, taken in turns, and their ratios."""
    warnings.simplefilter("ignore")
    pair = [ours(), theirs()]
    print(f"{MACHINE}, {WIRES} wires, {SHOTS} shots; medians of {TURNS} turns, seconds")
    for n in (1, 8, 32):
        tapes = circuits(n)
        for device in pair:
            seconds(device, tapes[:1])
        turns = [[seconds(device, tapes) for device in pair] for _ in range(TURNS)]
        mine, other = (statistics.median(column) for column in zip(*turns, strict=True))
        print(f"{n:3} circuits: ours {mine:.3f}, qiskit.remote {other:.2f}, {other / mine:.0f}x")


if __name__ == "__main__":
    main()
