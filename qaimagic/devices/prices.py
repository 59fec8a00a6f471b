"""What devices cost, how long they take and what power they draw, by a table with sources.

The table is ``prices.toml``; a file of that name and form in the user's folder for settings comes
first. Money, times of machines elsewhere and energies that follow from it are models, not bills.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from qaimagic._checks import check_number
from qaimagic.devices.saved import settings_folder
from qaimagic.errors import DeviceError

CPU = "cpu"
_FILE = "prices.toml"
_TABLES = {
    "price": ("task", "shot", "second", "task_seconds"),
    "time": ("shot", "job"),
    "power": ("watts", "core_watts"),
}


@dataclass(frozen=True)
class Price:
    """A list price, in US dollars.

    Attributes:
        source: Where it was read.
        date: When.
        task: For each circuit.
        shot: For each shot.
        second: For each second of the machine.
        task_seconds: The seconds that are charged at least for a circuit.
    """

    source: str
    date: date
    task: float = 0.0
    shot: float = 0.0
    second: float = 0.0
    task_seconds: float = 0.0

    def amount(self, circuits: int, shots: int, seconds: float | None) -> float | None:
        """Return what circuits cost, or None where that needs seconds that nobody knows.

        Args:
            circuits: The number of circuits.
            shots: The number of shots of them all together.
            seconds: How long the machine is taken, or None.
        """
        charged = seconds
        if self.task_seconds:
            charged = max(seconds or 0.0, circuits * self.task_seconds)
        if self.second and charged is None:
            return None
        return circuits * self.task + shots * self.shot + self.second * (charged or 0.0)


@dataclass(frozen=True)
class Time:
    """How long a machine is taken.

    Attributes:
        source: Where it was read.
        date: When.
        shot: Seconds for each shot.
        job: Seconds for each submission besides.
    """

    source: str
    date: date
    shot: float = 0.0
    job: float = 0.0

    def seconds(self, shots: int, jobs: int) -> float:
        """Return how long the machine is taken by so many shots in so many submissions."""
        return shots * self.shot + jobs * self.job


@dataclass(frozen=True)
class Power:
    """The power that a device draws.

    Attributes:
        source: Where it was read.
        date: When.
        watts: Of the whole machine.
        core_watts: Of each core that computes.
    """

    source: str
    date: date
    watts: float = 0.0
    core_watts: float = 0.0


@dataclass(frozen=True)
class Figures:
    """What the table says about a device; each is None where it says nothing.

    Attributes:
        price: Its list price.
        time: How long it takes.
        power: What power it draws.
    """

    price: Price | None = None
    time: Time | None = None
    power: Power | None = None

    @property
    def sources(self) -> list[str]:
        """Where the figures were read, and when, one sentence each."""
        named = (("List price", self.price), ("Time", self.time), ("Power", self.power))
        return [f"{name}: {one.source}, {one.date}." for name, one in named if one is not None]


def figures(device: str) -> Figures:
    """Return what the table says about a device.

    Args:
        device: Its name, or ``"cpu"`` for a core of this machine.

    Raises:
        DeviceError: If the user's own file is damaged.

    Example:
        >>> from qaimagic.devices.prices import figures
        >>> price = figures("aws:Garnet").price
        >>> round(price.amount(circuits=2, shots=2000, seconds=None), 2)
        3.5
    """
    own = settings_folder() / _FILE
    changed = own.stat().st_mtime_ns if own.is_file() else None
    entries = ([] if changed is None else _own(own, changed)) + _shipped()
    name = device.lower()
    found: dict[str, Any] = {}
    for entry in entries:
        if any(fnmatchcase(name, pattern.lower()) for pattern in entry["names"]):
            found = {table: entry[table] for table in _TABLES if table in entry} | found
    return Figures(**found)


def is_paid(device: Any) -> bool:
    """Return whether a device is paid for: it has a list price, or says so by ``is_paid``."""
    if isinstance(device, str):
        return figures(device).price is not None
    inner = getattr(device, "device", None)
    if isinstance(inner, str):
        return is_paid(inner)
    return bool(getattr(device, "is_paid", False)) or is_paid(str(getattr(device, "name", "")))


def joules_here(seconds: float, cores: int) -> float | None:
    """Return the energy that so many cores of this machine take, modelled by the table.

    Raises:
        DeviceError: If the user's own file is damaged.
    """
    power = figures(CPU).power
    return None if power is None else seconds * cores * power.core_watts


def money(amount: float) -> str:
    """Write an amount of US dollars.

    Example:
        >>> money(1234.5), money(0.0004)
        ('$1,234.50', '$0.0004')
    """
    return f"${amount:,.2f}" if amount >= 0.01 or amount == 0 else f"${amount:.2g}"


@lru_cache(maxsize=1)
def _shipped() -> list[dict[str, Any]]:
    return _read((files("qaimagic.devices") / _FILE).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _own(file: Path, _changed: int) -> list[dict[str, Any]]:
    try:
        return _read(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        reason = f"it lacks {error}" if isinstance(error, KeyError) else str(error)
        raise DeviceError(f"Your prices in {file} cannot be read: {reason}") from error


def _read(text: str) -> list[dict[str, Any]]:
    kinds = {"price": Price, "time": Time, "power": Power}
    entries = []
    for row in tomllib.loads(text)["device"]:
        entry: dict[str, Any] = {"names": [str(name) for name in row["names"]]}
        for table, numbers in _TABLES.items():
            if table in row:
                given = dict(row[table])
                for name in given.keys() & set(numbers):
                    check_number(name, given[name], minimum=0)
                entry[table] = kinds[table](**given)
        entries.append(entry)
    return entries
