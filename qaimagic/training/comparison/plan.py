"""What a comparison will run, settled and checked before anything runs."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from torch import nn

from qaimagic._checks import check_int, check_number, did_you_mean, requirement
from qaimagic.devices import Profile, describe
from qaimagic.devices.saved import found
from qaimagic.devices.selection import check_ready
from qaimagic.training.comparison.fresh import Maker, maker_of, unseeded
from qaimagic.training.train import train

_NOT_SWEPT = ("budget", "seed")
_WORDS = ("opt", "loss", "schedule")
"""The options that are swept by name."""


@dataclass(frozen=True)
class Contender:
    """One row to be: a model on a device with some options.

    Attributes:
        model: The model's name.
        device: The device's name, or an empty string for the model's own.
        settings: The options that are swept, with their values for this row.
        make: Makes the model for a seed.
        runs_on: The device, or None for the model's own.
    """

    model: str
    device: str
    settings: Mapping[str, float | str]
    make: Maker = field(compare=False, repr=False)
    runs_on: Any = field(default=None, compare=False, repr=False)


def named_models(models: Any) -> dict[str, Maker]:
    """Return what makes each model, by its name.

    Raises:
        ValueError: If there is none, two have one name, or one cannot be reset.
        TypeError: If one is no model.
    """
    if isinstance(models, nn.Module) or not isinstance(models, Mapping | Sequence):
        models = [models]
    pairs = (
        list(models.items())
        if isinstance(models, Mapping)
        else [(_name_of(model), model) for model in models]
    )
    if not pairs:
        raise ValueError(requirement("models", "hold at least one model", "it is empty"))
    names = [str(name) for name, _ in pairs]
    double = next((name for name in names if names.count(name) > 1), None)
    if double is not None:
        fix = "Name them: `{'small': a, 'large': b}`."
        received = f"two are called `{double}`"
        raise ValueError(requirement("models", "have names of their own", received, fix))
    return {str(name): maker_of(str(name), model) for name, model in pairs}


def named_devices(devices: Any) -> dict[str, Any]:
    """Return each device by the name to print; without devices, the models' own under "".

    Raises:
        DeviceError: If one is unknown, or not ready.
        ValueError: If two are the same.
    """
    if isinstance(devices, str | Profile) or not isinstance(devices, Sequence):
        devices = [devices]
    named: dict[str, Any] = {}
    for device in devices:
        chosen = found(device)
        check_ready(chosen)
        shots = getattr(chosen, "shots", None) if isinstance(chosen, Profile) else None
        name = describe(chosen) if shots is None else f"{describe(chosen)}, {shots} shots"
        if name in named:
            rule = "be different from each other"
            raise ValueError(requirement("devices", rule, f"`{name}` is there twice"))
        named[name] = unseeded(chosen)
    return named or {"": None}


@cache
def sweepable() -> tuple[str, ...]:
    """Return the options of ``train`` that are numbers, or named choices: not budget and seed."""
    parameters = inspect.signature(train).parameters.items()
    numeric = {
        name: {part.strip() for part in str(parameter.annotation).split("|")}
        for name, parameter in parameters
    }
    return tuple(
        name
        for name, parts in numeric.items()
        if (parts & {"int", "float"} and name not in _NOT_SWEPT) or name in _WORDS
    )


def settings_of(sweep: Mapping[str, Any] | None, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the values of each setting of a sweep; one empty setting without one.

    Args:
        sweep: Values by option.
        given: The options that have a value already.

    Raises:
        ValueError: If an option is unknown, given as well, or has no values.
        TypeError: If a value is neither a number nor, where the option takes one, a name.
    """
    for name, values in (sweep or {}).items():
        if name not in sweepable():
            listing = ", ".join(f"`{option}`" for option in sweepable())
            message = requirement("sweep", f"name one of {listing}", f"it names `{name}`")
            raise ValueError(message + did_you_mean(name, sweepable()))
        if given.get(name) is not None:
            received = f"`{name}` is given as well"
            raise ValueError(requirement("sweep", "settle an option alone", received))
        if not isinstance(values, Sequence) or isinstance(values, str) or not len(values):
            rule = "give a list of values for each option"
            raise ValueError(requirement("sweep", rule, f"`{name}` is {values!r}"))
        for value in values:
            if name not in _WORDS:
                check_number(name, value, above=0)
            elif not isinstance(value, str):
                received = f"`{name}` has {value!r}"
                raise TypeError(
                    requirement("sweep", "choose optimizers and the like by name", received)
                )
        if len(set(values)) < len(values):
            rule = "give each value once"
            raise ValueError(requirement("sweep", rule, f"`{name}` is {list(values)}"))
    options = sweep or {}
    return [
        dict(zip(options, values, strict=True)) for values in itertools.product(*options.values())
    ]


def seeds_of(seeds: Any) -> list[int]:
    """Return the seeds: 0, 1, ... for a number of them, or those that are listed.

    Raises:
        ValueError: If there is none, or one twice.
        TypeError: If they are no whole numbers.
    """
    if not isinstance(seeds, Sequence) or isinstance(seeds, str):
        return list(range(check_int("seeds", seeds, minimum=1)))
    listed = [check_int("seeds", seed) for seed in seeds]
    if not listed or len(set(listed)) < len(listed):
        rule = "be a number of seeds, or seeds that differ"
        raise ValueError(requirement("seeds", rule, f"they are {list(seeds)}"))
    return listed


def _name_of(model: Any) -> str:
    name = getattr(model, "name", None) if isinstance(model, nn.Module) else None
    return str(name or getattr(model, "__name__", type(model).__name__))
