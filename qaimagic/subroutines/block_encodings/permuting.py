"""Permutations of basis states as gates, where controls hold a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import pennylane as qml


def shifted(shift: int, wires: Sequence[Any], where: Mapping[Any, int]) -> list[Any]:
    """Return gates that add a number to a register of wires, around its end.

    Args:
        shift: What is added.
        wires: The n wires.
        where: The bits of other wires where it is added.
    """
    size = 2 ** len(wires)
    signed = (shift + size // 2) % size - size // 2
    gates = []
    for place in range(len(wires)):
        if abs(signed) >> place & 1:
            upper = wires[: len(wires) - place]
            gates += [
                _flip(wire, {**where, **dict.fromkeys(upper[at + 1 :], 1)})
                for at, wire in enumerate(upper)
            ]
    return gates if signed > 0 else gates[::-1]


def permuted(rows: Sequence[int], wires: Sequence[Any], where: Mapping[Any, int]) -> list[Any]:
    """Return gates that bring each basis state to another one, by transpositions.

    Args:
        rows: Where each goes, a permutation of 2^n numbers.
        wires: The n wires.
        where: The bits of other wires where it acts.
    """
    gates = []
    seen: set[int] = set()
    for start in range(len(rows)):
        cycle = []
        at = start
        while at not in seen:
            seen.add(at)
            cycle.append(at)
            at = int(rows[at])
        for first, second in reversed(list(pairwise(cycle))):
            gates += _transposed(first, second, wires, where)
    return gates


def _transposed(
    first: int, second: int, wires: Sequence[Any], where: Mapping[Any, int]
) -> list[Any]:
    bits = {wire: first >> place & 1 for place, wire in enumerate(reversed(wires))}
    differ = [wire for place, wire in enumerate(reversed(wires)) if (first ^ second) >> place & 1]
    pivot, *others = differ
    align = [qml.CNOT([pivot, other]) for other in others]
    rest = {
        wire: bit ^ bits[pivot] if wire in others else bit
        for wire, bit in bits.items()
        if wire != pivot
    }
    return [*align, _flip(pivot, {**where, **rest}), *align]


def _flip(wire: Any, where: Mapping[Any, int]) -> Any:
    if not where:
        return qml.X(wire)
    return qml.MultiControlledX([*where, wire], control_values=list(where.values()))
