"""PennyLane's gates in the engine's terms: one rule for each class of gate."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import pennylane as qml

from qaimagic.bridge.lowering import excitations as move
from qaimagic.bridge.lowering.rotations import PauliRotations
from qaimagic.bridge.lowering.steps import Rule, Step, Within, constant, phase, word_of
from qaimagic.engine.circuit import Angle, Flip, Rotation, Word

_PI, _HALF_PI = constant(math.pi), constant(math.pi / 2)


def about(letters: str) -> Rule:
    """Return the rule of a rotation about a Pauli word with these letters."""

    def rule(angles: Sequence[Angle], wires: Sequence[int]) -> list[Step]:
        return [Rotation(word_of(letters, wires), angles[0])]

    return rule


def _half_turn(letter: str) -> Rule:
    def rule(_: Sequence[Angle], wires: Sequence[int]) -> list[Step]:
        return [Rotation(((wires[0], letter),), _PI), Rotation((), constant(-math.pi))]

    return rule


def _phase(*bits: int) -> Rule:
    """Phase the amplitudes whose wires hold these bits."""

    def rule(angles: Sequence[Angle], wires: Sequence[int]) -> list[Step]:
        return [phase(angles[0], *zip(wires, bits, strict=True))]

    return rule


def _fixed_phase(radians: float) -> Rule:
    def rule(_: Sequence[Angle], wires: Sequence[int]) -> list[Step]:
        return [phase(constant(radians), (wires[0], 1))]

    return rule


def _nothing(_: Sequence[Angle], __: Sequence[int]) -> list[Step]:
    return []


def _flip(_: Sequence[Angle], wires: Sequence[int]) -> list[Step]:
    return [Flip(wires[0])]


def _hadamard(_: Sequence[Angle], wires: Sequence[int]) -> list[Step]:
    [wire] = wires
    return [phase(_PI, (wire, 1)), Rotation(((wire, "Y"),), _HALF_PI)]


def _root_of_x(_: Sequence[Angle], wires: Sequence[int]) -> list[Step]:
    return [Rotation(((wires[0], "X"),), _HALF_PI), Rotation((), constant(-math.pi / 2))]


def _rot(angles: Sequence[Angle], wires: Sequence[int]) -> list[Step]:
    [wire] = wires
    first, second, third = angles
    z = ((wire, "Z"),)
    return [Rotation(z, first), Rotation(((wire, "Y"),), second), Rotation(z, third)]


def _u2(angles: Sequence[Angle], wires: Sequence[int]) -> list[Step]:
    return _u3((_HALF_PI, *angles), wires)


def _u3(angles: Sequence[Angle], wires: Sequence[int]) -> list[Step]:
    [wire] = wires
    theta, phi, delta = angles
    return [
        phase(delta, (wire, 1)),
        Rotation(((wire, "Y"),), theta),
        phase(phi, (wire, 1)),
    ]


def _multi_rz(angles: Sequence[Angle], wires: Sequence[int]) -> list[Step]:
    return [Rotation(word_of("Z" * len(wires), wires), angles[0])]


def _global_phase(angles: Sequence[Angle], _: Sequence[int]) -> list[Step]:
    return [Rotation((), angles[0].scaled(2.0))]


def _swap(_: Sequence[Angle], wires: Sequence[int]) -> list[Step]:
    one, other = wires
    return [Within((Flip(one, other),), (Flip(other, one),))]


def _phased_swap(angles: Sequence[Angle], wires: Sequence[int]) -> list[Step]:
    one, other = wires
    return [Within((Flip(one, other),), (Flip(other, one), phase(angles[0], (one, 1))))]


def _cnot(_: Sequence[Angle], wires: Sequence[int]) -> list[Step]:
    control, target = wires
    return [Flip(target, control)]


def _echoed_cross_resonance(_: Sequence[Angle], wires: Sequence[int]) -> list[Step]:
    return [Rotation(word_of("ZX", wires), _HALF_PI), Flip(wires[0])]


def _rotations(words: Sequence[Word]) -> Rule:
    def rule(angles: Sequence[Angle], wires: Sequence[int]) -> list[Step]:
        return [
            Rotation(tuple(sorted((wires[place], letter) for place, letter in word)), angle)
            for word, angle in zip(words, angles, strict=True)
        ]

    return rule


RULES: dict[type[Any], Rule] = {
    qml.Identity: _nothing,
    qml.Barrier: _nothing,
    qml.Snapshot: _nothing,
    qml.WireCut: _nothing,
    qml.X: _flip,
    qml.Y: _half_turn("Y"),
    qml.Z: _fixed_phase(math.pi),
    qml.S: _fixed_phase(math.pi / 2),
    qml.T: _fixed_phase(math.pi / 4),
    qml.SX: _root_of_x,
    qml.Hadamard: _hadamard,
    qml.CNOT: _cnot,
    qml.SWAP: _swap,
    qml.ISWAP: move.fixed_exchange(math.pi),
    qml.SISWAP: move.fixed_exchange(math.pi / 2),
    qml.ECR: _echoed_cross_resonance,
    qml.RX: about("X"),
    qml.RY: about("Y"),
    qml.RZ: about("Z"),
    qml.Rot: _rot,
    qml.PhaseShift: _phase(1),
    qml.U1: _phase(1),
    qml.U2: _u2,
    qml.U3: _u3,
    qml.CPhaseShift00: _phase(0, 0),
    qml.CPhaseShift01: _phase(0, 1),
    qml.CPhaseShift10: _phase(1, 0),
    qml.GlobalPhase: _global_phase,
    qml.MultiRZ: _multi_rz,
    qml.IsingXX: about("XX"),
    qml.IsingYY: about("YY"),
    qml.IsingZZ: about("ZZ"),
    qml.IsingXY: move.exchange,
    qml.PSWAP: _phased_swap,
    qml.SingleExcitation: move.single_excitation(0),
    qml.SingleExcitationPlus: move.single_excitation(1),
    qml.SingleExcitationMinus: move.single_excitation(-1),
    qml.DoubleExcitation: move.double_excitation(0),
    qml.DoubleExcitationPlus: move.double_excitation(1),
    qml.DoubleExcitationMinus: move.double_excitation(-1),
    qml.OrbitalRotation: move.orbital_rotation,
    qml.FermionicSWAP: move.fermionic_swap,
    qml.FermionicSingleExcitation: move.fermionic_hop,
}
"""The rule of each class; controlled and inverted gates follow from their base's."""

RULES_BY_FORM: dict[type[Any], Callable[[Any], Rule]] = {
    qml.PauliRot: lambda operation: about(operation.hyperparameters["pauli_word"]),
    PauliRotations: lambda operation: _rotations(operation.hyperparameters["words"]),
    qml.FermionicDoubleExcitation: lambda operation: move.fermionic_pair_hop(
        len(operation.hyperparameters["wires1"])
    ),
}
"""Makes the rule of a gate whose rule depends on more than its class."""

UNSCALED = frozenset({qml.Hadamard, qml.Rot, qml.U2, qml.U3, qml.ECR, qml.PSWAP, PauliRotations})
"""Gates of which scaling the angles of the steps does not give the (principal) power."""
