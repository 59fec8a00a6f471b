"""What the first step of a process waits for: kernels, and a new circuit's tracing.

    python -m benchmarks.waiting

The package is copied to a folder without compiled kernels; a first process there finds the cache
cold, the later ones warm.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import dev

FIRST_STEPS = """
import json, time
start = time.perf_counter()
import pennylane as qml, torch, qaimagic
qaimagic.quantum
imported = time.perf_counter()

def layer(n, layers):
    def body(inputs, theta):
        qml.AngleEmbedding(inputs, wires=range(n))
        qml.StronglyEntanglingLayers(theta, wires=range(n))
        return [qml.expval(qml.Z(i)) for i in range(n)]
    shapes = {"theta": (layers, n, 3)}
    return qaimagic.quantum(device="qaimagic.qubit", weight_shapes=shapes)(body)

def step(model, inputs):
    begin = time.perf_counter()
    model(inputs).sum().backward()
    return time.perf_counter() - begin

first = step(layer(4, 2), torch.rand(32, 4))
model, inputs = layer(8, 3), torch.rand(32, 8)
new = step(model, inputs)
model, inputs = layer(8, 4), torch.rand(32, 8)
new = step(model, inputs)
usual = sorted(step(model, inputs) for _ in range(9))[4]
print(json.dumps({"imports": imported - start, "first": first, "traced": new - usual}))
"""
WARM_RUNS = 5


def in_a_new_process(folder: Path) -> dict[str, float]:
    """Return the seconds of the imports, of the first step, and of a new circuit of 8 wires."""
    caches = {"XDG_CACHE_HOME": str(folder / "cache"), "LOCALAPPDATA": str(folder / "cache")}
    environment = {**os.environ, **caches, "PYTHONPATH": str(folder)}
    command = [sys.executable, "-c", FIRST_STEPS]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr.strip().split("\n")[-1])
    return dict(json.loads(done.stdout.splitlines()[-1]))


def lines() -> Iterator[str]:
    """Measure, and yield the table row by row."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(
            dev.ROOT / "qaimagic", folder / "qaimagic", ignore=shutil.ignore_patterns("__pycache__")
        )
        cold = in_a_new_process(folder)
        warm = [in_a_new_process(folder) for _ in range(WARM_RUNS)]
    usual = {key: statistics.median(each[key] for each in warm) for key in cold}
    yield "| what a user waits for | measured | asked |"
    yield "|---|---|---|"
    yield f"| imports (torch, PennyLane, qaimagic) | {usual['imports']:.2f} s | |"
    yield f"| first step, kernels in the cache | {usual['first']:.2f} s | under 1 s |"
    yield f"| first step, no kernel yet | {cold['first']:.1f} s | under 15 s |"
    yield f"| a new circuit of 8 wires | {1e3 * usual['traced']:.0f} ms | under 50 ms |"
    yield ""


if __name__ == "__main__":
    for line in lines():
        print(line, flush=True)
