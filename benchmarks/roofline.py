"""What a cell must cost at least: its arithmetic and its bytes against what the machine can do."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from benchmarks.cells import Cell
from benchmarks.circuits import build

FLOPS = {"RX": 6, "RY": 6, "RZ": 6, "ZZ": 6, "H": 4, "Rot": 14, "X": 0, "CNOT": 0, "CZ": 0}
"""Real operations for each amplitude of a gate; moves and signs are counted as free."""
PRODUCT_FLOPS = 8
"""Operations for each amplitude of an angle's gradient, or of a word's expectation value."""
CACHE_BYTES = 2**20
"""A state that is larger than this is read and written once for every four gates."""


def machine() -> dict[str, Any]:
    """Return the machine's name and size, and its measured peaks."""
    square = {kind: torch.rand(1024, 1024, dtype=kind) for kind in (torch.float32, torch.float64)}
    large = torch.rand(2**26)
    target = torch.empty_like(large)
    best = {f"{kind}"[6:]: _best(lambda a=a: a @ a) for kind, a in square.items()}
    return {
        "name": _processor(),
        "cores": os.cpu_count(),
        "flops": {kind: 2 * 1024**3 / seconds for kind, seconds in best.items()},
        "bytes": 2 * 4 * 2**26 / _best(lambda: target.copy_(large)),
    }


def _best(action: Callable[[], object]) -> float:
    seconds = []
    for _ in range(7):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line for line in lines if "model name" in line).split(":")[1].strip()
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def least_seconds(cell: Cell, mode: str, peaks: dict[str, Any]) -> float:
    """Return the larger of a cell's operations over the peak, and its bytes over the bandwidth."""
    problem = build(cell.family, cell.n, cell.batch)
    amplitudes = cell.batch * 2**cell.n
    words = {word for terms in problem.observables for _, word in terms}
    gates = sum(FLOPS[gate.name] for gate in problem.gates)
    sweeps, products = 1, len(words)
    if mode == "step":
        sweeps, products = 3, 2 * len(words) + sum(len(gate.angles) for gate in problem.gates)
    if not words:
        products += (1 if mode == "forward" else 3) * cell.batch
    operations = amplitudes * (sweeps * gates + PRODUCT_FLOPS * products)
    size = 8 if cell.dtype == "float32" else 16
    passes = max(1, len(problem.gates) / 4) if 2**cell.n * size > CACHE_BYTES else 1
    moved = 2 * sweeps * passes * amplitudes * size
    return float(max(operations / peaks["flops"][cell.dtype], moved / peaks["bytes"]))
