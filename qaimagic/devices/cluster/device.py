"""A PennyLane device whose circuits run on the workers of a cluster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from pennylane.devices import Device, ExecutionConfig
from pennylane.devices.modifiers import single_tape_support
from pennylane.tape import QuantumScript
from pennylane.transforms.core import CompilePipeline

from qaimagic._clock import Phase, PhaseName
from qaimagic.devices.cluster.connection import client_of
from qaimagic.devices.cluster.parts import joined, parts_of
from qaimagic.devices.cluster.rows import takes_rows
from qaimagic.devices.cluster.waiting import gathered
from qaimagic.devices.cluster.worker import COUNTED, Report, Task, packed, run

if TYPE_CHECKING:
    from qaimagic.devices.profiles import Profile


@single_tape_support
class ClusterDevice(Device):  # type: ignore[misc]
    """Sends each submission to a cluster in parts, and joins the answers in order.

    Workers bring circuits into the device's form as well, which takes as long as running them on
    a fast one. What a worker counted comes back with its answers: a part that is run twice, since
    a worker died, counts once.

    Args:
        profile: The device, without its cluster.
        cluster: What `check_cluster` returned.
        name: What to print for it.
        wires: The wires, or None for as many as circuits need.
        options: What else the device on the workers is made with; its seed gives one to each
            part.
    """

    def __init__(
        self,
        profile: Profile,
        cluster: int | str,
        name: str,
        wires: Any = None,
        **options: Any,
    ) -> None:
        super().__init__(wires=wires)
        self._profile = profile
        self._cluster = cluster
        self._name = name
        self._options = options
        seed = options.pop("seed", None)
        self._rng = None if seed is None else np.random.default_rng(seed)

    @property
    def name(self) -> str:
        """What to print for it."""
        return self._name

    def preprocess_transforms(
        self, execution_config: ExecutionConfig | None = None
    ) -> CompilePipeline:
        """Return no transforms: workers have the device's own."""
        del execution_config
        return CompilePipeline()

    def execute(
        self, circuits: Sequence[QuantumScript], execution_config: ExecutionConfig | None = None
    ) -> tuple[Any, ...]:
        """Return the answers of each circuit.

        Raises:
            DeviceError: If there is no such cluster, or it is lost.
        """
        config = execution_config or ExecutionConfig()
        with Phase("queueing"):
            client = client_of(self._cluster)
        with Phase("transfer"):
            return self._sent(circuits, config, client)

    def _sent(
        self, circuits: Sequence[QuantumScript], config: ExecutionConfig, client: Any
    ) -> tuple[Any, ...]:
        parts = parts_of(circuits, as_one=takes_rows(self._profile.device))
        tasks = [
            Task(
                self._profile,
                self.wires and list(self.wires),
                [piece.tape for piece in part],
                {**self._options, **self._seed()},
                config.mcm_config,
            )
            for part in parts
        ]
        futures = client.map(run, [packed(task) for task in tasks], pure=False)
        sizes = [sum(piece.rows for piece in part) for part in parts]
        with Phase("queueing") as waiting:
            reports: list[Report] = gathered(client, futures, sizes, self._name)
            waiting.held(busiest(reports))
        if self.tracker.active:
            totals = {name: sum(report.counts[name] for report in reports) for name in COUNTED}
            self.tracker.update(batches=1, **totals)
            self.tracker.record()
        return joined(circuits, parts, [report.answers for report in reports])

    def _seed(self) -> dict[str, int]:
        return {} if self._rng is None else {"seed": int(self._rng.integers(2**31))}


def busiest(reports: Sequence[Report]) -> dict[PhaseName, float]:
    """Return the seconds by phase of the worker that had most to do: the others were waited for.

    What is left of the time of a submission, nothing of it ran: it queued, or was on its way.
    """
    by_worker: dict[Any, dict[PhaseName, float]] = {}
    for report in reports:
        spent = by_worker.setdefault(report.worker, dict.fromkeys(report.seconds, 0.0))
        for phase, seconds in report.seconds.items():
            spent[phase] += seconds
    return max(by_worker.values(), key=lambda spent: sum(spent.values()))
