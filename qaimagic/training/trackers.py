"""Listeners that write a run into the files of TensorBoard and MLflow, without any server.

Pass one to a run, ``train(..., listeners=[TensorBoardTracker("runs/first")])`` or
``live(listeners=[...])``. No port is opened and nothing is sent anywhere.
"""

from __future__ import annotations

import os
import time
from importlib import import_module
from pathlib import Path
from typing import Any

from qaimagic.errors import MissingExtraError
from qaimagic.training.events import EpochEnded, Event, RunEnded, RunStarted, StepEnded

_FLUSH_AFTER = 500
_FLUSH_SECONDS = 10.0
_EPOCH_NUMBERS = (
    "train_loss",
    "train_metric",
    "val_loss",
    "val_metric",
    "baseline_train_loss",
    "baseline_train_metric",
    "baseline_val_loss",
    "baseline_val_metric",
)


def _numbers(event: StepEnded | EpochEnded, metric: str | None) -> dict[str, float]:
    """Return what ``event`` measured, by the names under which both trackers file it."""
    if isinstance(event, StepEnded):
        named = {
            "step/loss": event.loss,
            f"step/{metric or 'metric'}": event.metric,
            "step/grad_norm": event.grad_norm,
            "step/seconds": event.seconds,
            "step/baseline_loss": event.baseline_loss,
        }
    else:
        named = {
            f"epoch/{name.replace('metric', metric or 'metric')}": getattr(event, name)
            for name in _EPOCH_NUMBERS
        }
    return {name: value for name, value in named.items() if value is not None and value == value}


def _settings(event: RunStarted) -> dict[str, str]:
    names = ("model", "device", "loss", "metric", "parameters", "baseline", "total_epochs")
    settings = {name: getattr(event, name) for name in names}
    return {name: str(value) for name, value in settings.items() if value is not None}


class TensorBoardTracker:
    """Writes a run as TensorBoard event files: ``tensorboard --logdir DIRECTORY`` shows them.

    Steps are filed under ``step/``, epochs under ``epoch/`` at the step where they ended.

    Args:
        directory: Where to write; made if it is missing. One directory is one run.

    Raises:
        MissingExtraError: If tensorboard is not installed.
    """

    def __init__(self, directory: str | os.PathLike[str]) -> None:
        self._directory = Path(directory)
        self._writer: Any = None
        self._metric: str | None = None
        try:
            self._writers = import_module("torch.utils.tensorboard")
        except ImportError as error:
            raise MissingExtraError("Writing TensorBoard files", "tensorboard") from error

    def __call__(self, event: Event) -> None:
        """Write what ``event`` tells."""
        if isinstance(event, RunStarted):
            self._metric = event.metric
            self._writer = self._writers.SummaryWriter(str(self._directory))
            lines = (f"{name}: {value}" for name, value in _settings(event).items())
            self._writer.add_text("run", "  \n".join(lines), event.first_step)
        elif self._writer is None:
            return
        elif isinstance(event, StepEnded | EpochEnded):
            for name, value in _numbers(event, self._metric).items():
                self._writer.add_scalar(name, value, event.step)
            if isinstance(event, EpochEnded):
                self._writer.flush()
        elif isinstance(event, RunEnded):
            self._writer.close()
            self._writer = None


class MlflowTracker:
    """Writes a run into an MLflow database file: ``mlflow ui`` on the file shows it.

    Numbers are written in batches: at the end of each epoch, and at least every few seconds.
    MLflow's own usage reports are switched off unless ``MLFLOW_DISABLE_TELEMETRY`` says otherwise.

    Args:
        database: The SQLite file; made if it is missing. Show it with
            ``mlflow ui --backend-store-uri sqlite:///mlflow.db``.
        experiment: The experiment's name; made if it is missing.
        run_name: The run's name; MLflow invents one if it is None.

    Raises:
        MissingExtraError: If mlflow, or what it needs for a database, is not installed.
    """

    def __init__(
        self,
        database: str | os.PathLike[str] = "mlflow.db",
        *,
        experiment: str = "qaimagic",
        run_name: str | None = None,
    ) -> None:
        os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
        try:
            import_module("sqlalchemy")
            import_module("alembic")
            self._entities = import_module("mlflow.entities")
            tracking = import_module("mlflow.tracking")
        except ImportError as error:
            raise MissingExtraError("Writing MLflow files", "mlflow") from error
        uri = f"sqlite:///{Path(database).resolve().as_posix()}"
        self._client: Any = tracking.MlflowClient(tracking_uri=uri)
        known = self._client.get_experiment_by_name(experiment)
        self._experiment: str = (
            known.experiment_id if known else self._client.create_experiment(experiment)
        )
        self._run_name = run_name
        self._run: str | None = None
        self._metric: str | None = None
        self._waiting: list[Any] = []
        self._flushed = time.monotonic()

    def __call__(self, event: Event) -> None:
        """Write what ``event`` tells."""
        if isinstance(event, RunStarted):
            self._metric = event.metric
            run = self._client.create_run(self._experiment, run_name=self._run_name)
            self._run = run.info.run_id
            for name, value in _settings(event).items():
                self._client.log_param(self._run, name, value)
        elif self._run is None:
            return
        elif isinstance(event, StepEnded | EpochEnded):
            now = time.time_ns() // 1_000_000
            self._waiting += [
                self._entities.Metric(name, value, now, event.step)
                for name, value in _numbers(event, self._metric).items()
            ]
            late = time.monotonic() - self._flushed > _FLUSH_SECONDS
            if isinstance(event, EpochEnded) or late or len(self._waiting) >= _FLUSH_AFTER:
                self._flush()
        elif isinstance(event, RunEnded):
            self._flush()
            self._client.set_tag(self._run, "stop_reason", event.reason)
            status = {"interrupted": "KILLED", "failed": "FAILED"}.get(event.reason, "FINISHED")
            self._client.set_terminated(self._run, status=status)
            self._run = None

    def _flush(self) -> None:
        if self._waiting:
            self._client.log_batch(self._run, metrics=self._waiting)
        self._waiting = []
        self._flushed = time.monotonic()
