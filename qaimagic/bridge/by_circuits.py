r"""What gradient methods need to be told where PennyLane's defaults do not serve.

PennyLane's steps are made for exact values in double precision: 1e-7 for finite differences, 1e-5
for SPSA. With shots such a difference is noise, and in single precision rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from pennylane.tape import QuantumScript
from pennylane.wires import Wires
from torch import Tensor

from qaimagic.errors import DeviceError

BY_STEPS = ("finite-diff", "spsa")
"""The methods that take differences between values nearby."""

BY_CIRCUITS = ("parameter-shift", "hadamard", *BY_STEPS)
"""The methods that any device can run."""


def step_for(shots: int | None) -> float:
    r"""Return how far a central difference is best taken to either side, in radians.

    Values that are off by e, the scatter of N shots, :math:`1 / \sqrt N`, or else rounding, make
    the quotient off by :math:`e / (\sqrt 2 h)`; the step h itself by :math:`h^2 / 6`. The squares
    add up to least at :math:`h = (3 e)^{1/3}`.
    """
    error = np.finfo(float).eps if shots is None else shots**-0.5
    return float((3 * error) ** (1 / 3))


def options_for(method: str, device: Any, tapes: Sequence[QuantumScript]) -> dict[str, Any]:
    """Return PennyLane's options of a gradient method for tapes; SPSA's follow torch's seed."""
    if method == "hadamard":
        wires = Wires.all_wires([tape.wires for tape in tapes])
        has_room = device.wires is None or any(wire not in wires for wire in device.wires)
        return {"aux_wire": auxiliary_wire(wires, device.wires)} if has_room else {}
    if method not in BY_STEPS:
        return {}
    options: dict[str, Any] = {"h": step_for(next((t.shots.total_shots for t in tapes), None))}
    if method == "finite-diff":
        return {**options, "approx_order": 2, "strategy": "center"}
    return {**options, "sampler_rng": np.random.default_rng(int(torch.randint(2**31, ())))}


def in_doubles(tape: QuantumScript) -> QuantumScript:
    """Return a tape whose real tensors are in double precision, in which steps may be short."""
    parameters = tape.get_parameters(trainable_only=False)
    single = [
        place
        for place, value in enumerate(parameters)
        if isinstance(value, Tensor) and value.dtype is torch.float32
    ]
    return tape.bind_new_parameters([parameters[place].double() for place in single], single)


def auxiliary_wire(wires: Sequence[Any], device_wires: Sequence[Any] | None = None) -> Any:
    """Return a wire that circuits leave alone.

    Args:
        wires: The wires that they have.
        device_wires: Those that their device has; None for any.

    Raises:
        DeviceError: If there is none.
    """
    if device_wires is None:
        return next(label for label in range(len(wires) + 1) if label not in wires)
    free = [wire for wire in device_wires if wire not in wires]
    if not free:
        raise DeviceError(
            f"The Hadamard test needs one wire besides the {len(wires)} of the circuit, but the "
            f"device has {len(device_wires)}. Make the device with one wire more."
        )
    return free[0]
