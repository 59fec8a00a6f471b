"""Circuits that differ in their angles alone, run as a batch on a device."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pennylane as qml
import torch
from pennylane.tape import QuantumScript

from qaimagic._checks import check_int, check_shots
from qaimagic.bridge.depth import two_qubit_gates
from qaimagic.devices import override
from qaimagic.devices.selection import (
    Choice,
    check_choice_of,
    check_scatter_known,
    describe,
    resolve,
)
from qaimagic.layers.declare import quantum
from qaimagic.layers.depth import depth_of
from qaimagic.layers.takeover import is_ideal
from qaimagic.subroutines.matrix_products.loading import Floats
from qaimagic.training.loop.streams import derive


class Running:
    """Circuits of one form, on a device.

    Attributes:
        device: Where they run.
        shots: How many shots each has; None for exact answers.
        is_ideal: Whether that is a machine without noise.

    Args:
        device: A device, or None for the default.
        shots: How many shots each circuit has; by default exact answers.
        seed: Decides the shots.

    Raises:
        DeviceError: If there is no such device, or it cannot do what is asked.
    """

    def __init__(self, device: Any, shots: int | None, seed: int) -> None:
        check_shots(shots)
        check_int("seed", seed, minimum=0)
        with override(device, shots=shots):
            choice = resolve(Choice())
            check_choice_of(choice)
        if choice.shots is not None:
            check_scatter_known(choice)
        self.device, self.shots = describe(choice.device), choice.shots
        self.is_ideal = is_ideal(Choice(choice.device))
        self._device, self._seed, self._batches = device, seed, 0

    def circuit(
        self,
        queue: Callable[[Any], None],
        n_angles: int,
        wires: Sequence[Any],
        measured: Sequence[Any],
    ) -> Callable[[Floats], Floats]:
        """Return what gives the outcomes' probabilities of circuits, shape (k, 2^m).

        It takes their angles, shape (k, n_angles).

        Args:
            queue: Queues the gates for one circuit's angles.
            n_angles: How many angles it has; a layer tries other numbers first.
            wires: All wires of the circuit.
            measured: The m wires that are measured.
        """

        def body(inputs):  # type: ignore[no-untyped-def]
            if len(inputs) != n_angles:
                raise ValueError(f"There are {n_angles} angles, not {len(inputs)}.")
            queue(inputs)
            return qml.probs(wires=list(measured))

        layer = quantum(wires=list(wires))(body)

        def chances(angles: Floats) -> Floats:
            seed = derive(self._seed, f"batch {self._batches}")
            self._batches += 1
            with override(self._device, shots=self.shots, seed=seed), torch.no_grad():
                found = layer(torch.as_tensor(angles)).to(torch.float64).numpy()
            clipped: Floats = np.clip(found, 0.0, 1.0)
            return clipped

        return chances

    def depth(self, queue: Callable[[Any], None], angles: Floats, wires: Sequence[Any]) -> int:
        """Return the depth of one circuit in gates on two wires, on its device."""

        def body() -> object:
            queue(angles)
            return qml.probs(wires=list(wires))

        with override(self._device, shots=self.shots):
            return depth_of(quantum(wires=list(wires))(body))


def n_gates(queue: Callable[[], None]) -> int:
    """Return how many gates on two wires a function queues."""
    with qml.queuing.AnnotatedQueue() as gates:
        queue()
    return two_qubit_gates(QuantumScript.from_queue(gates))
