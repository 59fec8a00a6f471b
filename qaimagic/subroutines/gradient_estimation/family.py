"""What is differentiated: a layer with its data, or circuits that grow."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pennylane as qml
import torch

from qaimagic.layers.declare import quantum
from qaimagic.training.loop.streams import derive


@dataclass(frozen=True)
class Subject:
    """A layer and its data.

    Attributes:
        layer: What is differentiated by its weights.
        data: What it is called with.
    """

    layer: Any
    data: tuple[Any, ...] = ()


def grown(n_parameters: int, n_wires: int, seed: int) -> Subject:
    """Return a circuit of so many rotations at random angles.

    A layer turns each wire, about Y and X by turns, and entangles neighbours in a ring.
    """

    def rotations(theta: Any) -> Any:
        for number in range(n_parameters):
            place, wire = divmod(number, n_wires)
            (qml.RX if place % 2 else qml.RY)(theta[number], wires=wire)
            if wire == n_wires - 1:
                for first in range(n_wires if n_wires > 2 else 1):
                    qml.CZ(wires=[first, (first + 1) % n_wires])
        return qml.expval(qml.Z(0) @ qml.Z(1))

    rotations.__annotations__["theta"] = (n_parameters,)
    layer: Any = quantum(rotations)
    generator = torch.Generator().manual_seed(derive(seed, "angles", n_parameters))
    with torch.no_grad():
        layer.theta.copy_(2 * math.pi * torch.rand(n_parameters, generator=generator))
    return Subject(layer)
