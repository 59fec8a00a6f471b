"""The quickstart's training: how long it takes, and who takes it: engine, Python, or drawing.

    python -m benchmarks.quickstart

A second thread looks every few milliseconds at where the training is; each look counts for the
time since the one before, as compiled code may keep it waiting.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from types import FrameType

import torch
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import StandardScaler
from torch import nn

import qaimagic
from benchmarks.notebook_costs import Undisplayed, encoder

OPTIONS = {"epochs": 10, "lr": 0.02, "seed": 0, "live": False}
DEVICES = ("qaimagic.qubit", "default.qubit")
EVERY = 0.002
PLACES = {
    "drawing": ("/qaimagic/drawing/", "/qaimagic/training/watch/"),
    "engine": ("/qaimagic/engine/",),
}
"""Whose files a stack must hold to count for a place; the rest is Python."""


class Looks:
    """Counts seconds by place while it is entered."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._over = threading.Event()
        self._watched = threading.get_ident()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Looks:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        last = time.perf_counter()
        while not self._over.wait(EVERY):
            place = place_of(sys._current_frames().get(self._watched))
            now = time.perf_counter()
            self.seconds[place] += now - last
            last = now


def place_of(frame: FrameType | None) -> str:
    """Return whose code a stack is in."""
    files = []
    while frame is not None:
        files.append(frame.f_code.co_filename.replace("\\", "/"))
        frame = frame.f_back
    for place, folders in PLACES.items():
        if any(folder in file for file in files for folder in folders):
            return place
    return "Python"


def training(device: str, baseline: str | None = None) -> float:
    """Return the seconds of the quickstart's training on a device."""
    X, y = load_breast_cancer(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(30, 4), encoder.new(), nn.Linear(4, 2))
    options = {**OPTIONS, "listeners": [Undisplayed()]}
    start = time.perf_counter()
    with contextlib.redirect_stdout(sys.stderr):
        qaimagic.train(model, (X, y), device=device, baseline=baseline, **options)
    return time.perf_counter() - start


def lines() -> Iterator[str]:
    """Measure, and yield the table row by row; what the runs print goes to stderr."""
    training(DEVICES[0])
    pairs = [[training(device) for device in DEVICES] for _ in range(3)]
    ours, theirs = (min(column) for column in zip(*pairs, strict=True))
    with Looks() as looks:
        training(DEVICES[0])
    with_twin = training(DEVICES[0], baseline="auto")
    total = sum(looks.seconds.values())
    yield "| the quickstart's training, 10 epochs | |"
    yield "|---|---|"
    yield f"| on qaimagic.qubit | {ours:.2f} s |"
    yield f"| on default.qubit | {theirs:.2f} s |"
    yield f"| on qaimagic.qubit, with the classical twin | {with_twin:.2f} s |"
    for place in ("engine", "Python", "drawing"):
        yield f"| share of {place} | {100 * looks.seconds[place] / total:.0f}% |"
    yield ""


if __name__ == "__main__":
    for line in lines():
        print(line, flush=True)
