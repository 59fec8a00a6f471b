"""A training step on a GPU against the same machine's processor, and default.qubit there.

    python -m benchmarks.gpu

Our kernels run on processors; CUDA tensors run in plain torch. Each line is one circuit: the
fastest of the steps that fit into a second, the three in turn, twice. `default.qubit` runs on the
processor: PennyLane 0.45.1 refuses a batch of CUDA tensors, which it adds to a state on the
processor.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import torch

from benchmarks.circuits import build, numbers
from benchmarks.engines import default_qubit, ours

CELLS = [
    ("embedding", 4, 64),
    ("embedding", 8, 64),
    ("embedding", 12, 32),
    ("embedding", 12, 256),
    ("embedding", 16, 32),
    ("embedding", 20, 1),
    ("embedding", 20, 16),
    ("qaoa", 16, 1),
    ("qaoa", 20, 1),
]
SECONDS = 1.0
TURNS = 2


def on_gpu(engine: Any) -> Any:
    """Move an engine's tensors and its layer to the GPU."""
    engine.layer.to("cuda")
    engine.weights = engine.layer.weights
    engine.inputs = engine.inputs.detach().cuda().requires_grad_()
    engine.cotangent = engine.cotangent.cuda()
    return engine


def fastest(step: Callable[[], Any]) -> float:
    """Return the seconds of the fastest of the steps that fit into `SECONDS`."""
    seconds: list[float] = []
    while sum(seconds) < SECONDS:
        torch.cuda.synchronize()
        start = time.perf_counter()
        step()
        torch.cuda.synchronize()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def line(family: str, n: int, batch: int) -> str:
    """Return a row of the table: milliseconds, and the largest difference between the three."""
    problem = build(family, n, batch)
    given = numbers(problem)
    engines = [
        ours.Engine(problem, given, "float32"),
        on_gpu(ours.Engine(problem, given, "float32")),
        default_qubit.Engine(problem, given, "float32"),
    ]
    found = [[part.cpu() for part in engine.step()] for engine in engines]
    apart = max(
        float((one - other).abs().max())
        for parts in found[1:]
        for one, other in zip(found[0], parts, strict=True)
        if one.numel()
    )
    turns = [[fastest(engine.step) for engine in engines] for _ in range(TURNS)]
    times = " | ".join(f"{1e3 * min(seconds):.3g}" for seconds in zip(*turns, strict=True))
    return f"| {family}, n={n}, B={batch} | {times} | {apart:.1g} |"


def main() -> None:
    """Print the table."""
    if not torch.cuda.is_available():
        raise SystemExit("there is no GPU here")
    print(f"{torch.cuda.get_device_name()}, torch {torch.__version__}, float32, ms a step\n")
    print("| cell | our layer, CPU | our layer, GPU | default.qubit, CPU | apart |")
    print("|---|---|---|---|---|")
    for cell in CELLS:
        print(line(*cell), flush=True)


if __name__ == "__main__":
    main()
