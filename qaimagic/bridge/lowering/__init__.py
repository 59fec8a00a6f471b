"""Brings PennyLane's operations down to the engine's rotations and flips."""

from qaimagic.bridge.lowering.errors import NotNativeError
from qaimagic.bridge.lowering.lower import AngleOf, is_native, lower
from qaimagic.bridge.lowering.start import split_start, start_state
from qaimagic.bridge.lowering.tape import prepared

__all__ = [
    "AngleOf",
    "NotNativeError",
    "is_native",
    "lower",
    "prepared",
    "split_start",
    "start_state",
]
