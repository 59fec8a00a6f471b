"""Circuits with noise: exactly by density matrices, or sampled by quantum trajectories."""

from qaimagic.engine.noise.circuit import Channel, NoisyCircuit
from qaimagic.engine.noise.density import density_matrix, expvals
from qaimagic.engine.noise.layers import layered
from qaimagic.engine.noise.trajectories import Estimate, sampled_expvals, sampled_states

__all__ = [
    "Channel",
    "Estimate",
    "NoisyCircuit",
    "density_matrix",
    "expvals",
    "layered",
    "sampled_expvals",
    "sampled_states",
]
