"""Which device runs: the run's choice wins over the layer's, which wins over the default."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from qaimagic._checks import check_int, requirement
from qaimagic.devices.annealers import is_annealer
from qaimagic.devices.catalogue import info
from qaimagic.devices.hardware.vendors import is_hardware
from qaimagic.devices.info import GENERIC_METHODS
from qaimagic.devices.plugins import BY_SHOTS_ALONE, diff_methods_of
from qaimagic.devices.profiles import Profile
from qaimagic.devices.saved import found
from qaimagic.errors import DeviceError

_DEVICE_DEFAULT = "qaimagic.qubit"


@dataclass(frozen=True)
class Choice:
    """A device together with what it is asked to do.

    Attributes:
        device: A name from the catalogue, a profile, a PennyLane device object, or None for the
            default.
        shots: The number of shots, or None for exact expectation values.
        seed: The seed of the shots, or None to follow ``torch.manual_seed``.
        diff_method: A gradient method by PennyLane's name, or ``"best"``.
    """

    device: Any = None
    shots: int | None = None
    seed: int | None = None
    diff_method: str = "best"


_default: list[Any] = [_DEVICE_DEFAULT]
_override: ContextVar[Choice | None] = ContextVar("qaimagic_device_override", default=None)


def default() -> Any:
    """Return the device used where neither the run nor the layer names one."""
    return _default[0]


def set_default(device: Any) -> None:
    """Make a name, a profile or a PennyLane device the default; None restores the first one.

    Raises:
        DeviceError: If no such device is installed, or it is not ready.
    """
    chosen = _DEVICE_DEFAULT if device is None else found(device)
    check_ready(chosen)
    _default[0] = chosen


@contextmanager
def override(
    device: Any = None, *, shots: int | None = None, seed: int | None = None
) -> Iterator[None]:
    """Within the context, run every layer on ``device`` and with ``shots`` where they are given.

    What is not given stays as it is around the context.

    Raises:
        DeviceError: If no such device is installed, or it is not ready.
    """
    if device is not None:
        device = found(device)
        check_ready(device)
    if shots is not None:
        check_int("shots", shots, minimum=1)
    around, own = _override.get() or Choice(), _unpacked(Choice(device, shots, seed))
    merged = Choice(
        around.device if own.device is None else own.device,
        around.shots if own.shots is None else own.shots,
        around.seed if own.seed is None else own.seed,
    )
    token = _override.set(merged)
    try:
        yield
    finally:
        _override.reset(token)


def resolve(choice: Choice) -> Choice:
    """Return what will run for a layer that asks for ``choice``, with the device filled in."""
    run = _override.get()
    if run is None and isinstance(choice.device, str):
        return choice
    levels = [run or Choice(), choice, Choice(default())]
    used = next(k for k, level in enumerate(levels) if level.device is not None)
    levels[used] = _unpacked(levels[used])
    shots = next((level.shots for level in levels if level.shots is not None), None)
    seed = next((level.seed for level in levels if level.seed is not None), None)
    return Choice(levels[used].device, shots, seed, choice.diff_method)


def _unpacked(choice: Choice) -> Choice:
    """Return a choice with the shots and seed of its profile where it says nothing itself."""
    profile = choice.device
    if not isinstance(profile, Profile):
        return choice
    return Choice(
        profile.device if profile.is_plain else profile,
        profile.shots if choice.shots is None else choice.shots,
        profile.seed if choice.seed is None else choice.seed,
        choice.diff_method,
    )


def describe(device: Any) -> str:
    """Return the name to print for a device: a catalogue name or a PennyLane device object."""
    return device if isinstance(device, str) else str(getattr(device, "name", device))


def check_ready(device: Any) -> None:
    """Check that ``device`` can run here.

    Raises:
        TypeError: If it is neither a name nor a PennyLane device.
        DeviceError: If it is unknown, or something it needs is missing.
    """
    if isinstance(device, Profile):
        return
    if not isinstance(device, str):
        if not hasattr(device, "execute"):
            rule = "be the name of a device, or a PennyLane device"
            raise TypeError(requirement("device", rule, f"it is {device!r}"))
        return
    if is_annealer(device):
        raise DeviceError(
            f"Device `{device}` brings energies down and runs no circuits. `%%anneal` and "
            "`BoltzmannMachine` take it."
        )
    entry = info(device)
    if not entry.ready:
        raise DeviceError(f"Device `{device}` is installed but not ready: {entry.missing}")


def check_choice_of(choice: Choice) -> None:
    """Check that a resolved choice can be carried out, before anything runs.

    Raises:
        DeviceError: If the device lacks the gradient method, cannot combine it with shots, or
            needs shots that nobody asked for.
    """
    check_ready(choice.device)
    name = describe(choice.device)
    if choice.shots is not None:
        check_int("shots", choice.shots, minimum=1)
    elif choice.device in BY_SHOTS_ALONE:
        raise DeviceError(
            f"Device `{name}` answers by shots alone: say how many, `--shots 1000`, or "
            "`shots=1000` in Python."
        )
    if choice.diff_method == "best":
        return
    noisy = isinstance(choice.device, Profile) and choice.device.is_noisy
    if choice.diff_method == "hadamard" and noisy:
        raise DeviceError(
            "The Hadamard test adds gates, and noise of your own would come after these as well: "
            "its gradient would not be that of the noisy circuit. Use `parameter-shift`."
        )
    methods = _diff_methods(choice.device, choice.diff_method)
    if choice.diff_method not in methods:
        listing = ", ".join(f"`{method}`" for method in methods) or "none"
        raise DeviceError(
            f"Device `{name}` has no gradient method `{choice.diff_method}`; it has {listing}. "
            "`best` chooses for you."
        )
    if choice.shots is not None and choice.diff_method not in GENERIC_METHODS:
        raise DeviceError(
            f"Gradient method `{choice.diff_method}` needs exact expectation values, but "
            f"{choice.shots} shots were asked for. Leave out the shots, or use "
            "`parameter-shift`, which works with them."
        )


def check_scatter_known(choice: Choice) -> None:
    """Check that it is known how far the answers of a resolved choice scatter with shots.

    Raises:
        DeviceError: If the device mitigates its errors.
    """
    device = choice.device
    if isinstance(device, Profile) and device.mitigate is not None:
        raise DeviceError(
            f"`{device.name}` answers with weighted sums, whose scatter is not known here. Leave "
            "`mitigate` out for error bars; training takes it."
        )


def check_shots_of(choice: Choice) -> None:
    """Check that a machine is asked for shots, before anything is sent to it.

    Raises:
        DeviceError: If it is not.
    """
    device = choice.device
    name = device.device if isinstance(device, Profile) else device
    if choice.shots is None and isinstance(name, str) and is_hardware(name):
        raise DeviceError(
            f"Device `{name}` is a machine and answers by shots. Ask for some: `--shots 1000`, or "
            "`shots=1000` in Python."
        )


def _diff_methods(device: Any, asked: str) -> tuple[str, ...]:
    """Return a device's gradient methods; one of the user's own runs nothing to find out."""
    if isinstance(device, Profile):
        on_cluster = device.cluster is not None
        return GENERIC_METHODS if on_cluster else _diff_methods(device.device, asked)
    if isinstance(device, str):
        return info(device).diff_methods
    return GENERIC_METHODS if asked in GENERIC_METHODS else diff_methods_of(device)
