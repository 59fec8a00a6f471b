"""Where a machine's samples of itself come from: chains, enumeration, or an annealer."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from qaimagic._checks import need, requirement
from qaimagic.devices.annealers import get, info, resolve
from qaimagic.errors import DeviceError
from qaimagic.layers.boltzmann.field import Field
from qaimagic.layers.boltzmann.temperature import temperature_of
from qaimagic.layers.boltzmann.units import Units

GIBBS, EXACT = "anneal:gibbs", "anneal:exact"
SEARCHES = ("anneal:tabu", "anneal:descent", "anneal:goemans-williamson")
MOST_TRAINED = 16
"""The most units whose states are enumerated at every step of a training."""
_STEP = 2.0
_SWEEPS = 100


class AnnealerSamples:
    """Samples of a machine at temperature 1, from an annealer that has one of its own.

    A temperature T that is known is made up for by energies times T. One that is not known, as on
    a machine, is measured on each batch of samples, and energies follow it from batch to batch.

    Args:
        sampler: A sampler of dimod's kind.

    Attributes:
        scale: What energies are multiplied by.
        temperature: What the last samples had, in units of the machine's energy, or None.
        chain_breaks: The fraction of chains of qubits that broke in them, or None without chains.
    """

    def __init__(self, sampler: Any) -> None:
        self.sampler = sampler
        known = getattr(sampler, "temperature", None)
        self.is_known = known is not None
        self.scale = float(known) if known is not None else 1.0
        self.temperature: float | None = None
        self.chain_breaks: float | None = None

    def draw(self, field: Field, units: Units, count: int, seed: int) -> Tensor:
        """Return samples of all units, shape (count, n).

        Raises:
            DeviceError: If the annealer cannot be used.
        """
        scaled = Field(self.scale * field.bias, self.scale * field.coupling)
        states, told = states_from(self.sampler, scaled, units, count, seed)
        self.chain_breaks = told.get("chain_break_fraction")
        self._follow(temperature_of(field, states).value)
        return states

    def _follow(self, temperature: float) -> None:
        """Remember the temperature, and go half-way to energies that would have made it 1."""
        self.temperature = temperature
        if not self.is_known:
            ratio = min(max(temperature, 1 / _STEP), _STEP)
            self.scale *= math.sqrt(ratio)


def states_from(
    sampler: Any, field: Field, units: Units, count: int, seed: int
) -> tuple[Tensor, Mapping[str, Any]]:
    """Return what a sampler of dimod's kind draws of a machine's energy, and what it tells.

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
    wanted = {"num_reads": count, "seed": seed}
    known = {key: value for key, value in wanted.items() if key in sampler.parameters}
    found = sampler.sample(bqm, **known)
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
        MissingExtraError: If its package is not installed.
    """
    if isinstance(device, str):
        info(device)
        if device in (GIBBS, EXACT):
            return None
    name = device if isinstance(device, str) else getattr(device, "name", "")
    if name in SEARCHES:
        raise DeviceError(
            f"Device `{name}` searches for low energies: its samples follow no temperature, so "
            "that a Boltzmann machine cannot learn from them. `anneal:simulated` can be used."
        )
    if isinstance(device, str) and device.startswith("anneal:"):
        return AnnealerSamples(get(device, temperature=1.0, sweeps=_SWEEPS))
    sampler = resolve(device)
    if getattr(sampler, "auto_scale", False):
        rule = "leave energies as they are (`auto_scale=False`)"
        fix = f'`qaimagic.devices.annealers.get("{sampler.name}", auto_scale=False)` does.'
        raise ValueError(requirement("device", rule, "it scales them to its range", fix))
    return AnnealerSamples(sampler)


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
    try:
        tensor = torch.as_tensor(values).to(like)
    except (TypeError, ValueError, RuntimeError) as error:
        received = f"it is a {type(values).__name__}"
        raise TypeError(requirement(name, "be an array", received)) from error
    if tensor.ndim != 2 or tensor.shape[1] != width or not len(tensor):
        rule = f"have shape (n_samples, {width}), with at least one sample"
        raise ValueError(requirement(name, rule, f"its shape is {tuple(tensor.shape)}"))
    odd = tensor[(tensor != 0) & (tensor != 1)]
    if len(odd):
        fix = "`X > 0.5` makes bits of grey values, `(X + 1) / 2` of spins."
        raise ValueError(
            requirement(name, "hold zeros and ones", f"it holds {float(odd[0]):g}", fix)
        )
    return tensor
