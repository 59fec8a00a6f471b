"""The packages behind the annealers, imported when one is used and not before."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

_MODULES = {"anneal": ("dimod", "dwave.samplers"), "dwave": ("dimod", "dwave.system")}


def is_there(extra: str) -> bool:
    """Return whether the packages of ``extra`` are installed, without importing them."""
    try:
        return all(find_spec(module) is not None for module in _MODULES[extra])
    except ModuleNotFoundError:
        return False


def release(package: str) -> str:
    """Return a package with its version, or an empty string if it is not installed."""
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return ""
