"""A gradient on a noisy machine of IBM's: in one process, and on a local cluster of two.

    python -m benchmarks.cluster

A training step of the quickstart's layer by parameter shift: forward, and the gradients of weights
and inputs, all with shots; of 8 samples, which is 456 circuits, and of 32. The ways take turns,
since a machine's speed changes. In one process Aer may use all cores, as it comes; a process of its
own with one thread tells what that is worth.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
import warnings

import torch

from benchmarks.notebook_costs import encoder
from qaimagic import devices

MACHINE = "ibm:FakeTorino"
SHOTS = 1000
SAMPLES = (8, 32)
TURNS = 3
HERE = "one process"
ALONE = "one process, one thread"
CLUSTERS = {"cluster=1": 1, "cluster=2": 2}


def step(cluster: int | None, n_samples: int) -> float:
    """Return the seconds of one step, answers and gradients."""
    torch.manual_seed(0)
    layer = encoder.new()
    data = torch.randn(n_samples, 4, requires_grad=True)
    with devices.override(devices.get(MACHINE, shots=SHOTS, seed=0, cluster=cluster)):
        start = time.perf_counter()
        layer(data).sum().backward()
        return time.perf_counter() - start


class Alone:
    """A process with one thread, which takes a step when asked."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.cluster", "--serve"],
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def step(self, n_samples: int) -> float:
        """Return the seconds of one step there."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(n_samples, file=self._process.stdin, flush=True)
        return float(self._process.stdout.readline())

    def end(self) -> None:
        """End the process."""
        self._process.communicate()


def serve() -> None:
    """Take a step for each number of samples on the standard input."""
    for line in sys.stdin:
        print(step(None, int(line)), flush=True)


def main() -> None:
    """Print a table of medians, and the ratios to one process as it comes."""
    os.environ["QAIMAGIC_STATIC"] = "1"
    alone = Alone()
    ways = {HERE: lambda n: step(None, n), ALONE: alone.step}
    ways |= {name: lambda n, c=c: step(c, n) for name, c in CLUSTERS.items()}
    for way in ways.values():
        for _ in range(2):
            way(SAMPLES[0])
    print(f"{MACHINE}, 4 wires, {SHOTS} shots, {os.cpu_count()} cores; medians of {TURNS} turns")
    for n_samples in SAMPLES:
        turns = [[way(n_samples) for way in ways.values()] for _ in range(TURNS)]
        columns = dict(zip(ways, zip(*turns, strict=True), strict=True))
        for name, column in columns.items():
            pairs = zip(columns[HERE], column, strict=True)
            ratio = statistics.median(here / there for here, there in pairs)
            median = statistics.median(column)
            spread = f"{min(column):.2f} to {max(column):.2f}"
            print(f"{n_samples:3} samples, {name}: {median:.2f} s ({spread}), {ratio:.2f}x")
    alone.end()


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    (serve if "--serve" in sys.argv else main)()
