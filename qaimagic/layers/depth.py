"""How deep a layer's circuit is in gates on two wires, where it would run."""

from __future__ import annotations

from typing import Any

from qaimagic.bridge.depth import two_qubit_depth
from qaimagic.devices.machines.families import family_of
from qaimagic.devices.profiles import Profile


def depth_of(layer: Any) -> int:
    """Return the depth of a layer's circuit in gates on two wires, for one sample; nothing runs.

    A noisy copy of a machine compiles it first; elsewhere it is the circuit's own depth. A device
    that is paid for is not asked.

    Args:
        layer: A layer, inside the run's ``override``.
    """
    tape = layer.circuit.probe().tape
    device = layer.runner.choice_now.device
    name = device.device if isinstance(device, Profile) else device
    if isinstance(name, str) and family_of(name) and not layer.runner.is_paid:
        machine = layer.runner.job(layer.circuit).device_for(layer.circuit.wires())
        compiled = getattr(machine, "two_qubit_depth", two_qubit_depth)
        return int(compiled(tape))
    return two_qubit_depth(tape)
