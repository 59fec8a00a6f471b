"""Whether a layer's answers are random although no shots are asked for."""

from __future__ import annotations

from typing import Any

from pennylane.tape import QuantumScript

from qaimagic.bridge.plugin.noise import MAX_DENSITY_WIRES, has_noise
from qaimagic.devices import Profile
from qaimagic.layers.engine import NAME


def samples_noise(device: Any, tape: QuantumScript) -> bool:
    """Return whether a device samples a circuit's noise by trajectories.

    Args:
        device: A device's name, a profile, or a PennyLane device.
        tape: The circuit.
    """
    if isinstance(device, Profile):
        large = device.device == NAME and tape.num_wires > MAX_DENSITY_WIRES
        return large and (device.is_noisy or has_noise(tape))
    if isinstance(device, str):
        return device == NAME and has_noise(tape) and tape.num_wires > MAX_DENSITY_WIRES
    asked = getattr(device, "samples_noise", None)
    return asked is not None and bool(asked(tape))
