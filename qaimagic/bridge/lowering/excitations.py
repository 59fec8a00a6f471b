"""Gates that exchange particles: one rotation each, where the wires' parities are as they should.

Flips from the first wire to the others bring the two states that turn into each other next to each
other; they cost nothing, so that a double excitation is one rotation under three controls.
"""

from __future__ import annotations

from collections.abc import Sequence

from qaimagic.bridge.lowering.steps import Rule, Step, Within, constant, phase, word_of
from qaimagic.engine.circuit import Angle, Flip, Rotation


def exchange(angles: Sequence[Angle], wires: Sequence[int]) -> list[Step]:
    """Turn |01> and |10> into each other, as ``qml.IsingXY`` does."""
    one, other = wires
    turn = Rotation(((one, "X"),), angles[0].scaled(-1.0), ((other, 1),))
    return [Within((Flip(other, one),), (turn,))]


def fixed_exchange(radians: float) -> Rule:
    """Return the rule of ``qml.IsingXY`` with this angle."""

    def rule(_: Sequence[Angle], wires: Sequence[int]) -> list[Step]:
        return exchange((constant(radians),), wires)

    return rule


def single_excitation(sign: int) -> Rule:
    """Excite one particle; the other states get the phase of ``sign`` half the angle."""

    def rule(angles: Sequence[Angle], wires: Sequence[int]) -> list[Step]:
        one, other = wires
        core = [Rotation(((one, "Y"),), angles[0], ((other, 1),))]
        if sign:
            core.append(phase(angles[0].scaled(sign / 2), (other, 0)))
        return [Within((Flip(other, one),), tuple(core))]

    return rule


def double_excitation(sign: int) -> Rule:
    """Excite two particles; the other states get the phase of ``sign`` half the angle."""

    def rule(angles: Sequence[Angle], wires: Sequence[int]) -> list[Step]:
        a, b, c, d = wires
        held = tuple(sorted([(b, 0), (c, 1), (d, 1)]))
        core = [Rotation(((a, "Y"),), angles[0], held)]
        if sign:
            half = angles[0].scaled(sign / 2)
            core += [phase(half), phase(half.scaled(-1.0), *held)]
        return [Within(tuple(Flip(wire, a) for wire in (b, c, d)), tuple(core))]

    return rule


def orbital_rotation(angles: Sequence[Angle], wires: Sequence[int]) -> list[Step]:
    """Rotate the orbitals of both spins."""
    a, b, c, d = wires
    return [_hop(angles[0], (a, b, c)), _hop(angles[0], (b, c, d))]


def _hop(angle: Angle, wires: Sequence[int]) -> Within:
    """Move a fermion from the last wire to the first; it gets a sign from each one it passes."""
    goal, *between, source = wires
    word = word_of("Y" + "Z" * len(between), (goal, *between))
    return Within((Flip(source, goal),), (Rotation(word, angle, ((source, 1),)),))


def fermionic_hop(angles: Sequence[Angle], wires: Sequence[int]) -> list[Step]:
    """Excite one fermion, between the first wire and the last."""
    return [_hop(angles[0].scaled(-1.0), wires)]


def fermionic_pair_hop(first: int) -> Rule:
    """Return the rule of a double excitation; the first so many wires hold the first pair."""

    def rule(angles: Sequence[Angle], wires: Sequence[int]) -> list[Step]:
        a, *ab, b = wires[:first]
        c, *cd, d = wires[first:]
        word = word_of("Y" + "Z" * len(ab + cd), (a, *ab, *cd))
        held = tuple(sorted([(b, 0), (c, 1), (d, 1)]))
        turn = Rotation(word, angles[0], held)
        return [Within(tuple(Flip(wire, a) for wire in (b, c, d)), (turn,))]

    return rule


def fermionic_swap(angles: Sequence[Angle], wires: Sequence[int]) -> list[Step]:
    """Swap two orbitals, with the sign of fermions."""
    one, other = wires
    core = (
        Rotation(((one, "X"),), angles[0], ((other, 1),)),
        phase(angles[0].scaled(0.5), (other, 1)),
        phase(angles[0], (one, 1), (other, 0)),
    )
    return [Within((Flip(other, one),), core)]
