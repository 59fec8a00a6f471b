"""Where a machine's samples of itself come from: chains, enumeration, or an annealer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from qaimagic._checks import need, requirement
from qaimagic.devices.annealers.thermostat import EXACT, GIBBS, Thermostat, sampler_at
from qaimagic.errors import DeviceError
from qaimagic.layers.boltzmann.field import Field
from qaimagic.layers.boltzmann.temperature import temperature_of
from qaimagic.layers.boltzmann.units import Units
from qaimagic.layers.rows import rows_of

MOST_TRAINED = 16
"""The most units whose states are enumerated at every step of a training."""
_SWEEPS = 100
_SHARE = 0.5
"""How far to follow a temperature that one small batch of samples has told."""


class AnnealerSamples:
    """Samples of a machine at temperature 1, from an annealer that has one of its own.

    Args:
        sampler: A sampler of dimod's kind.

    Attributes:
        thermostat: What scales energies, and follows a temperature from batch to batch.
        temperature: What the last samples had, in units of the machine's energy, or None.
        chain_breaks: The fraction of chains of qubits that broke in them, or None without chains.
    """

    def __init__(self, sampler: Any) -> None:
        self.thermostat = Thermostat(sampler)
        self.temperature: float | None = None
        self.chain_breaks: float | None = None

    def draw(self, field: Field, units: Units, count: int, seed: int) -> Tensor:
        """Return samples of all units, shape (count, n).

        Raises:
            DeviceError: If the annealer cannot be used.
        """
        states, told = states_from(self.thermostat, field, units, count, seed)
        self.chain_breaks = told.get("chain_break_fraction")
        self.temperature = temperature_of(field, states).value
        self.thermostat.follow(self.temperature, _SHARE)
        return states


def states_from(
    thermostat: Thermostat, field: Field, units: Units, count: int, seed: int
) -> tuple[Tensor, Mapping[str, Any]]:
    """Return what a sampler draws of a machine's energy, and what it tells.

    Returns:
        States of all units, shape (count, n), and the samples' ``info``.

    Raises:
        DeviceError: If the sampler cannot be used.
        MissingExtraError: If dimod is not installed.
    """
    dimod = need("dimod", "Training on an annealer", "anneal")
    coupling = (-field.coupling).tolist()
    bqm = dimod.BinaryQuadraticModel("BINARY")
    for i, value in enumerate((-field.bias).tolist()):
        bqm.add_linear(i, value)
    for u, v in units.edges:
        bqm.add_quadratic(u, v, coupling[u][v])
    found = thermostat.sample(bqm, count, seed)
    order = [list(found.variables).index(i) for i in range(len(units))]
    rows = np.repeat(found.record.sample[:, order], found.record.num_occurrences, axis=0)
    return torch.as_tensor(rows).to(field.bias), found.info


def annealer_of(device: Any) -> AnnealerSamples | None:
    """Return the annealer that samples for a machine; None if it samples without one.

    One of D-Wave's must not scale energies to its range (``auto_scale=False``), which would undo
    what follows its temperature.

    Raises:
        DeviceError: If there is no such annealer, or its samples follow no temperature.
        TypeError: If it is nothing that samples.
        ValueError: If it undoes what follows its temperature.
        MissingExtraError: If its package is not installed.
    """
    if isinstance(device, str) and device in (GIBBS, EXACT):
        return None
    return AnnealerSamples(sampler_at(device, 1.0, sweeps=_SWEEPS))


def check_enumerable(units: Units, most: int) -> None:
    """Check that a machine is small enough to be enumerated.

    Raises:
        DeviceError: If it is not.
    """
    if len(units.kept) > most:
        raise DeviceError(
            f"Device `{EXACT}` enumerates machines whose smaller layer has at most {most} units, "
            f"but this one has {len(units.kept)}. `{GIBBS}` takes as many as you like."
        )


def check_bits(name: str, values: Any, width: int, like: Tensor) -> Tensor:
    """Return data as a tensor of the machine's dtype, shape (m, width).

    Raises:
        ValueError: If the shape is another, or a value is neither 0 nor 1.
        TypeError: If it is no data.
    """
    tensor = rows_of(name, values, width).to(like)
    odd = tensor[(tensor != 0) & (tensor != 1)]
    if len(odd):
        fix = "`X > 0.5` makes bits of grey values, `(X + 1) / 2` of spins."
        raise ValueError(
            requirement(name, "hold zeros and ones", f"it holds {float(odd[0]):g}", fix)
        )
    return tensor
