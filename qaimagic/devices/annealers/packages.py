"""The packages behind the annealers, imported when one is used and not before."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any

from qaimagic.errors import MissingExtraError

_MODULES = {"anneal": ("dimod", "dwave.samplers"), "dwave": ("dimod", "dwave.system")}


def need(module: str, feature: str, extra: str = "anneal") -> Any:
    """Return a module of an optional package.

    Args:
        module: Its dotted name.
        feature: What needs it, as the user would say it.
        extra: The extra that brings it.

    Raises:
        MissingExtraError: If it is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingExtraError(feature, extra) from error


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
