"""Files of TensorBoard and MLflow, written by a real loop and read back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from qaimagic.errors import MissingExtraError
from qaimagic.training.live import live
from qaimagic.training.trackers import MlflowTracker, TensorBoardTracker


def small_run(tracker: Any) -> None:
    with live(live=False, metric="accuracy", listeners=[tracker]) as run:
        for epoch in run(range(2)):
            for k in run(range(3)):
                run.log(loss=1.0 / (1 + 3 * epoch + k))
            run.log(accuracy=0.5 + 0.25 * epoch)


def test_tensorboard_files_hold_every_step_and_epoch(tmp_path: Path) -> None:
    small_run(TensorBoardTracker(tmp_path / "runs"))
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    reader = EventAccumulator(str(tmp_path / "runs"))
    reader.Reload()
    losses = reader.Scalars("step/loss")
    assert [row.step for row in losses] == [1, 2, 3, 4, 5, 6]
    assert losses[-1].value == pytest.approx(1 / 6)
    rows = [(row.step, row.value) for row in reader.Scalars("epoch/val_accuracy")]
    assert rows == [(3, 0.5), (6, 0.75)]


def test_an_mlflow_database_holds_every_step_and_epoch(tmp_path: Path) -> None:
    database = tmp_path / "mlflow.db"
    for _ in range(2):
        small_run(MlflowTracker(database, experiment="test", run_name="small"))
    from mlflow.tracking import MlflowClient

    client = MlflowClient(tracking_uri=f"sqlite:///{database.as_posix()}")
    runs = client.search_runs([client.get_experiment_by_name("test").experiment_id])
    assert [run.info.run_name for run in runs] == ["small", "small"]
    assert {run.info.status for run in runs} == {"FINISHED"}
    assert runs[0].data.params["metric"] == "accuracy"
    losses = client.get_metric_history(runs[0].info.run_id, "step/loss")
    assert sorted(row.step for row in losses) == [1, 2, 3, 4, 5, 6]
    rows = client.get_metric_history(runs[0].info.run_id, "epoch/val_accuracy")
    assert [(row.step, row.value) for row in rows] == [(3, 0.5), (6, 0.75)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mlflow.db"]


@pytest.mark.parametrize(
    ("module", "call", "extra"),
    [
        ("tensorboard", "TensorBoardTracker('runs')", "tensorboard"),
        ("mlflow", "MlflowTracker()", "mlflow"),
        ("sqlalchemy", "MlflowTracker()", "mlflow"),
    ],
)
def test_a_missing_extra_is_named_with_the_command(
    module: str, call: str, extra: str, tmp_path: Path
) -> None:
    script = (
        f"import sys; sys.modules[{module!r}] = None\n"
        f"from qaimagic.training.trackers import *\n{call}"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert MissingExtraError.__name__ in done.stderr
    assert f'pip install "qaimagic[{extra}]"' in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_no_port_is_opened_and_no_connection_made(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "def watch(event, args):\n"
        "    probe = event == 'socket.bind' and args[-1] == ('::1', 0)\n"  # urllib3: is there IPv6?
        "    network = ('socket.bind', 'socket.connect', 'socket.getaddrinfo')\n"
        "    if event in network and not probe:\n"
        "        sys.__stderr__.write(f'NETWORK {event} {args[-1]}\\n')\n"
        "sys.addaudithook(watch)\n"
        "from qaimagic.training.live import live\n"
        "from qaimagic.training.trackers import MlflowTracker, TensorBoardTracker\n"
        "with live(live=False, listeners=[MlflowTracker(), TensorBoardTracker('runs')]) as run:\n"
        "    for k in run(range(3)):\n"
        "        run.log(loss=k)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "NETWORK" not in done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"mlflow.db", "runs"}
