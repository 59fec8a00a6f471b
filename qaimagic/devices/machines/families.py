"""The families of machines, by the first word of their names: ``ibm:FakeTorino``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from qaimagic._checks import did_you_mean
from qaimagic.devices.info import GENERIC_METHODS, DeviceInfo
from qaimagic.errors import DeviceError

_HERE = "qaimagic.devices.machines"


@dataclass(frozen=True)
class Family:
    """Machines of one vendor.

    Attributes:
        name: The word before the colon, and the name of the extra that brings it.
        module: The module that makes them.
        cls: The name of their class there.
        example: The one that the catalogue shows for all.
        vendor: Whose machines they are.
        packages: The distributions that they need; the first has the calibration data.
    """

    name: str
    module: str
    cls: str
    example: str
    vendor: str
    packages: tuple[str, ...]

    def lacking(self) -> str:
        """Return how to install what is missing, or nothing."""
        try:
            for package in self.packages:
                version(package)
        except PackageNotFoundError:
            return f'`pip install "qaimagic[{self.name}]"` brings it'
        return ""

    def members(self) -> list[str]:
        """Return the names of its machines; none where its packages are missing."""
        if self.lacking():
            return []
        found: list[str] = import_module(self.module).machines()
        return [f"{self.name}:{machine}" for machine in found]

    def make(self, name: str, wires: Sequence[Any] | None, **options: Any) -> Any:
        """Return the PennyLane device of a machine.

        Raises:
            DeviceError: If there is no such machine, or a package is missing.
        """
        if lacking := self.lacking():
            raise DeviceError(f"Device `{name}` is not installed: {lacking}.")
        if name not in (known := self.members()):
            raise DeviceError(
                f"{self.vendor} has no machine `{name}` here.{did_you_mean(name, known)} "
                f"`%qdevices {self.name}` lists all."
            )
        cls = getattr(import_module(self.module), self.cls)
        return cls(name.partition(":")[2], wires=wires, **options)


FAMILIES = {
    family.name: family
    for family in (
        Family(
            "google",
            f"{_HERE}.google",
            "GoogleMachine",
            "google:willow_pink",
            "Google",
            ("cirq-google",),
        ),
        Family(
            "ibm",
            f"{_HERE}.ibm",
            "IBMMachine",
            "ibm:FakeTorino",
            "IBM",
            ("qiskit-ibm-runtime", "qiskit-aer", "pennylane-qiskit"),
        ),
    )
}


def family_of(name: str) -> Family | None:
    """Return the family that a device's name belongs to, or None."""
    word, colon, _ = name.partition(":")
    return FAMILIES.get(word) if colon else None


@cache
def machine_info(name: str) -> DeviceInfo:
    """Return the catalogue's entry for a machine.

    Raises:
        DeviceError: If its family has no such machine.
    """
    family = FAMILIES[name.partition(":")[0]]
    about = f"{family.vendor}'s calibration data: coupling, gates, noise and readout error"
    if lacking := family.lacking():
        return DeviceInfo(name, "noisy simulator", about, "", False, lacking, (), False)
    size = family.make(name, None).size
    package = f"{family.packages[0]} {version(family.packages[0])}"
    return DeviceInfo(
        name, "noisy simulator", about, package, True, "", GENERIC_METHODS, True, size
    )
