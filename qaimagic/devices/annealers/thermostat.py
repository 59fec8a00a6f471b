"""Samples at a temperature that is asked for, from a sampler that has one of its own."""

from __future__ import annotations

from typing import Any

from qaimagic._checks import requirement
from qaimagic.devices.annealers.catalogue import get, info, resolve
from qaimagic.errors import DeviceError

EXACT = "anneal:exact"
GIBBS = "anneal:gibbs"
SEARCHES = ("anneal:tabu", "anneal:descent", "anneal:goemans-williamson")
LOCAL = "anneal:"
_STEP = 2.0


class Thermostat:
    """A sampler whose energies are scaled so that its samples have the temperature asked for.

    A temperature that the sampler knows is made up for at once. One that it does not know, as on
    a machine, is measured on samples, and energies follow it.

    Args:
        sampler: A sampler of dimod's kind.
        temperature: The temperature asked for, in units of the energy.

    Attributes:
        is_known: Whether the sampler knows its temperature.
        scale: What energies are multiplied by.
    """

    def __init__(self, sampler: Any, temperature: float = 1.0) -> None:
        known = getattr(sampler, "temperature", None)
        self.sampler = sampler
        self.temperature = temperature
        self.is_known = known is not None
        self.scale = (float(known) if known is not None else 1.0) / temperature

    def sample(self, bqm: Any, count: int, seed: int) -> Any:
        """Return samples of a model, a ``dimod.SampleSet``; its energies are the scaled ones.

        Args:
            bqm: A ``dimod.BinaryQuadraticModel``; it stays as it is.
            count: How many samples.
            seed: The seed, for samplers that take one.

        Raises:
            DeviceError: If the sampler cannot be used.
        """
        scaled = bqm.copy()
        scaled.scale(self.scale)
        wanted = {"num_reads": count, "seed": seed}
        known = {word: value for word, value in wanted.items() if word in self.sampler.parameters}
        return self.sampler.sample(scaled, **known)

    def follow(self, measured: float, share: float) -> None:
        """Change the scale, by a factor of 2 at most, towards the temperature asked for.

        Args:
            measured: The temperature that samples had, from 0 to infinity.
            share: How much of the way to go: 1 for all of it, less where measurements scatter.
        """
        if not self.is_known:
            ratio = min(max(measured / self.temperature, 1 / _STEP), _STEP)
            self.scale *= ratio**share


def sampler_at(device: Any, temperature: float, **settings: Any) -> Any:
    """Return the sampler that ``device`` stands for, if its samples follow a temperature.

    Args:
        device: An annealer's name, or a sampler of dimod's kind.
        temperature: What an annealer on this machine gets for a temperature.
        **settings: Further settings of an annealer that is given by its name, such as ``sweeps``.

    Raises:
        DeviceError: If there is no such annealer, or its samples follow no temperature.
        TypeError: If it is nothing that samples.
        ValueError: If a sampler undoes what follows its temperature: it has none, or scales
            energies to its range.
        MissingExtraError: If its package is not installed.
    """
    if isinstance(device, str):
        info(device)
    name = device if isinstance(device, str) else str(getattr(device, "name", ""))
    if name in SEARCHES:
        raise DeviceError(
            f"Device `{name}` searches for low energies: its samples follow no temperature. "
            "Those of `anneal:simulated` do."
        )
    if name == EXACT:
        raise DeviceError(
            f"Device `{EXACT}` returns the lowest states, which follow no temperature. "
            "`anneal:gibbs` samples."
        )
    if isinstance(device, str) and device.startswith(LOCAL):
        return get(device, temperature=temperature, **settings)
    sampler = resolve(device)
    if getattr(sampler, "auto_scale", False):
        rule = "leave energies as they are (`auto_scale=False`)"
        fix = f'`qaimagic.devices.annealers.get("{name}", auto_scale=False)` does.'
        raise ValueError(requirement("device", rule, "it scales them to its range", fix))
    if name.startswith(LOCAL) and sampler.temperature is None:
        fix = f'`qaimagic.devices.annealers.get("{name}", temperature={temperature:g})` does.'
        received = "it goes as cold as it takes"
        raise ValueError(requirement("device", "end at a temperature", received, fix))
    return sampler
