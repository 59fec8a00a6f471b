"""How time and memory of a training step grow with the wires, in our engine alone.

    python -m benchmarks.growth [--quick]

Time is that of one sample of the ``embedding`` circuit, for each amplitude and gate; memory is
what a step adds to the process at its highest, in states of the batch.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import dev

SIZES = (12, 14, 16, 18, 20, 22, 24)
QUICK = (12, 14, 16, 18)
MEMORY = ((22, 1), (16, 64))
QUICK_MEMORY = ((18, 1), (12, 64))
SECONDS = 1.0
"""Steps are repeated for this long, and the fastest counts."""


def time_of_step(n: int) -> dict[str, float]:
    """Return the seconds of a training step of one sample, and the number of gates."""
    from benchmarks.circuits import build, numbers
    from benchmarks.engines.ours_engine import Engine

    problem = build("embedding", n, 1)
    engine = Engine(problem, numbers(problem), "float32")
    engine.step()
    seconds: list[float] = []
    while not seconds or sum(seconds) < SECONDS:
        start = time.perf_counter()
        engine.step()
        seconds.append(time.perf_counter() - start)
    return {"seconds": min(seconds), "gates": len(problem.gates)}


def memory_of_step(n: int, batch: int) -> dict[str, float]:
    """Return by how many states of the batch a training step raises the process's peak.

    A step on 4 wires comes first: what the engine keeps whatever the size is not counted.
    """
    from benchmarks.circuits import build, numbers
    from benchmarks.engines.ours_engine import Engine

    small = build("embedding", 4, batch)
    Engine(small, numbers(small), "float32").step()
    problem = build("embedding", n, batch)
    engine = Engine(problem, numbers(problem), "float32")
    before = peak_bytes()
    engine.step()
    return {"states": (peak_bytes() - before) / (8 * batch * 2**n)}


def peak_bytes() -> float:
    """Return the most memory that this process has held."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return 1024 * float(next(line for line in lines if "VmHWM" in line).split()[1])
    except (OSError, StopIteration):
        import resource

        unit = 1 if sys.platform == "darwin" else 1024
        return float(unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def in_a_new_process(what: str, *sizes: int) -> dict[str, float]:
    """Return what a measurement of this module returns in a process of its own."""
    code = f"import json; from benchmarks.growth import {what}; print(json.dumps({what}{sizes}))"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=dev.ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr.strip().split("\n")[-1])
    return dict(json.loads(done.stdout.splitlines()[-1]))


def lines(quick: bool) -> Iterator[str]:
    """Measure, and yield the two tables row by row."""
    yield "| wires | a step of one sample, ms | for each amplitude and gate, ns |"
    yield "|---|---|---|"
    each: list[float] = []
    for n in QUICK if quick else SIZES:
        found = in_a_new_process("time_of_step", n)
        each.append(1e9 * found["seconds"] / (2**n * found["gates"]))
        yield f"| {n} | {1e3 * found['seconds']:.4g} | {each[-1]:.3f} |"
    yield ""
    yield f"Growth from the fewest wires to the most: {each[-1] / each[0]:.2f} (asked: below 3)."
    yield ""
    yield "| memory of a step | states (asked: at most 4) |"
    yield "|---|---|"
    for n, batch in QUICK_MEMORY if quick else MEMORY:
        found = in_a_new_process("memory_of_step", n, batch)
        yield f"| n={n}, B={batch} | {found['states']:.2f} |"
    yield ""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.growth", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer wires")
    for line in lines(parser.parse_args(arguments).quick):
        print(line, flush=True)


if __name__ == "__main__":
    main()
