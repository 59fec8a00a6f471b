"""What a job may cost and take at most, by the table of prices and times."""

from __future__ import annotations

import math

from qaimagic.devices.prices import figures
from qaimagic.errors import DeviceError

_MARGIN = 2
"""How much longer than expected a job may take, before the vendor is told to end it."""


def quote(device: str, *, circuits: int = 0, shots: int = 0, seconds: float = 0.0) -> float:
    """Return what a job costs, in US dollars.

    Args:
        device: The machine's name.
        circuits: The number of its circuits.
        shots: The number of shots of them all together.
        seconds: How long the machine is taken.

    Raises:
        DeviceError: If there is no price of that machine, so that no budget could hold.
    """
    price = figures(device).price
    amount = None if price is None else price.amount(circuits, shots, seconds)
    if amount is None:
        raise DeviceError(f"No list price of device `{device}` is known, so nothing is sent to it.")
    return amount


def longest(device: str, shots: int) -> int:
    """Return the seconds that a job of so many shots may take at most.

    Raises:
        DeviceError: If it is not known how long that machine takes.
    """
    time = figures(device).time
    if time is None:
        raise DeviceError(f"How long device `{device}` takes is not known, so nothing is sent.")
    return math.ceil(_MARGIN * time.seconds(shots, jobs=1))
