"""What takes a device's errors out of its answers."""

from qaimagic.devices.mitigation.methods import METHODS, Mitigation

__all__ = ["METHODS", "Mitigation"]
