"""The catalogue of co-processors, and the choice among them."""

from qaimagic.devices.catalogue import available, families, info, make, names
from qaimagic.devices.info import DeviceInfo
from qaimagic.devices.profiles import Profile, get
from qaimagic.devices.saved import forget, save, saved
from qaimagic.devices.selection import Choice, default, describe, override, set_default
from qaimagic.devices.timing import seconds

__all__ = [
    "Choice",
    "DeviceInfo",
    "Profile",
    "available",
    "default",
    "describe",
    "families",
    "forget",
    "get",
    "info",
    "make",
    "names",
    "override",
    "save",
    "saved",
    "seconds",
    "set_default",
]
