"""A PennyLane device that runs circuits on a vendor's machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from qaimagic._checks import check_number
from qaimagic.devices.hardware.client import Client
from qaimagic.devices.hardware.jobs import JobBook
from qaimagic.devices.hardware.submitting import answers
from qaimagic.devices.machines.machine import Machine
from qaimagic.devices.machines.tables import Make, Part
from qaimagic.errors import DeviceError

PATIENCE = 3600.0
"""How long to wait for the results of a submission, in seconds, unless something else is said."""


class HardwareDevice(Machine):
    """A vendor's machine. It has no seed, and every shot is paid for.

    All circuits of a submission are sent before the first result is waited for. Nothing is sent
    without a budget. A job that an earlier kernel left behind is taken up.

    Args:
        client: The machine at its vendor's.
        wires: The wires, or None for as many as a circuit has.
        patience: How long to wait for the results of a submission, in seconds. What has not come
            by then is kept.
        book: The jobs on their way, or None for those of the user.

    Raises:
        ValueError: If ``patience`` is not above 0.

    Example:
        >>> from qiskit_ibm_runtime.fake_provider.local_service import QiskitRuntimeLocalService
        >>> from qaimagic.devices.hardware.device import HardwareDevice
        >>> from qaimagic.devices.hardware.ibm import IBMClient
        >>> HardwareDevice(IBMClient("fake_manila", service=QiskitRuntimeLocalService())).size
        5
    """

    is_paid = True

    def __init__(
        self,
        client: Client,
        wires: Any = None,
        *,
        patience: float = PATIENCE,
        book: JobBook | None = None,
    ) -> None:
        super().__init__(client.name, client.gates, client.size, wires=wires)
        self._client = client
        self._patience = check_number("patience", patience, above=0)
        self._book = JobBook() if book is None else book

    def run(self, parts: Sequence[Part]) -> list[Any]:
        """Return the samples of each part, bits of shape (rows, shots, n_measured)."""
        if any(part.shots is None for part in parts):
            raise DeviceError(
                f"Device `{self.name}` is a machine and answers by shots. Ask for some: "
                "`--shots 1000`, or `shots=1000` in Python."
            )
        read = [bits for job in self._read(parts) for bits in job]
        gathered = []
        for part in parts:
            rows: list[Any] = []
            while sum(map(len, rows)) < len(part.rows):
                rows.append(read.pop(0))
            gathered.append(np.concatenate(rows))
        return gathered

    def probabilities(self, make: Make, rows: Any) -> Any:
        """Refuse: a machine has no exact answers."""
        return self.run([Part(make, rows, None)])

    def samples(self, make: Make, rows: Any, shots: int, seed: int) -> Any:
        """Return what is read, bits of shape (rows, shots, n_measured); the seed plays no part."""
        del seed
        return self.run([Part(make, rows, shots)])[0]

    def _read(self, parts: Sequence[Part]) -> list[list[Any]]:
        return answers(self._client, parts, self._book, self._patience)
