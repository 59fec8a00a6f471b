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
from qaimagic.engine.schedule import Schedule

_HALF_PI = Angle((), pi / 2)
_CLOSE = 1e-12


def real_amplitudes(scheduled: Schedule) -> Schedule:
    """Return ``scheduled`` marked as real, its phases as signs, or as it is.

    Args:
        scheduled: A circuit that starts from the state of all zeros, with words to measure: their
            values know no global phase, nor phases that commute with all that follows.
    """
    layers = list(scheduled.layers)
    flips = {word.x for word in scheduled.words}
    for place in reversed(range(len(layers))):
        layer = layers[place]
        flips.update(turn.x for turn in layer.turns)
        signs = _signs(layer.phases, flips)
        if signs is None:
            return scheduled
        layers[place] = replace(layer, phases=signs)
    return replace(scheduled, layers=tuple(layers), is_real=True)


def _signs(phases: dict[int, Angle], flips: set[int]) -> dict[int, Angle] | None:
    r"""Return phases that are :math:`\pm 1` and do the same, or None.

    An index's phase, against that of index 0, is the sum of the angles whose mask it has an odd
    number of bits of. Parities of masks add up without a carry, so the number of half pis is even
    for every index where the masks of the odd ones cancel. What they leave may be cancelled by a
    phase that nothing after it sees.

    Args:
        phases: The phases of a layer.
        flips: The bits that later turns and words flip.
    """
    halves = {mask: angle.offset / (pi / 2) for mask, angle in phases.items() if mask}
    if any(angle.terms for angle in phases.values()) or any(
        abs(number - round(number)) > _CLOSE for number in halves.values()
    ):
        return None
    left = reduce(xor, (mask for mask, number in halves.items() if round(number) % 2), 0)
    if any((left & flip).bit_count() % 2 for flip in flips):
        return None
    signs = {mask: angle for mask, angle in phases.items() if mask}
    if left:
        signs[left] = signs.get(left, Angle()).plus(_HALF_PI)
    constant = sum(angle.offset for angle in signs.values())
    return {**signs, 0: Angle((), -constant)} if signs else {}
