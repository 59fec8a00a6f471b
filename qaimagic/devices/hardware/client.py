"""What a vendor's client is asked for, whichever vendor it is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any, Literal, TypeAlias

from qaimagic.devices.machines.tables import Part

State: TypeAlias = Literal["waiting", "done", "failed", "lost"]
"""A job's state; ``"lost"`` is one that the vendor does not know."""


class Client(ABC):
    """A machine at its vendor's. Errors are the vendor's own.

    Attributes:
        name: What ``--device`` takes.
        size: The number of its wires.
        gates: PennyLane's names of the gates that it takes.
    """

    name: str
    size: int
    gates: frozenset[str]

    @abstractmethod
    def divided(self, parts: Sequence[Part]) -> list[list[Part]]:
        """Return what each job holds: the parts in order, cut between rows at most."""

    @abstractmethod
    def quote(self, parts: Sequence[Part]) -> float:
        """Return the highest price of a job, in US dollars."""

    @abstractmethod
    def submit(self, parts: Sequence[Part], ticket: str) -> str:
        """Send a job off and return its id, without waiting.

        Args:
            parts: What it holds.
            ticket: A word of ours by which the vendor knows the job again.
        """

    @abstractmethod
    def find(self, ticket: str) -> str | None:
        """Return the id of the job that was submitted with a ticket, or None if none is known."""

    @abstractmethod
    def state(self, job: str) -> State:
        """Return what has become of a job."""

    @abstractmethod
    def result(self, job: str, parts: Sequence[Part]) -> list[Any]:
        """Return what was read, bits of shape (rows, shots, n_measured) for each part."""

    @abstractmethod
    def reason(self, job: str) -> str:
        """Return why a job failed, in the vendor's words."""

    @abstractmethod
    def cost(self, job: str) -> float | None:
        """Return what a job has come to, in US dollars, or None where the vendor does not say."""

    @abstractmethod
    def seconds(self, job: str) -> float | None:
        """Return how long a job took on the machine, or None where the vendor does not say."""

    @abstractmethod
    def secrets(self) -> Iterable[str | None]:
        """Return what no message may show."""
