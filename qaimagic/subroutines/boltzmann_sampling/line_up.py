"""Which samplers run against one another: each device with each number of sweeps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qaimagic._checks import check_int, requirement
from qaimagic.devices.annealers import info
from qaimagic.devices.annealers.thermostat import LOCAL, sampler_at


def line_up(
    devices: Sequence[str], sweeps: Sequence[int], temperature: float
) -> dict[str, list[Any]]:
    """Return for each device its samplers in the order of their sweeps.

    Args:
        devices: Names of annealers.
        sweeps: Numbers of sweeps.
        temperature: At which they sample.

    Raises:
        TypeError: If a device is given otherwise than by its name, or a number is not whole.
        ValueError: If a number is below 1, or a device's sweeps cannot be set.
        DeviceError: If there is no such annealer, or its samples follow no temperature.
    """
    numbers = sorted({check_int("sweeps", each, minimum=1) for each in sweeps})
    found = {}
    for device in dict.fromkeys(devices):
        if not isinstance(device, str):
            received = f"one is {device!r}"
            raise TypeError(requirement("devices", "hold names of annealers", received))
        info(device)
        is_here = device.startswith(LOCAL)
        if not is_here or not hasattr(sampler_at(device, temperature), "sweeps"):
            rule = "hold annealers whose sweeps can be set"
            fix = "`sample_boltzmann` samples on it."
            raise ValueError(requirement("devices", rule, f"`{device}` has none", fix))
        found[device] = [sampler_at(device, temperature, sweeps=each) for each in numbers]
    return found
