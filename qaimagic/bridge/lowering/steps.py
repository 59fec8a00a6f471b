r"""Gates as short lists of steps that know how to be inverted, controlled and raised to a power.

A gate of the form :math:`V^\dagger D V` is controlled by controlling :math:`D` alone: a `Within`
keeps the two apart until `flat` lays everything out as rotations and flips.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from qaimagic.engine.circuit import Angle, Flip, Rotation, Word

Controls = tuple[tuple[int, int], ...]
"""Pairs of a control wire and the bit it must hold, by rising wire."""


@dataclass(frozen=True, slots=True)
class Within:
    r""":math:`V^\dagger D V`.

    Attributes:
        basis: The steps of :math:`V`, first to last.
        core: The steps of :math:`D`, first to last.
    """

    basis: tuple[Flip | Rotation, ...]
    core: tuple[Flip | Rotation, ...]


Step = Rotation | Flip | Within

Rule = Callable[[Sequence[Angle], Sequence[int]], list[Step]]
"""Makes the steps of a gate from its angles and its wires."""


def constant(radians: float) -> Angle:
    """Return an angle without parameters."""
    return Angle((), radians)


def word_of(letters: str, wires: Sequence[int]) -> Word:
    """Return the Pauli word with these letters on these wires."""
    pairs = zip(wires, letters, strict=True)
    return tuple(sorted((wire, letter) for wire, letter in pairs if letter != "I"))


def phase(angle: Angle, *controls: tuple[int, int]) -> Rotation:
    r"""Return the factor :math:`e^{i \theta}` on the amplitudes that hold the controls."""
    return Rotation((), angle.scaled(-2.0), tuple(sorted(controls)))


def inverted(steps: Iterable[Step]) -> list[Step]:
    """Return the steps of the inverse."""
    return [_inverse(step) for step in reversed(tuple(steps))]


def controlled(steps: Iterable[Step], controls: Controls) -> list[Step]:
    """Return the steps of the gate that acts where the control wires hold their bits."""
    result: list[Step] = []
    for step in steps:
        if isinstance(step, Within):
            core = tuple(part for inner in step.core for part in _controlled(inner, controls))
            result.append(Within(step.basis, core))
        else:
            result.extend(_controlled(step, controls))
    return result


def scaled(steps: Iterable[Step], power: float) -> list[Step]:
    """Return the steps of a power of a gate whose steps commute with each other."""
    result: list[Step] = []
    for step in steps:
        if isinstance(step, Within):
            core = (part for inner in step.core for part in _scaled(inner, power))
            result.append(Within(step.basis, tuple(core)))
        else:
            result.extend(_scaled(step, power))
    return result


def reach(steps: Iterable[Step]) -> Angle:
    r"""Return a bound on the phases :math:`\phi` of a gate's eigenvalues :math:`e^{i \phi}`.

    The bound is what the angle is worth when all parameters are replaced by their sizes.

    Args:
        steps: The gate's, which commute with each other.
    """
    terms: list[tuple[int, float]] = []
    offset = 0.0
    for step in steps:
        for part in step.core if isinstance(step, Within) else (step,):
            if isinstance(part, Flip):
                offset += math.pi
            else:
                offset += abs(part.angle.offset) / 2
                terms += [(slot, abs(factor) / 2) for slot, factor in part.angle.terms]
    return Angle(tuple(terms), offset)


def flat(steps: Iterable[Step]) -> list[Rotation | Flip]:
    """Return the same gate as rotations and flips.

    The phase of one wire becomes a rotation about its Z and a phase of everything, which merge
    with their like.
    """
    result: list[Rotation | Flip] = []
    for step in steps:
        if isinstance(step, Within):
            result.extend(_settled(step.basis))
            result.extend(_settled(step.core))
            result.extend(_settled([_inverse_of_one(part) for part in reversed(step.basis)]))
        else:
            result.extend(_settled((step,)))
    return result


def _settled(steps: Sequence[Rotation | Flip]) -> Iterable[Rotation | Flip]:
    for step in steps:
        if isinstance(step, Rotation) and not step.word and len(step.controls) == 1:
            [(wire, bit)] = step.controls
            yield Rotation(((wire, "Z"),), step.angle.scaled(-0.5 if bit else 0.5))
            yield Rotation((), step.angle.scaled(0.5))
        else:
            yield step


def _inverse(step: Step) -> Step:
    if isinstance(step, Within):
        return Within(step.basis, tuple(_inverse_of_one(part) for part in reversed(step.core)))
    return _inverse_of_one(step)


def _inverse_of_one(step: Rotation | Flip) -> Rotation | Flip:
    if isinstance(step, Flip):
        return step
    return Rotation(step.word, step.angle.scaled(-1.0), step.controls)


def _controlled(step: Rotation | Flip, controls: Controls) -> Sequence[Rotation | Flip]:
    if isinstance(step, Rotation):
        return (Rotation(step.word, step.angle, tuple(sorted(step.controls + controls))),)
    if step.control is None and len(controls) == 1:
        [(wire, bit)] = controls
        flip = Flip(step.target, wire)
        return (flip,) if bit else (flip, Flip(step.target))
    return _scaled(step, 1.0, controls)


def _scaled(
    step: Rotation | Flip, power: float, controls: Controls = ()
) -> Sequence[Rotation | Flip]:
    if isinstance(step, Rotation):
        return (Rotation(step.word, step.angle.scaled(power), step.controls),)
    own = () if step.control is None else ((step.control, 1),)
    controls = tuple(sorted(controls + own))
    angle = constant(math.pi * power)
    return (
        Rotation(((step.target, "X"),), angle, controls),
        Rotation((), angle.scaled(-1.0), controls),
    )
