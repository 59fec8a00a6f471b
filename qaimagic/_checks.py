"""One vocabulary for checking arguments: every message says the rule and what came instead."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable
from importlib import import_module
from numbers import Integral, Real
from typing import Any

from qaimagic.errors import MissingExtraError

MOST_SHOTS = 10**8
"""The most shots of a circuit: they are held one by one where a device gives them so."""


def requirement(name: str, rule: str, received: object, fix: str = "") -> str:
    """Return the house sentence, "Argument `x` must <rule>, but <received>.", with its fix."""
    sentence = f"Argument `{name}` must {rule}, but {received}."
    return f"{sentence} {fix}".rstrip()


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return ``" Did you mean `x`?"`` for the choice nearest to ``word``, or an empty string."""
    options = {choice.lower(): choice for choice in choices}
    close = difflib.get_close_matches(word.lower(), options, n=1, cutoff=0.6)
    return f" Did you mean `{options[close[0]]}`?" if close else ""


def check_choice(name: str, value: str, choices: Iterable[str]) -> str:
    """Return ``value`` if it is one of ``choices``.

    Raises:
        TypeError: If it is not a string.
        ValueError: If it is not one of them, with the nearest choice.
    """
    known = list(choices)
    if value not in known:
        listing = ", ".join(f"`{choice}`" for choice in known)
        if not isinstance(value, str):
            raise TypeError(requirement(name, f"be one of {listing}", f"it is {value!r}"))
        message = requirement(name, f"be one of {listing}", f"it is `{value}`")
        raise ValueError(message + did_you_mean(value, known))
    return value


def check_int(name: str, value: object, *, minimum: int | None = None) -> int:
    """Return ``value`` as an int that is at least ``minimum``.

    Raises:
        TypeError: If it is not a whole number (booleans are not).
        ValueError: If it is below ``minimum``.
    """
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(requirement(name, "be a whole number", f"it is {value!r}"))
    if minimum is not None and value < minimum:
        raise ValueError(requirement(name, f"be at least {minimum}", f"it is {value}"))
    return int(value)


def check_number(
    name: str, value: object, *, above: float | None = None, minimum: float | None = None
) -> float:
    """Return ``value`` as a finite float within its bounds.

    Raises:
        TypeError: If it is not a real number.
        ValueError: If it is NaN, infinite, or out of bounds.
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(requirement(name, "be a number", f"it is {value!r}"))
    try:
        number = float(value)
    except OverflowError as error:
        received = "it is larger than a float can be"
        raise ValueError(requirement(name, "be finite", received)) from error
    if not math.isfinite(number):
        raise ValueError(requirement(name, "be finite", f"it is {number}"))
    if above is not None and number <= above:
        raise ValueError(requirement(name, f"be above {above:g}", f"it is {number:g}"))
    if minimum is not None and number < minimum:
        raise ValueError(requirement(name, f"be at least {minimum:g}", f"it is {number:g}"))
    return number


def check_shots(shots: object) -> int | None:
    """Return a number of shots, or None for exact answers.

    Raises:
        TypeError: If it is not a whole number.
        ValueError: If it is below 1, or more than a machine's memory holds.
    """
    if shots is None:
        return None
    count = check_int("shots", shots, minimum=1)
    if count > MOST_SHOTS:
        fix = "Leave `shots` out for exact answers."
        raise ValueError(requirement("shots", f"be at most {MOST_SHOTS:,}", f"it is {count}", fix))
    return count


def check_several(name: str, value: object, of: str) -> list[Any]:
    """Return a collection as a list.

    Args:
        name: The argument's name.
        value: What was received.
        of: What it must hold, such as ``"numbers of wires"``.

    Raises:
        TypeError: If it is no collection, or a string.
    """
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise TypeError(requirement(name, f"be a list of {of}", f"it is {value!r}"))
    try:
        return list(value)
    except TypeError as error:
        raise TypeError(requirement(name, f"be a list of {of}", f"it is {value!r}")) from error


def need(module: str, feature: str, extra: str) -> Any:
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
