"""What a job may cost at most, by the vendors' list prices."""

from __future__ import annotations

import math
from fnmatch import fnmatchcase
from typing import NamedTuple

from qaimagic.errors import DeviceError

_MARGIN = 2
"""How much longer than expected a job may take, before the vendor is told to end it."""


class _Price(NamedTuple):
    """A list price, in US dollars.

    Attributes:
        task: For each circuit.
        shot: For each shot.
        second: For each second of the machine.
    """

    task: float = 0.0
    shot: float = 0.0
    second: float = 0.0


# https://www.ibm.com/quantum/pricing (Pay-As-You-Go, 2026-05-25) and
# https://aws.amazon.com/braket/pricing/ (2026-07-23).
_PRICES = {
    "ibm:*": _Price(second=1.60),
    "aws:*garnet*": _Price(task=0.30, shot=0.00145),
    "aws:*emerald*": _Price(task=0.30, shot=0.00160),
    "aws:*cepheus*": _Price(task=0.30, shot=0.000425),
    "aws:*ibex*": _Price(task=0.30, shot=0.02350),
    "aws:*forte*": _Price(task=0.30, shot=0.08000),
}
# https://quantum.cloud.ibm.com/docs/guides/estimate-job-run-time: 4.1 s for 4096 shots.
_SECONDS_A_JOB = 3.1
_SECONDS_A_SHOT = 250e-6


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
    for pattern, price in _PRICES.items():
        if fnmatchcase(device.lower(), pattern):
            return circuits * price.task + shots * price.shot + seconds * price.second
    raise DeviceError(f"No list price of device `{device}` is known, so nothing is sent to it.")


def longest(shots: int) -> int:
    """Return the seconds that a job of so many shots may take at most."""
    return math.ceil(_MARGIN * (_SECONDS_A_JOB + shots * _SECONDS_A_SHOT))
