"""Profiles kept between notebooks, by name, in the user's folder for settings."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from qaimagic._checks import did_you_mean, requirement
from qaimagic.devices.catalogue import names
from qaimagic.devices.profiles import Profile, get
from qaimagic.errors import DeviceError


def save(name: str, profile: Profile) -> Path:
    """Keep a profile under a name, which every magic and every ``device=`` takes from then on.

    Args:
        name: A name as of a variable; an earlier profile of that name is replaced.
        profile: What `get` returned.

    Returns:
        The file that holds it.

    Raises:
        ValueError: If the name is none, or a device's.
        TypeError: If the name is no text, or the profile is none.
        DeviceError: If the file is damaged.

    Example:
        >>> from qaimagic import devices
        >>> file = devices.save("lab", devices.get("qaimagic.qubit", shots=1000))
        >>> devices.saved()["lab"].shots
        1000
        >>> devices.forget("lab")
    """
    rule = "be a name as of a variable"
    if not isinstance(name, str):
        raise TypeError(requirement("name", rule, f"it is {name!r}"))
    if not name.isidentifier() or name in names():
        raise ValueError(requirement("name", rule, f"it is `{name}`"))
    if not isinstance(profile, Profile):
        kind = type(profile).__name__
        raise TypeError(requirement("profile", "be made by `devices.get`", f"it is a {kind}"))
    return _write({**_read(), name: asdict(profile)})


def saved() -> dict[str, Profile]:
    """Return the profiles that were saved, by name.

    Raises:
        DeviceError: If the file is damaged, or one of them cannot run here.
    """
    return {name: _profile(name, settings) for name, settings in _read().items()}


def forget(name: str) -> None:
    """Let go of a saved profile.

    Raises:
        DeviceError: If there is none of that name.
    """
    kept = _read()
    if name not in kept:
        raise DeviceError(f"No profile `{name}` is saved.{did_you_mean(name, kept)}")
    del kept[name]
    _write(kept)


def found(device: Any) -> Any:
    """Return the saved profile that a name stands for, or the device itself.

    Raises:
        DeviceError: If the name is neither a device's nor a saved profile's.
    """
    if not isinstance(device, str) or device in names() or not device.isidentifier():
        return device
    kept = _read()
    if device not in kept:
        hint = did_you_mean(device, [*kept, *names()])
        raise DeviceError(
            f"`{device}` is no device here, and no profile of that name is saved.{hint} To make "
            f"one: `%qdevice qaimagic.qubit --shots 1000 --save {device}`."
        )
    return _profile(device, kept[device])


def _profile(name: str, settings: Mapping[str, Any]) -> Profile:
    options = dict(settings)
    try:
        return get(options.pop("device"), **options)
    except (DeviceError, KeyError, TypeError, ValueError) as error:
        reason = f"it lacks {error}" if isinstance(error, KeyError) else str(error)
        raise DeviceError(f"The saved profile `{name}` cannot run here: {reason}") from error


def settings_folder() -> Path:
    """Return the user's folder for settings; it may not be there yet."""
    if sys.platform == "win32":
        home = Path(os.environ.get("APPDATA") or Path.home() / "AppData/Roaming")
    elif sys.platform == "darwin":
        home = Path.home() / "Library/Application Support"
    else:
        home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return home / "qaimagic"


def _file() -> Path:
    return settings_folder() / "devices.json"


def _read() -> dict[str, dict[str, Any]]:
    file = _file()
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise DeviceError(f"The saved profiles in {file} cannot be read: {error}") from error
    if not isinstance(content, dict) or not all(isinstance(v, dict) for v in content.values()):
        raise DeviceError(f"The saved profiles in {file} are no table of profiles by name.")
    return content


def _write(content: Mapping[str, Any]) -> Path:
    """Write a file aside and move it into place, so that a reader finds all of it."""
    file = _file()
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_suffix(f".{os.getpid()}.new")
    try:
        aside.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)
    return file
