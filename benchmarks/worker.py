"""One engine in a process of its own: a JSON object a line comes in, one goes out.

    python -m benchmarks.worker ENGINE

``{"do": "prepare", "family": F, "n": n, "batch": B, "dtype": D}`` builds a circuit;
``{"do": "first", "mode": M}`` runs it once, M being "forward" or "step", and returns seconds and
answers; ``{"do": "time", "mode": M, "calls": k}`` returns the seconds of k calls. What an engine
cannot do comes back as ``{"refused": reason}``.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from importlib.metadata import version
from typing import Any

from benchmarks.circuits import build, numbers


def plain(answers: Any) -> list[Any]:
    """Return an engine's arrays as lists: the answer, and for a step both gradients."""
    arrays = answers if isinstance(answers, tuple) else (answers,)
    return [array.tolist() for array in arrays]


class Worker:
    """Holds one engine's current circuit."""

    def __init__(self, name: str) -> None:
        if "OMP_NUM_THREADS" in os.environ and name != "tensorcircuit":
            import torch

            torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
        self.module = importlib.import_module(f"benchmarks.engines.{name}")
        self.engine: Any = None

    def hello(self) -> dict[str, Any]:
        """Return the versions of what the engine stands on, and whether it compiles first."""
        versions = [f"{library} {version(library)}" for library in self.module.LIBRARIES]
        return {"versions": versions, "compiles": hasattr(self.module, "COMPILES")}

    def prepare(self, family: str, n: int, batch: int, dtype: str) -> dict[str, Any]:
        """Build a circuit; the one before is let go."""
        self.engine = None
        start = time.perf_counter()
        problem = build(family, n, batch)
        self.engine = self.module.Engine(problem, numbers(problem), dtype)
        return {"seconds": time.perf_counter() - start}

    def first(self, mode: str) -> dict[str, Any]:
        """Run once, and return what came out."""
        start = time.perf_counter()
        outcome = getattr(self.engine, mode)()
        return {"seconds": time.perf_counter() - start, "answers": plain(outcome)}

    def time(self, mode: str, calls: int) -> dict[str, Any]:
        """Run several times."""
        run = getattr(self.engine, mode)
        seconds = []
        for _ in range(calls):
            start = time.perf_counter()
            run()
            seconds.append(time.perf_counter() - start)
        return {"seconds": seconds}


def main() -> None:
    """Answer until there is nothing more to read; what libraries print goes to the log."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    worker: Worker | None = None
    for line in sys.stdin:
        message = json.loads(line)
        try:
            if worker is None:
                worker = Worker(sys.argv[1])
            reply = getattr(worker, message.pop("do"))(**message)
        except Exception as error:
            reason = str(error).strip().split("\n")[0]
            reply = {"refused": f"{type(error).__name__}: {reason}"[:200]}
        answers.write(json.dumps(reply) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
