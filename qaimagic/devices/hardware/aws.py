"""Machines at Amazon Braket through the vendor's own client: ``aws:Garnet``, ``aws:arn:aws:...``.

Each row of parameters is one quantum task there, and Braket compiles it for the machine.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from qaimagic._checks import did_you_mean
from qaimagic.devices.hardware.client import Client, State
from qaimagic.devices.hardware.guarding import guarded
from qaimagic.devices.hardware.prices import quote
from qaimagic.devices.machines.tables import BARRIER, Make, Part
from qaimagic.errors import DeviceError

_SECRETS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
_SIGNS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
_FILES = {"AWS_SHARED_CREDENTIALS_FILE": "credentials", "AWS_CONFIG_FILE": "config"}
_GATES = {
    "Adjoint(S)": "si",
    "Adjoint(T)": "ti",
    "CNOT": "cnot",
    "CY": "cy",
    "CZ": "cz",
    "Hadamard": "h",
    "ISWAP": "iswap",
    "IsingXX": "xx",
    "IsingYY": "yy",
    "IsingZZ": "zz",
    "PauliX": "x",
    "PauliY": "y",
    "PauliZ": "z",
    "PhaseShift": "phaseshift",
    "RX": "rx",
    "RY": "ry",
    "RZ": "rz",
    "S": "s",
    "SWAP": "swap",
    "SX": "v",
    "T": "t",
}
_ENDED: dict[str, State] = {"COMPLETED": "done", "FAILED": "failed", "CANCELLED": "failed"}


class AWSClient(Client):
    """A machine at Amazon Braket.

    Args:
        machine: Its name, such as ``"Garnet"``, or its ARN.
        device: What to use in the place of an ``AwsDevice``, such as a
            ``braket.devices.LocalSimulator``.

    Raises:
        DeviceError: If there is no such machine, no network, or nothing to sign in with.
    """

    def __init__(self, machine: str, *, device: Any = None) -> None:
        self.name = f"aws:{machine}"
        self._device = self._connected(machine) if device is None else device
        properties = self._device.properties
        self.size = int(properties.paradigm.qubitCount)
        action = properties.action["braket.ir.openqasm.program"]
        known = {name.lower() for name in action.supportedOperations}
        self.gates = frozenset(name for name, gate in _GATES.items() if gate in known) | {"U3"}
        self._tasks: dict[str, Any] = {}

    def divided(self, parts: Sequence[Part]) -> list[list[Part]]:
        """Return one job for each row.

        Raises:
            DeviceError: If there is a barrier.
        """
        if any(gate.name == BARRIER for part in parts for gate in part.make.gates):
            raise DeviceError(
                f"Device `{self.name}` compiles across barriers, so that gates which have to be "
                "left as they are, as in zero-noise extrapolation, would be taken out."
            )
        return [
            [Part(part.make, part.rows[row : row + 1], part.shots)]
            for part in parts
            for row in range(len(part.rows))
        ]

    def quote(self, parts: Sequence[Part]) -> float:
        """Return the price of a task with so many shots."""
        [part] = parts
        return quote(self.name, circuits=1, shots=int(part.shots or 0))

    def submit(self, parts: Sequence[Part], ticket: str) -> str:
        """Send a task off and return its ARN; with the same ticket it is the same task."""
        [part] = parts
        circuit = _circuit(part.make, part.rows[0])
        with _idempotent(self._device, ticket):
            task = self._device.run(circuit, shots=part.shots)
        self._tasks[task.id] = task
        return str(task.id)

    def find(self, ticket: str) -> str | None:
        """Return None: sending a task again with its ticket is what finds it."""
        del ticket
        return None

    def state(self, job: str) -> State:
        """Return what has become of a task."""
        try:
            return _ENDED.get(self._task(job).state(), "waiting")
        except Exception as error:
            if "ResourceNotFound" in type(error).__name__:
                return "lost"
            raise

    def result(self, job: str, parts: Sequence[Part]) -> list[Any]:
        """Return what was read, bits of shape (1, shots, n_measured)."""
        [part] = parts
        answer = self._task(job).result()
        columns = [list(answer.measured_qubits).index(wire) for wire in part.make.measured]
        return [np.asarray(answer.measurements, dtype=np.int64)[np.newaxis, :, columns]]

    def reason(self, job: str) -> str:
        """Return why a task failed, in Braket's words."""
        task = self._task(job)
        told: Mapping[str, Any] = task.metadata() if hasattr(task, "metadata") else {}
        return str(told.get("failureReason") or "no reason was given")

    def cost(self, job: str) -> float | None:
        """Return None: the list price is exact, and what failed is not charged."""
        del job
        return None

    def seconds(self, job: str) -> float | None:
        """Return None: Braket tells when a task ended, and not when it began to run."""
        del job
        return None

    def secrets(self) -> Iterable[str | None]:
        """Return the keys of the environment and of the session."""
        yield from (os.environ.get(name) for name in _SECRETS)
        session = getattr(getattr(self, "_device", None), "aws_session", None)
        credentials = None if session is None else session.boto_session.get_credentials()
        if credentials is not None:
            yield from credentials.get_frozen_credentials()[:3]

    def _connected(self, machine: str) -> Any:
        from braket.aws import AwsDevice

        arn = machine if machine.startswith("arn:") else arns()[machine]
        what = f"Device `{self.name}` cannot be used"
        return guarded(what, lambda: AwsDevice(arn), self.secrets, _lacks())

    def _task(self, job: str) -> Any:
        if job not in self._tasks:
            from braket.aws import AwsQuantumTask

            session = self._device.aws_session
            self._tasks[job] = AwsQuantumTask(job, aws_session=session, quiet=True)
        return self._tasks[job]


def arns() -> dict[str, str]:
    """Return the ARN of each gate-based machine that Braket's client knows, by its name."""
    from braket.devices import Devices

    makers = (Devices.AQT, Devices.IonQ, Devices.IQM, Devices.Rigetti)
    return {
        member.name: str(member.value)
        for maker in makers
        for member in maker
        if not member.name.startswith("_")
    }


def check_machine(machine: str) -> None:
    """Check a name before anything is sent.

    Raises:
        DeviceError: If Braket's client knows no such machine.
    """
    known = arns()
    if machine not in known and not machine.startswith("arn:"):
        listing = ", ".join(f"`aws:{name}`" for name in sorted(known))
        raise DeviceError(
            f"Amazon Braket has no machine `aws:{machine}`.{did_you_mean(machine, known)} It has "
            f"{listing}; `aws:` also takes a machine's ARN."
        )


def missing() -> str:
    """Return what keeps Braket's machines from being used, or an empty string; nothing is sent."""
    home = Path.home() / ".aws"
    files = (os.environ.get(name) or home / file for name, file in _FILES.items())
    if any(map(os.environ.get, _SIGNS)) or any(Path(file).is_file() for file in files):
        return ""
    return (
        "credentials: run `aws configure`, or set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and "
        "AWS_DEFAULT_REGION"
    )


def _lacks() -> str:
    lacks = missing()
    return f"Missing: {lacks}." if lacks else ""


def _circuit(make: Make, row: Any) -> Any:
    from braket.circuits import Circuit

    circuit = Circuit()
    for gate in make.gates:
        angles = [float(row[slot]) for slot in gate.slots]
        if gate.name == "U3":
            theta, phi, first = angles
            [wire] = gate.wires
            circuit.rz(wire, first).ry(wire, theta).rz(wire, phi)
        else:
            getattr(circuit, _GATES[gate.name])(*gate.wires, *angles)
    for wire in make.measured:
        circuit.measure(wire)
    return circuit


@contextmanager
def _idempotent(device: Any, ticket: str) -> Iterator[None]:
    """Within the context, give each new task our ticket as its token, so that it is made once."""
    session = getattr(device, "aws_session", None)
    if session is None:
        yield
        return

    def put(params: dict[str, Any], **_: Any) -> None:
        params["clientToken"] = ticket

    events, event = session.braket_client.meta.events, "provide-client-params.braket"
    events.register(f"{event}.CreateQuantumTask", put)
    try:
        yield
    finally:
        events.unregister(f"{event}.CreateQuantumTask", put)
