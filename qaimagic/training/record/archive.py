"""Runs in files: saved when asked for, and checkpoints while they go."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from qaimagic._checks import requirement
from qaimagic.errors import CheckpointError
from qaimagic.training.record.fingerprint import Fingerprint, differing
from qaimagic.training.record.history import History
from qaimagic.training.record.store import read, write
from qaimagic.training.record.table import Score
from qaimagic.training.record.times import Times
from qaimagic.training.run import TrainingRun

_PLAIN = (
    "stop_reason",
    "stop_message",
    "model",
    "parameters",
    "device",
    "loss",
    "metric",
    "metric_rises",
    "seed",
    "circuits",
    "cost",
    "versions",
    "fingerprint",
    "notices",
)
_LATER = ("cost",)
"""What runs that were saved by earlier versions lack."""


def save_run(run: TrainingRun, path: Path) -> Path:
    """Write ``run`` to ``path`` atomically, with all that is needed to go on.

    Raises:
        CheckpointError: If it cannot be written.
    """
    write(path, {"run": _described(run), "state": run._state})
    return path


def load_run(path: Path) -> TrainingRun:
    """Return the run in the file at ``path``.

    Raises:
        FileNotFoundError: If there is no such file.
        CheckpointError: If it is no saved run.
    """
    content = read(path)
    return _revived(content["run"], content["state"])


def read_checkpoint(path: Path, fingerprint: Fingerprint) -> dict[str, Any]:
    """Return the state in the checkpoint at ``path``, if it belongs to the same run.

    Raises:
        CheckpointError: If model, data or an option differ, naming which.
    """
    content = read(path)
    changed = differing(content["run"]["fingerprint"], fingerprint)
    if changed:
        names = ", ".join(f"`{name}`" for name in changed)
        received = f"`{path}` was written with another {names}"
        fix = "Use another file, or `fresh` (in a cell `--fresh`) to replace it."
        raise CheckpointError(requirement("checkpoint", "belong to this run", received, fix))
    state: dict[str, Any] = content["state"]
    return state


def _described(run: TrainingRun) -> dict[str, Any]:
    return {name: getattr(run, name) for name in _PLAIN} | {
        "table": [asdict(row) for row in run.table],
        "results": None if run._state is not None else _results(run),
        "baseline": None if run.baseline is None else _described(run.baseline),
    }


def _results(run: TrainingRun) -> dict[str, Any]:
    return {
        "best": run.best_state,
        "last": run.last_state,
        "history": run.history.columns(),
        "times": run.times.state(),
    }


def _revived(record: dict[str, Any], state: dict[str, Any] | None) -> TrainingRun:
    twin = record["baseline"]
    if state is None:
        results = record["results"]
    else:
        weights = state["model"]
        last = {"best": weights["best"], "last": weights["weights"]}
        results = last | {"history": state["history"], "times": state.get("times")}
    return TrainingRun(
        **{name: record[name] for name in _PLAIN if name in record or name not in _LATER},
        history=History.from_columns(results["history"]),
        times=Times.from_state(results.get("times")),
        table=[Score(**row) for row in record["table"]],
        best_state=results["best"],
        last_state=results["last"],
        baseline=None if twin is None else _revived(twin, None),
        _state=state,
    )
