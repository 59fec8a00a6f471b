"""Every co-processor that is here: PennyLane's plug-ins, families of machines, hardware."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qaimagic._checks import did_you_mean, requirement
from qaimagic.devices import annealers
from qaimagic.devices.hardware import vendors
from qaimagic.devices.info import DeviceInfo
from qaimagic.devices.machines.families import FAMILIES, family_of, machine_info
from qaimagic.devices.plugins import plugin_info, plugin_names
from qaimagic.errors import DeviceError


def names(family: str | None = None) -> list[str]:
    """Return the names of all devices for qubits: ours, then by the alphabet.

    Args:
        family: Whose machines to name; without it one of each family stands for all.

    Raises:
        ValueError: If there is no such family.

    Example:
        >>> from qaimagic import devices
        >>> "ibm:FakeManilaV2" in devices.names("ibm")
        True
    """
    if family is not None:
        if family not in FAMILIES:
            listing = " or ".join(f"`{name}`" for name in FAMILIES)
            message = requirement("family", f"be {listing}", f"it is {family!r}")
            raise ValueError(message + did_you_mean(str(family), FAMILIES))
        return FAMILIES[family].members()
    copies = [family.example for family in FAMILIES.values()]
    found = [*plugin_names(), *copies, *vendors.examples()]
    return sorted(found, key=lambda name: (not name.startswith("qaimagic."), name))


def families() -> dict[str, int]:
    """Return how many machines each family has that is installed."""
    return {name: len(family.members()) for name, family in FAMILIES.items()}


def available(family: str | None = None) -> list[DeviceInfo]:
    """Return what each device can do, in the order of `names`, and then the annealers.

    Args:
        family: Whose machines; without it one of each family stands for all.

    Raises:
        ValueError: If there is no such family.

    Example:
        >>> from qaimagic import devices
        >>> devices.available()[0].name
        'qaimagic.qubit'
    """
    found = [info(name) for name in names(family)]
    return found if family is not None else [*found, *annealers.available()]


def info(name: str) -> DeviceInfo:
    """Return the catalogue's entry for ``name``.

    Raises:
        DeviceError: If nothing here brings a device of that name.
    """
    if annealers.is_annealer(name):
        return annealers.info(name)
    if vendors.is_hardware(name):
        return vendors.hardware_info(name)
    if family_of(name):
        return machine_info(name)
    if name in plugin_names():
        return plugin_info(name)
    raise DeviceError(
        f"Device `{name}` is not installed.{did_you_mean(name, names())} `%qdevices` lists what is "
        "here; a vendor's plug-in brings more (for example `pip install pennylane-qiskit`)."
    )


def make(name: str, wires: Sequence[Any] | None = None, **options: Any) -> Any:
    """Return the PennyLane device of that name.

    Args:
        name: A name of the catalogue.
        wires: The labels of its wires, or None for as many as circuits need.
        **options: What else the device takes, such as ``seed``; hardware takes ``patience``, how
            long to wait for results, in seconds.

    Raises:
        DeviceError: If there is no such machine, or a package or a token is missing.
    """
    import pennylane as qml

    if vendors.is_hardware(name):
        return vendors.make(name, wires, **options)
    if family := family_of(name):
        return family.make(name, wires, **options)
    device = qml.device(name, wires=wires, **options)
    if name != "default.mixed":
        return device
    from qaimagic.devices.mixed import with_finite_slopes

    return with_finite_slopes(device)
