"""Find what a word such as ``Adam``, ``huber_loss`` or ``mypackage.metrics.f1`` means."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from types import ModuleType
from typing import Any

from qaimagic._checks import did_you_mean, requirement

_FALLING = ("loss", "error", "mae", "mse", "nll", "perplexity", "energy", "infidelity")
_RISING_LOSSES = ("return", "reward")


def find_callable(
    argument: str, word: str, homes: Iterable[ModuleType], known: Iterable[str]
) -> Callable[..., Any]:
    """Return the function or class that ``word`` names; nothing is ever evaluated.

    Args:
        argument: The option it was given for, to say so if it is not found.
        word: A name in one of ``homes``, or a dotted name that starts with a package.
        homes: The modules to look in for a name without dots.
        known: Names to suggest when ``word`` is none of them.

    Raises:
        ValueError: If nothing that can be called has this name, with the nearest one.
    """
    if "." in word:
        found = _dotted(word)
    else:
        found = next((getattr(home, word) for home in homes if hasattr(home, word)), None)
    if not callable(found) or word.startswith("_"):
        rule = "be a name that torch knows, a dotted name, or a function"
        message = requirement(argument, rule, f"`{word}` is neither")
        raise ValueError(message + did_you_mean(word.rsplit(".", 1)[-1], known))
    known_callable: Callable[..., Any] = found
    return known_callable


def name_of(function: Callable[..., Any], unnamed: str) -> str:
    """Return what to call a function, class or object; a lambda is called ``unnamed``."""
    name = getattr(function, "__name__", None) or type(function).__name__
    return unnamed if name == "<lambda>" else str(name)


def rises_by_name(metric: str) -> bool:
    """Return whether a higher ``metric`` is better, as far as its name tells."""
    return not any(word in metric.lower() for word in _FALLING)


def loss_rises_by_name(loss: str) -> bool:
    """Return whether what is followed is to grow, as a game's return is and no loss."""
    return loss in _RISING_LOSSES


def _dotted(word: str) -> Any:
    parts = word.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            found: Any = import_module(".".join(parts[:cut]))
        except ImportError:
            continue
        for part in parts[cut:]:
            found = getattr(found, part, None)
        return found
    return None
