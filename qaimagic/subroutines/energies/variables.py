"""``spins`` and ``bits``: variables that work as numbers do until an annealer sets them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from numbers import Integral
from typing import Any

import numpy as np

from qaimagic._checks import requirement
from qaimagic.subroutines.energies.algebra import Energy, Family, Variable


class Variables(dict[Hashable, Energy]):
    """Variables by their labels.

    Args:
        family: The variables.
    """

    def __init__(self, family: Family) -> None:
        super().__init__(zip(family.labels, map(_energy, _members(family)), strict=True))
        self.family = family

    def __repr__(self) -> str:
        return f"{self.family!r}: {', '.join(map(repr, self))}"


def spins(labels: int | tuple[int, ...] | Iterable[Hashable], *, name: str | None = None) -> Any:
    """Return spins, which are +1 or -1, to write an energy with.

    Args:
        labels: How many, a shape, or what each is called, such as the nodes of a graph.
        name: What they are called in answers; ``s`` if not given. ``%%anneal`` takes the name
            that they stand under.

    Returns:
        A NumPy array of that shape for a number or a shape, else a mapping by label.

    Raises:
        TypeError: If ``labels`` is none of these.
        ValueError: If a label stands twice, or a size is below 1.

    Example:
        >>> from qaimagic import spins
        >>> s = spins(3)
        >>> sum(s[i] * s[i + 1] for i in range(2))
        s[0] s[1] + s[1] s[2]
        >>> s[0] ** 2
        1
    """
    return _variables(labels, name, is_spin=True)


def bits(labels: int | tuple[int, ...] | Iterable[Hashable], *, name: str | None = None) -> Any:
    """Return bits, which are 0 or 1, to write an energy with.

    Args:
        labels: How many, a shape, or what each is called, such as the nodes of a graph.
        name: What they are called in answers; ``x`` if not given. ``%%anneal`` takes the name
            that they stand under.

    Returns:
        A NumPy array of that shape for a number or a shape, else a mapping by label.

    Raises:
        TypeError: If ``labels`` is none of these.
        ValueError: If a label stands twice, or a size is below 1.

    Example:
        >>> from qaimagic import bits
        >>> x = bits((2, 2))
        >>> (x.sum(axis=0)[0] - 1) ** 2
        1 - x[0, 0] - x[1, 0] + 2 x[0, 0] x[1, 0]
    """
    return _variables(labels, name, is_spin=False)


def families_in(value: object) -> list[Family]:
    """Return the families whose variables ``value`` holds, if it is what `spins` or `bits` gave."""
    if isinstance(value, Variables):
        return [value.family]
    if isinstance(value, np.ndarray) and value.dtype == object:
        found = [term for each in value.flat if isinstance(each, Energy) for term in each.terms]
        return list(dict.fromkeys(variable.family for term in found for variable in term))
    return []


def evaluated(expression: Any, value: Callable[[Variable], int]) -> Any:
    """Return what ``expression`` is worth, a dict or an array of the same shape, or a number.

    Raises:
        TypeError: If it is neither spins, bits, an energy, nor a number.
    """
    if isinstance(expression, Energy):
        number = expression.evaluate(value)
        return int(number) if number.is_integer() else number
    if isinstance(expression, dict):
        return {label: evaluated(part, value) for label, part in expression.items()}
    if isinstance(expression, np.ndarray) and expression.dtype == object:
        numbers = [evaluated(part, value) for part in expression.flat]
        return np.array(numbers).reshape(expression.shape)
    if isinstance(expression, int | float):
        return expression
    rule = "be spins, bits, or an energy of them"
    raise TypeError(requirement("expression", rule, f"it is {type(expression).__name__}"))


def _variables(labels: Any, name: str | None, *, is_spin: bool) -> Any:
    if name is not None and not (isinstance(name, str) and name.isidentifier()):
        raise ValueError(requirement("name", "be a name", f"it is {name!r}"))
    shape = _shape(labels)
    if shape is not None:
        places: list[Hashable] = list(np.ndindex(shape))
        if len(shape) == 1:
            places = list(range(shape[0]))
        array = np.empty(shape, dtype=object)
        array.reshape(-1)[:] = [
            _energy(member) for member in _members(Family(places, name, is_spin=is_spin))
        ]
        return array
    return Variables(Family(_labels(labels), name, is_spin=is_spin))


def _shape(labels: Any) -> tuple[int, ...] | None:
    sizes = labels if isinstance(labels, tuple) else (labels,)
    if not sizes or not all(isinstance(n, Integral) and not isinstance(n, bool) for n in sizes):
        return None
    if min(sizes) < 1:
        raise ValueError(requirement("labels", "be sizes of at least 1", f"it is {labels!r}"))
    return tuple(int(n) for n in sizes)


def _labels(labels: Any) -> list[Hashable]:
    if isinstance(labels, str) or not isinstance(labels, Iterable):
        fix = f"One name makes a list of one: `[{labels!r}]`." if isinstance(labels, str) else ""
        rule = "be a number, a shape, or several labels"
        raise TypeError(requirement("labels", rule, f"it is {labels!r}", fix))
    found = list(labels)
    try:
        twice = [label for label, n in _counted(found).items() if n > 1]
    except TypeError as error:
        rule = "hold labels that can be keys of a dict"
        raise TypeError(requirement("labels", rule, str(error))) from error
    if twice:
        raise ValueError(requirement("labels", "differ", f"{twice[0]!r} stands there twice"))
    return found


def _counted(labels: list[Hashable]) -> dict[Hashable, int]:
    counts: dict[Hashable, int] = {}
    for label in labels:
        counts[label] = counts.get(label, 0) + 1
    return counts


def _members(family: Family) -> list[Variable]:
    return [Variable(family.serial, index, family) for index in range(len(family.labels))]


def _energy(variable: Variable) -> Energy:
    return Energy({(variable,): 1.0})
