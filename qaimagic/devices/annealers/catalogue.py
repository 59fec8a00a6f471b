"""The annealers by name: what each is, whether it can run, and one made to order."""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import Any

from qaimagic._checks import did_you_mean, need, requirement
from qaimagic.devices.annealers.packages import is_there, release
from qaimagic.devices.info import DeviceInfo
from qaimagic.errors import DeviceError

_HOME = "qaimagic.devices.annealers"
_PAID = "dwave:"
_LEAP = f"{_PAID}leap"
_FEATURE = "Annealing"
_LOCAL = {
    "anneal:simulated": ("local.SimulatedAnnealer", "simulated annealing: the all-rounder"),
    "anneal:path-integral": (
        "local.PathIntegralAnnealer",
        "simulated quantum annealing by path integrals",
    ),
    "anneal:tabu": ("search.TabuAnnealer", "tabu search: low energies, no temperature"),
    "anneal:gibbs": ("local.GibbsSampler", "Gibbs sampling at one temperature"),
    "anneal:quantum-mcmc": (
        "quantum_mcmc.QuantumMCMC",
        "a Markov chain whose proposals are measured after a quantum evolution, simulated",
    ),
    "anneal:descent": ("search.DescentAnnealer", "steepest descent: the plainest local search"),
    "anneal:goemans-williamson": (
        "goemans_williamson.GoemansWilliamson",
        "semidefinite relaxation and random hyperplanes, with a proven bound",
    ),
    "anneal:exact": ("exact.ExactSolver", "enumeration of up to 24 variables"),
}


def names() -> list[str]:
    """Return the names of all annealers; ``dwave:`` also takes the name of a machine."""
    return [*_LOCAL, _LEAP]


def available() -> list[DeviceInfo]:
    """Return what each annealer is and whether it can run, in the order of `names`.

    Example:
        >>> from qaimagic.devices import annealers
        >>> [entry.name for entry in annealers.available()][:2]
        ['anneal:simulated', 'anneal:path-integral']
    """
    return [info(name) for name in names()]


def is_annealer(name: str) -> bool:
    """Return whether a name is an annealer's, so that it runs no circuits."""
    return name in _LOCAL or (name.startswith(_PAID) and name != _PAID)


def info(name: str) -> DeviceInfo:
    """Return the catalogue's entry for ``name``.

    Raises:
        DeviceError: If there is no annealer of that name.
    """
    _check_name(name)
    if name in _LOCAL:
        ready = is_there("anneal")
        missing = "" if ready else 'pip install "qaimagic[anneal]"'
        package = release("dwave-samplers")
        return DeviceInfo(name, "annealer", _LOCAL[name][1], package, ready, missing)
    description = "a quantum annealer of D-Wave's, through Leap; every read is paid for"
    package = release("dwave-system")
    missing = 'pip install "qaimagic[dwave]"'
    if is_there("dwave"):
        missing = str(import_module(f"{_HOME}.leap").missing())
    return DeviceInfo(name, "hardware", description, package, not missing, missing)


def get(name: str, **settings: Any) -> Any:
    """Return an annealer by its name, with settings of one's own.

    Args:
        name: A name of the catalogue, or ``dwave:`` with the name of a machine.
        **settings: What its class takes: ``temperature`` and ``sweeps`` for most,
            ``annealing_time`` and ``chain_strength`` for D-Wave's.

    Returns:
        A sampler of dimod's kind: ``sample(bqm, num_reads=..., seed=...)``. Every ``device=`` of
        `qaimagic.anneal` takes it.

    Raises:
        DeviceError: If there is no annealer of that name.
        MissingExtraError: If its package is not installed.
        TypeError: If it takes no such setting.

    Example:
        >>> from qaimagic.devices import annealers
        >>> annealers.get("anneal:gibbs", temperature=0.5).temperature
        0.5
    """
    _check_name(name)
    need("dimod", _FEATURE, "anneal")
    need("dwave.samplers", _FEATURE, "anneal")
    if name in _LOCAL:
        module, _, kind = _LOCAL[name][0].partition(".")
        make = getattr(import_module(f"{_HOME}.{module}"), kind)
    else:
        machine = name.partition(":")[2]
        leap = import_module(f"{_HOME}.leap").LeapAnnealer
        if machine != "leap":
            settings["solver"] = machine
        make = leap
    known = list(inspect.signature(make).parameters)
    for setting in settings:
        if setting not in known:
            listing = ", ".join(f"`{word}`" for word in known)
            hint = did_you_mean(setting, known)
            raise TypeError(f"Device `{name}` has no setting `{setting}`; it has {listing}.{hint}")
    return make(**settings)


def resolve(device: Any) -> Any:
    """Return the sampler that ``device`` stands for: a name, or a sampler of dimod's kind.

    Raises:
        TypeError: If it is neither.
        DeviceError: If there is no annealer of that name.
        MissingExtraError: If its package is not installed.
    """
    if isinstance(device, str):
        return get(device)
    if not callable(getattr(device, "sample", None)) or not hasattr(device, "parameters"):
        rule = "be the name of an annealer, or a sampler of dimod's kind"
        fix = "`anneal:simulated` is one; `qaimagic.devices.annealers.names()` lists them."
        raise TypeError(requirement("device", rule, f"it is {device!r}", fix))
    return device


def _check_name(name: str) -> None:
    if is_annealer(name):
        return
    listing = ", ".join(f"`{known}`" for known in names())
    hint = did_you_mean(name, names()) or did_you_mean(f"anneal:{name}", names())
    raise DeviceError(f"There is no annealer `{name}`.{hint} It may be {listing}.")
