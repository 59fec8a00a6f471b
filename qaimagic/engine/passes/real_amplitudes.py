"""Finds the circuits whose amplitudes are all real, which run on half the numbers.

Turns are real. So are constant phases of multiples of half pi, such as those of Z and CZ, where
each index gets an even number of halves: they are signs then, up to a global phase.
"""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from math import pi
from operator import xor

from qaimagic.engine.circuit import Angle
from qaimagic.engine.schedule import Layer, Schedule

_HALF_PI = Angle((), pi / 2)
_CLOSE = 1e-12


def real_amplitudes(scheduled: Schedule) -> Schedule:
    """Return ``scheduled`` marked as real, its phases as signs, or as it is.

    The parts of a CZ may be in different layers, or gone where nothing sees them. So what a layer
    lacks is lent to it, and taken back after turns that it commutes with; at the end nothing need
    be taken back that the words do not see.

    Args:
        scheduled: A circuit that starts from the state of all zeros, with words to measure: their
            values know no global phase.
    """
    layers = []
    lent = 0
    for layer in scheduled.layers:
        phases = _with(layer.phases, lent, _HALF_PI.scaled(-1))
        odd = _odd_halves(phases)
        if odd is None:
            return scheduled
        lent = reduce(xor, odd, 0)
        if any(_sees(turn.x, lent) for turn in layer.turns):
            return scheduled
        layers.append(Layer(_signs(_with(phases, lent, _HALF_PI)), layer.turns))
    if any(_sees(word.x, lent) for word in scheduled.words):
        return scheduled
    return replace(scheduled, layers=tuple(layers), is_real=True)


def _odd_halves(phases: dict[int, Angle]) -> list[int] | None:
    r"""Return the masks of odd multiples of half pi, or None where others are not multiples.

    An index's phase, against that of index 0, is the sum of the angles whose mask it has an odd
    number of bits of. Parities of masks add up without a carry: the number of half pis is even
    for every index where the masks of the odd ones cancel.
    """
    odd = []
    for mask, angle in phases.items():
        number = angle.offset / (pi / 2)
        if mask and (angle.terms or abs(number - round(number)) > _CLOSE):
            return None
        if mask and round(number) % 2:
            odd.append(mask)
    return odd


def _with(phases: dict[int, Angle], mask: int, angle: Angle) -> dict[int, Angle]:
    return {**phases, mask: phases.get(mask, Angle()).plus(angle)} if mask else phases


def _signs(phases: dict[int, Angle]) -> dict[int, Angle]:
    """Return the phases with the global one that makes them 1 for index 0."""
    parts = {mask: angle for mask, angle in phases.items() if mask and angle.offset}
    constant = sum(angle.offset for angle in parts.values())
    return {**parts, 0: Angle((), -constant)} if parts else {}


def _sees(flip: int, mask: int) -> bool:
    return bool((flip & mask).bit_count() & 1)
