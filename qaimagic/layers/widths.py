"""Numbers of features: which are worth trying, and which a circuit takes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from math import prod
from types import CodeType, FunctionType
from typing import Any

from qaimagic.bridge.guards.code import uses_of

SMALL = range(1, 65)
_POWERS = tuple(2**n for n in range(7, 13))
_MOST = 2**16
_MOST_FACTORS = 8


class Widths:
    """The numbers of features that a data argument takes.

    Args:
        known: Those that were tried and taken.
        is_open: Whether there is no largest one.
        fits: Tries another one.
    """

    def __init__(self, known: set[int], is_open: bool, fits: Callable[[int], bool]) -> None:
        self.known = known
        self.is_open = is_open
        self._fits = fits

    def __contains__(self, width: int) -> bool:
        if width in self.known or (width := int(width)) in self.known:
            return True
        if width > 0 and self._fits(width):
            self.known.add(width)
            return True
        return False

    @property
    def largest(self) -> int | None:
        """The largest of them, or None where there is none."""
        return None if self.is_open else max(self.known)

    def __str__(self) -> str:
        counts = sorted(self.known)
        if len(counts) > 1 and not self.is_open and counts[-1] - counts[0] == len(counts) - 1:
            return f"{counts[0]} to {counts[-1]}"
        if len(counts) > 3 or self.is_open:
            return f"{', '.join(map(str, counts[:3]))} and so on"
        return " or ".join(map(str, counts))


def numbers_of(
    function: Callable[..., Any], shapes: Mapping[str, tuple[int, ...]]
) -> tuple[int, ...]:
    """Return the whole numbers above 1 that a circuit mentions: in its code, then its shapes."""
    found = [*_numbers_in(function, set()), *itertools.chain(*shapes.values())]
    return tuple(dict.fromkeys(number for number in found if 1 < number <= _MOST))


def large(numbers: tuple[int, ...]) -> list[int]:
    """Return the numbers of features beyond the small ones that a circuit may mean.

    Args:
        numbers: What it mentions: sizes, last indices, numbers of wires, factors of a size.
    """
    factors = numbers[:_MOST_FACTORS]
    products = (
        prod(some) for n in (2, 3) for some in itertools.combinations_with_replacement(factors, n)
    )
    powers = (2**n for n in numbers if n <= 16)
    after = (n + 1 for n in numbers)
    candidates = {*numbers, *after, *powers, *products, *_POWERS}
    return sorted(n for n in candidates if SMALL[-1] < n <= _MOST)


def _numbers_in(function: Callable[..., Any], seen: set[CodeType]) -> Iterator[int]:
    code = function.__code__
    if code in seen:
        return
    seen.add(code)
    yield from _whole(code.co_consts)
    cells = dict(zip(code.co_freevars, function.__closure__ or (), strict=True))
    for use in uses_of(code):
        value = None
        if use.kind == "global":
            value = function.__globals__.get(use.name)
        elif use.kind == "cell" and use.name in cells:
            value = _content(cells[use.name])
        if isinstance(value, FunctionType) and not str(value.__module__).startswith(
            ("pennylane", "torch")
        ):
            yield from _numbers_in(value, seen)
        else:
            yield from _whole((value,))


def _whole(values: tuple[Any, ...]) -> Iterator[int]:
    for value in values:
        if isinstance(value, CodeType):
            yield from _whole(value.co_consts)
        elif isinstance(value, tuple):
            yield from _whole(value)
        elif isinstance(value, int) and not isinstance(value, bool):
            yield value


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return None
