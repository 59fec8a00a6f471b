"""What a layer asks of a circuit, and how a circuit is told to run."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from pennylane.tape import QuantumScript
from torch import Tensor

from qaimagic.bridge.counting import CircuitCounter
from qaimagic.bridge.mapping import MappedTapes
from qaimagic.layers.probing import Probe

Answers = list[Any] | Tensor
"""For each measurement a tensor of shape (batch, ...), or for counts a list of dictionaries; or one
tensor of shape (batch, n_outputs) for all."""


class Job(NamedTuple):
    """How to run a circuit, once the device is settled.

    Attributes:
        device_for: Gives the PennyLane device object for a circuit's wires, or one that adds
            wires as it needs them, as for measurements within a circuit, for None.
        shots: The number of shots, or None for exact expectation values.
        diff_method: The gradient method, by PennyLane's name.
        counter: Counts the circuits that run.
        is_traced: Whether the engine may run the circuit as a program.
        is_ideal: Whether its device simulates pure states exactly, so that another simulator
            would give the same numbers.
    """

    device_for: Callable[[list[Any] | None], Any]
    shots: int | None
    diff_method: str
    counter: CircuitCounter
    is_traced: bool = False
    is_ideal: bool = False


class Circuit(Protocol):
    """What a :class:`~qaimagic.layers.hybrid.HybridLayer` needs of a circuit."""

    data: tuple[str, ...]
    shapes: Mapping[str, tuple[int, ...]]
    source: str | None
    superseded: bool

    @property
    def name(self) -> str:
        """The name of its function."""

    @property
    def function(self) -> Callable[..., Any]:
        """The function that queues the gates."""

    def trace(self, arguments: Mapping[str, Any]) -> QuantumScript:
        """Return the tape for one sample."""

    def probe(self) -> Probe:
        """Return one trace on values that stand for data and weights."""

    def wires(self) -> list[Any]:
        """Return the wires from top to bottom."""

    def run(self, data: Mapping[str, Tensor], weights: Mapping[str, Tensor], job: Job) -> Answers:
        """Return the answers for a batch; without data, for a batch of one."""

    def mapped(self, data: Mapping[str, Tensor], weights: Mapping[str, Tensor]) -> MappedTapes:
        """Return the circuits of a batch; without data, of a batch of one."""

    def singles(
        self, data: Mapping[str, Tensor], weights: Mapping[str, Tensor]
    ) -> list[QuantumScript]:
        """Return one tape for each sample, by its own row of data and of weights, (batch, ...)."""

    def standard_errors(
        self, data: Mapping[str, Tensor], weights: Mapping[str, Tensor], job: Job
    ) -> list[Tensor]:
        """Return how far the answers to the job's shots scatter, for a batch."""


def source_of(function: Callable[..., Any]) -> str | None:
    """Return the text of ``function``, or None where it was not kept."""
    try:
        return inspect.getsource(function)
    except (OSError, TypeError):
        return None
