"""Settles for each call of a layer on which device, with which shots and seed it runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pennylane as qml
import torch

from qaimagic.bridge.counting import CircuitCounter
from qaimagic.devices import Profile, make
from qaimagic.devices.prices import is_paid
from qaimagic.devices.selection import (
    Choice,
    check_choice_of,
    check_scatter_known,
    check_shots_of,
    describe,
    resolve,
)
from qaimagic.layers.body_circuit import BodyCircuit
from qaimagic.layers.circuits import Circuit, Job
from qaimagic.layers.noise import samples_noise
from qaimagic.layers.qnode_circuit import QNodeCircuit
from qaimagic.layers.takeover import is_ideal, suits, why_not


class Runner:
    """What a layer asks of its device, and what it has asked so far.

    Attributes:
        choice: What the layer asks for; the run's choice wins over it.
        counter: Counts the circuits executed, those for gradients included.
        shot_calls: The number of calls with shots and a seed of the layer's own; with the seed
            it fixes the next call's shots.
    """

    def __init__(self, choice: Choice) -> None:
        self.choice = choice
        self.counter = CircuitCounter()
        self.shot_calls = 0
        self._devices: dict[tuple[str | Profile, tuple[Any, ...] | None], Any] = {}
        self._checked: Choice | None = None

    @property
    def choice_now(self) -> Choice:
        """What is asked for now, with the run's choice and the defaults filled in."""
        return resolve(self.choice)

    @property
    def device_name(self) -> str:
        """The device that would run now."""
        return describe(resolve(self.choice).device)

    @property
    def shots(self) -> int | None:
        """The number of shots asked for now, by the run, the layer or a profile."""
        return resolve(self.choice).shots

    @property
    def has_shots(self) -> bool:
        """Whether shots are asked for now, by a number or by the device."""
        choice = resolve(self.choice)
        return choice.shots is not None or bool(getattr(choice.device, "shots", None))

    @property
    def is_paid(self) -> bool:
        """Whether the device that would run now is paid for."""
        return is_paid(resolve(self.choice).device)

    @property
    def device_wires(self) -> int | None:
        """The number of wires of a device that has its own, or None where it follows circuits."""
        wires = getattr(resolve(self.choice).device, "wires", None)
        return None if wires is None else len(wires)

    def job(self, circuit: Circuit, *, for_errors: bool = False) -> Job:
        """Return how to run ``circuit`` now.

        Args:
            circuit: What will run.
            for_errors: Whether no shots will be drawn, only their standard errors worked out.

        Raises:
            DeviceError: If the device is not ready or lacks the gradient method, or it is not
                known how far its answers scatter where that is asked.
        """
        choice = resolve(self.choice)
        if choice != self._checked and isinstance(circuit, BodyCircuit):
            check_choice_of(choice)
            if not for_errors:
                check_shots_of(choice)
            self._checked = choice
        if for_errors:
            check_scatter_known(choice)
        run = replace(choice, shots=None) if for_errors else choice
        return Job(
            lambda wires: self._device(run, wires, circuit),
            choice.shots,
            choice.diff_method,
            self.counter,
            self._is_traced(choice, circuit),
            is_ideal(choice),
        )

    def qnode(self, circuit: Circuit) -> qml.QNode:
        """Return the user's own QNode, or one that runs a body for one sample."""
        if isinstance(circuit, QNodeCircuit):
            return circuit.qnode
        choice = resolve(self.choice)
        device = self._device(choice, circuit.wires(), circuit)
        node = qml.QNode(circuit.function, device, diff_method=choice.diff_method)
        return node if choice.shots is None else qml.set_shots(node, choice.shots)

    def _is_traced(self, choice: Choice, circuit: Circuit) -> bool:
        if not isinstance(circuit, QNodeCircuit):
            return suits(choice, circuit.wires)
        instead = None if choice.device is self.choice.device else choice.device
        return why_not(circuit.qnode, choice.shots, instead) is None

    def _device(self, choice: Choice, wires: Sequence[Any] | None, circuit: Circuit) -> Any:
        device = choice.device
        if not isinstance(device, str | Profile):
            return device
        if choice.shots is not None or samples_noise(device, circuit.probe().tape):
            return _seeded_device(device, wires, self.shot_seed(choice.seed))
        key = (device, None if wires is None else tuple(wires))
        if key not in self._devices:
            self._devices[key] = _made(device, wires)
        return self._devices[key]

    def shot_seed(self, seed: int | None) -> int:
        """Return the seed of the next shots; without ``seed`` it follows ``torch.manual_seed``."""
        if seed is None:
            return int(torch.randint(2**31, ()))
        self.shot_calls += 1
        return int(np.random.SeedSequence([seed, self.shot_calls]).generate_state(1)[0])

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_devices": {}, "_checked": None}


def _seeded_device(device: str | Profile, wires: Sequence[Any] | None, seed: int) -> Any:
    try:
        return _made(device, wires, seed=seed)
    except TypeError:
        return _made(device, wires)


def _made(device: str | Profile, wires: Sequence[Any] | None, **options: Any) -> Any:
    if isinstance(device, Profile):
        return device.make(wires, **options)
    return make(device, wires, **options)
