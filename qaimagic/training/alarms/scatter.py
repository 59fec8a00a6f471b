"""How a layer's answers scatter by shots, as far as that is known."""

from __future__ import annotations

from typing import Any, NamedTuple

from qaimagic.devices import Profile
from qaimagic.devices.mitigation import Mitigation
from qaimagic.devices.mitigation.zne import NOISE_FACTOR
from qaimagic.devices.selection import resolve
from qaimagic.layers.qnode_circuit import QNodeCircuit


class Scatter(NamedTuple):
    """Where an answer's scatter comes from.

    Attributes:
        shots: The number of shots for each circuit, or None for exact answers.
        factor: How many times larger an answer's variance is than that of one circuit.
    """

    shots: int | None
    factor: float = 1.0


def scatter_of(layer: Any) -> Scatter | None:
    """Return how a layer's answers scatter now, or None where nobody knows.

    Nobody knows where the device itself decides on shots, where readout errors are inverted, and
    where a QNode's transforms make something else of the circuits that shots are drawn from.
    """
    if not layer.runner.has_shots:
        return Scatter(None)
    if layer.shots is None:
        return None
    circuit = layer.circuit
    if isinstance(circuit, QNodeCircuit) and circuit.qnode.compile_pipeline:
        return None
    device = resolve(layer.runner.choice).device
    mitigation = device.mitigation if isinstance(device, Profile) else Mitigation()
    if mitigation.inverts_readout:
        return None
    return Scatter(layer.shots, NOISE_FACTOR if mitigation.extrapolates else 1.0)
