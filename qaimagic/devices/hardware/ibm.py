"""IBM's machines through qiskit-ibm-runtime: ``ibm:ibm_torino``, ``ibm:least_busy``.

A submission is one job of SamplerV2. Each make of circuit is compiled once and goes with the table
of its parameters.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from qaimagic._checks import did_you_mean
from qaimagic.devices.hardware.client import Client, State
from qaimagic.devices.hardware.guarding import guarded
from qaimagic.devices.hardware.prices import longest, quote
from qaimagic.devices.machines.ibm import circuit_of, gate_names
from qaimagic.devices.machines.tables import Make, Part
from qaimagic.errors import DeviceError

TOKEN = "QISKIT_IBM_TOKEN"
LEAST_BUSY = "least_busy"
_SEED = 0
"""Of the compiler, so that a circuit is laid out on the same wires every time."""
_ENDED: dict[str, State] = {"DONE": "done", "ERROR": "failed", "CANCELLED": "failed"}


class IBMClient(Client):
    """A machine of IBM's.

    Args:
        machine: Its name, or ``"least_busy"`` for the one with the shortest queue now.
        service: What to use in the place of ``QiskitRuntimeService()``, such as a
            ``QiskitRuntimeLocalService``.

    Raises:
        DeviceError: If there is no account, no network, or no such machine.
    """

    def __init__(self, machine: str, *, service: Any = None) -> None:
        self.name = f"ibm:{machine}"
        self._service = self._connected() if service is None else service
        self._backend = self._chosen(machine)
        self.size = int(self._backend.num_qubits)
        self.gates = gate_names()
        self._compiled: dict[Make, Any] = {}
        self._jobs: dict[str, Any] = {}

    def divided(self, parts: Sequence[Part]) -> list[list[Part]]:
        """Return one job for all."""
        return [list(parts)]

    def quote(self, parts: Sequence[Part]) -> float:
        """Return the price of the time after which IBM is told to end the job."""
        return quote(self.name, seconds=self._longest(parts))

    def _longest(self, parts: Sequence[Part]) -> int:
        shots = sum(len(part.rows) * int(part.shots or 0) for part in parts)
        return longest(self.name, shots)

    def submit(self, parts: Sequence[Part], ticket: str) -> str:
        """Send a job off, with a ticket as a tag of it, and return its id."""
        from qiskit_ibm_runtime import SamplerV2

        options = {
            "environment": {"job_tags": [_tag(ticket)]},
            "max_execution_time": self._longest(parts),
        }
        sampler = SamplerV2(mode=self._backend, options=options)
        job = sampler.run([self._pub(part) for part in parts])
        self._jobs[job.job_id()] = job
        return str(job.job_id())

    def find(self, ticket: str) -> str | None:
        """Return the id of the job with a ticket as its tag, or None."""
        found = self._service.jobs(job_tags=[_tag(ticket)])
        return str(found[0].job_id()) if found else None

    def state(self, job: str) -> State:
        """Return what has become of a job."""
        from qiskit_ibm_runtime import RuntimeJobNotFound

        try:
            status = self._job(job).status()
        except RuntimeJobNotFound:
            return "lost"
        return _ENDED.get(getattr(status, "name", status), "waiting")

    def result(self, job: str, parts: Sequence[Part]) -> list[Any]:
        """Return what was read, bits of shape (rows, shots, n_measured) for each part."""
        found = []
        for part, answer in zip(parts, self._job(job).result(), strict=True):
            [register] = answer.data.values()
            bits = register.to_bool_array(order="little").astype(np.int64)
            found.append(bits.reshape(len(part.rows), part.shots, -1))
        return found

    def reason(self, job: str) -> str:
        """Return why a job failed, in IBM's words."""
        try:
            self._job(job).result()
        except Exception as error:
            return _without(f"{error}", self.secrets())
        return "no reason was given"

    def cost(self, job: str) -> float | None:
        """Return the price of the seconds that IBM says it took."""
        seconds = self.seconds(job)
        return quote(self.name, seconds=seconds) if seconds else None

    def seconds(self, job: str) -> float | None:
        """Return the time that IBM says it took."""
        return float(self._job(job).usage()) or None

    def secrets(self) -> Iterable[str | None]:
        """Return the token of the environment and those of saved accounts."""
        yield os.environ.get(TOKEN)
        for account in _saved():
            yield account.get("token")

    def _connected(self) -> Any:
        from qiskit_ibm_runtime import QiskitRuntimeService

        what = f"Device `{self.name}` cannot be used"
        return guarded(what, QiskitRuntimeService, self.secrets, _lacks())

    def _chosen(self, machine: str) -> Any:
        what = f"Device `{self.name}` cannot be used"
        if machine == LEAST_BUSY:
            return guarded(what, self._service.least_busy, self.secrets, "")
        backend = guarded(what, lambda: self._backend_or_none(machine), self.secrets, "")
        if backend is None:
            machines = guarded(what, self._service.backends, self.secrets, "")
            hint = did_you_mean(self.name, [f"ibm:{machine.name}" for machine in machines])
            raise DeviceError(
                f"Your account at IBM has no machine `{self.name}`.{hint} `ibm:{LEAST_BUSY}` takes "
                "the one with the shortest queue."
            )
        return backend

    def _backend_or_none(self, machine: str) -> Any:
        from qiskit.providers import QiskitBackendNotFoundError

        try:
            return self._service.backend(machine)
        except QiskitBackendNotFoundError:
            return None

    def _pub(self, part: Part) -> Any:
        """Return a circuit with the table of those parameters that its compiler has left."""
        if part.make not in self._compiled:
            from qiskit.transpiler import generate_preset_pass_manager

            compiler = generate_preset_pass_manager(backend=self._backend, seed_transpiler=_SEED)
            self._compiled[part.make] = compiler.run(circuit_of(part.make))
        circuit = self._compiled[part.make]
        left = [parameter.index for parameter in circuit.parameters]
        if not left:
            return circuit, None, len(part.rows) * int(part.shots or 0)
        return circuit, np.asarray(part.rows)[:, left], part.shots

    def _job(self, job: str) -> Any:
        if job not in self._jobs:
            self._jobs[job] = self._service.job(job)
        return self._jobs[job]


def missing() -> str:
    """Return what keeps IBM's machines from being used, or an empty string; nothing is sent."""
    if os.environ.get(TOKEN) or _saved():
        return ""
    return f"a token: set {TOKEN}, or save an account with `QiskitRuntimeService.save_account`"


def _lacks() -> str:
    lacks = missing()
    return f"Missing: {lacks}." if lacks else ""


def _saved() -> list[dict[str, Any]]:
    from qiskit_ibm_runtime import QiskitRuntimeService

    try:
        return list(QiskitRuntimeService.saved_accounts().values())
    except Exception:
        return []


def _tag(ticket: str) -> str:
    return f"qaimagic-{ticket}"


def _without(text: str, secrets: Iterable[str | None]) -> str:
    for secret in filter(None, secrets):
        text = text.replace(secret, "(token)")
    return " ".join(text.split())
