"""Circuits with PennyLane's noise channels on the engine."""

from qaimagic.bridge.plugin.noise.pipeline import check_gradients, has_noise, keeping_channels
from qaimagic.bridge.plugin.noise.runs import MAX_DENSITY_WIRES, NoiseRuns

__all__ = [
    "MAX_DENSITY_WIRES",
    "NoiseRuns",
    "check_gradients",
    "has_noise",
    "keeping_channels",
]
