"""The PennyLane device ``qaimagic.qubit``: what ``qml.device("qaimagic.qubit")`` makes."""

from qaimagic.bridge.plugin.device import QaimagicQubit

__all__ = ["QaimagicQubit"]
