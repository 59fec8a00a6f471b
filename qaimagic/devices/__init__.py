"""The catalogue of co-processors, and the choice among them."""

from qaimagic.devices.catalogue import DeviceInfo, available, info, names
from qaimagic.devices.profiles import Profile, get
from qaimagic.devices.saved import forget, save, saved
from qaimagic.devices.selection import Choice, default, describe, override, set_default

__all__ = [
    "Choice",
    "DeviceInfo",
    "Profile",
    "available",
    "default",
    "describe",
    "forget",
    "get",
    "info",
    "names",
    "override",
    "save",
    "saved",
    "set_default",
]
