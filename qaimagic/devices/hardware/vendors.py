"""The vendors by name: what is missing to use their machines, and a machine made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from qaimagic.devices.info import GENERIC_METHODS, DeviceInfo
from qaimagic.errors import DeviceError

_HERE = "qaimagic.devices.hardware"
_IBM_MACHINES = ("ibm:ibm_", "ibm:least_busy")


@dataclass(frozen=True)
class Vendor:
    """A vendor whose machines are reached through a client of its own.

    Attributes:
        module: The module that holds the client.
        cls: The name of the client's class there.
        example: The name that the catalogue shows for all.
        description: What they are.
        extra: The extra that brings the client.
        packages: The distributions that it needs; the first is the vendor's.
    """

    module: str
    cls: str
    example: str
    description: str
    extra: str
    packages: tuple[str, ...]

    def lacking(self) -> str:
        """Return what keeps its machines from being used, or nothing; nothing is sent."""
        try:
            for package in self.packages:
                version(package)
        except PackageNotFoundError:
            return f'`pip install "qaimagic[{self.extra}]"` brings it'
        return str(import_module(self.module).missing())


VENDORS = {
    "aws": Vendor(
        f"{_HERE}.aws",
        "AWSClient",
        "aws:Garnet",
        "machines at Amazon Braket, by name or ARN; every task and shot is paid for",
        "braket",
        ("amazon-braket-sdk",),
    ),
    "ibm": Vendor(
        f"{_HERE}.ibm",
        "IBMClient",
        "ibm:least_busy",
        "machines of IBM's, such as `ibm:ibm_torino`; every second is paid for",
        "ibm",
        ("qiskit-ibm-runtime", "pennylane-qiskit"),
    ),
}


def is_hardware(name: str) -> bool:
    """Return whether a name is that of a vendor's machine, and not of a noisy copy."""
    return name.startswith((*_IBM_MACHINES, "aws:"))


def examples() -> list[str]:
    """Return one name for each vendor."""
    return [vendor.example for vendor in VENDORS.values()]


def hardware_info(name: str) -> DeviceInfo:
    """Return the catalogue's entry for a vendor's machine. Nothing is sent to the vendor.

    Raises:
        DeviceError: If it is known that there is no such machine.
    """
    vendor = _vendor(name)
    lacking = vendor.lacking()
    package = "" if _extra_of(vendor) in lacking else _release(vendor.packages[0])
    if package and name.startswith("aws:"):
        import_module(vendor.module).check_machine(name.partition(":")[2])
    methods = GENERIC_METHODS if not lacking else ()
    return DeviceInfo(
        name, "hardware", vendor.description, package, not lacking, lacking, methods, True
    )


def make(name: str, wires: Sequence[Any] | None, **options: Any) -> Any:
    """Return the PennyLane device of a vendor's machine, signed in.

    Args:
        name: Its name.
        wires: Its wires, or None for as many as a circuit has.
        **options: ``patience``, in seconds. A ``seed`` plays no part.

    Raises:
        DeviceError: If something is missing, or the vendor has no such machine.
    """
    entry = hardware_info(name)
    if not entry.ready:
        raise DeviceError(f"Device `{name}` is not ready: {entry.missing}.")
    from qaimagic.devices.hardware.device import HardwareDevice

    options.pop("seed", None)
    return HardwareDevice(_client(name), wires, **options)


@cache
def _client(name: str) -> Any:
    """Return the client of a machine, one for each process, so that circuits compile once."""
    vendor = _vendor(name)
    return getattr(import_module(vendor.module), vendor.cls)(name.partition(":")[2])


def _vendor(name: str) -> Vendor:
    return VENDORS[name.partition(":")[0]]


def _extra_of(vendor: Vendor) -> str:
    return f"qaimagic[{vendor.extra}]"


def _release(package: str) -> str:
    return f"{package} {version(package)}"
