"""What a notebook waits for: loading, one training step beside TorchLayer's, and being watched.

    python benchmarks/notebook_costs.py

Prints medians. Steps are timed in turn with PennyLane's TorchLayer (A B A B), since only their
ratio means something on a machine that does other work too.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import pennylane as qml
import torch
from torch import nn

import qaimagic
from qaimagic.training.events import RunStarted, StepEnded
from qaimagic.training.watch.monitor_page import PageMonitor

LOADING = """
import time
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
start = time.perf_counter()
shell.run_line_magic("load_ext", "qaimagic")
print(time.perf_counter() - start)
"""


@qaimagic.quantum
def encoder(inputs, theta: (2, 4, 3)):
    """The quickstart's layer."""
    qml.AngleEmbedding(inputs, wires=range(4))
    qml.StronglyEntanglingLayers(theta, wires=range(4))
    return [qml.expval(qml.Z(i)) for i in range(4)]


def seconds(action: Callable[[], object]) -> float:
    """Return how long one call takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def loading() -> float:
    """Return the seconds of ``%load_ext qaimagic`` in a fresh process."""
    command = [sys.executable, "-c", LOADING]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def stepping(layer: nn.Module) -> Callable[[], None]:
    """Return one forward and backward pass of the quickstart's model, 32 samples."""
    model = nn.Sequential(nn.Linear(30, 4), layer, nn.Linear(4, 2))
    inputs = torch.randn(32, 30)
    return lambda: model(inputs).sum().backward()


class Undisplayed(PageMonitor):
    """Draws everything, and hands it to nobody."""

    def _show(self, bundle: dict[str, str]) -> None:
        del bundle


def watching(n_steps: int = 1000) -> float:
    """Return the share of a run of 5 ms steps that the live view's drawing takes."""
    page = Undisplayed()
    page(
        RunStarted(
            model="model",
            device="default.qubit",
            loss="loss",
            metric=None,
            metric_rises=False,
            parameters=1,
            baseline=None,
            first_step=0,
            first_epoch=0,
            total_steps=n_steps,
            total_epochs=None,
            max_seconds=None,
            continues=False,
            has_validation=False,
        )
    )
    spent = 0.0
    for k in range(1, n_steps + 1):
        time.sleep(0.005)
        start = time.thread_time()
        page(StepEnded(step=k, epoch=1, loss=1 / k, grad_norm=1.0, seconds=0.005, circuits=k))
        spent += time.thread_time() - start
    return spent / (0.005 * n_steps)


def main() -> None:
    """Measure and print."""
    torch.set_num_threads(1)
    print(f"%load_ext qaimagic: {1e3 * statistics.median(loading() for _ in range(5)):.0f} ms")
    node = qml.QNode(encoder.circuit.function, qml.device("default.qubit", wires=4))
    ours = stepping(encoder.new())
    theirs = stepping(qml.qnn.TorchLayer(node, {"theta": (2, 4, 3)}))
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(60)][10:]
    mine, other = (1e3 * statistics.median(column) for column in zip(*pairs, strict=True))
    print(
        f"one step: HybridLayer {mine:.1f} ms, TorchLayer {other:.1f} ms, ratio {mine / other:.2f}"
    )
    print(f"the live view, of steps of 5 ms: {100 * watching():.1f}%")


if __name__ == "__main__":
    main()
