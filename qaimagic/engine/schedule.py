"""Puts a circuit into the order in which it runs: layers of phases and real rotations.

Every rotation about a word with an odd number of Y is real, and every other one becomes so
between two constant phases. Rotations about Z words are phases. Phases commute with each other,
so all that can be brought together are one pass over the state; a layer is such a pass followed
by real rotations.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import pi

from qaimagic.engine.circuit import Angle, Circuit, Flip, Rotation
from qaimagic.engine.frame import Frame, Masks

_CONSTANT_QUARTER = Angle((), pi / 2)


@dataclass(frozen=True, slots=True)
class Turn:
    """A real rotation of pairs of amplitudes ``a`` and ``a ^ x``, where the conditions hold.

    Attributes:
        x: The bits that tell a pair's members apart.
        z: The bits whose parity says which member is the first.
        angle: The angle, in radians.
        conditions: Pairs of a mask and the parity that an index must have there.
    """

    x: int
    z: int
    angle: Angle
    conditions: tuple[tuple[int, int], ...] = ()

    def commutes_with(self, other: Turn) -> bool:
        """Whether the order of two turns is sure not to matter."""
        if _odd(self.x & other.z) != _odd(self.z & other.x):
            return False
        return not any(_odd(mask & other.x) for mask, _ in self.conditions) and not any(
            _odd(mask & self.x) for mask, _ in other.conditions
        )


@dataclass(slots=True)
class Layer:
    """One pass of phases, then turns.

    Attributes:
        phases: For each mask the angle whose half turns the phase, by the sign of the parity.
        turns: The turns, first to last.
    """

    phases: dict[int, Angle] = field(default_factory=dict)
    turns: list[Turn] = field(default_factory=list)

    def lets_pass(self, turn: Turn) -> bool:
        """Whether a turn may come before this layer as well as after it."""
        return not any(_odd(mask & turn.x) for mask in self.phases) and all(
            map(turn.commutes_with, self.turns)
        )


@dataclass(frozen=True, slots=True)
class Schedule:
    """A circuit in running order.

    Attributes:
        layers: The layers, first to last.
        words: The words to measure, as masks on the bits at the end.
        bits: For each wire the mask whose parity is its bit at the end, and whether to invert it.
        is_real: Whether the phases are known to be signs, so that no amplitude has an imaginary
            part.
    """

    layers: tuple[Layer, ...]
    words: tuple[Masks, ...]
    bits: tuple[tuple[int, int], ...]
    is_real: bool = False


def schedule(circuit: Circuit, *, from_zeros: bool = True) -> Schedule:
    """Return ``circuit`` in running order.

    Args:
        circuit: The circuit.
        from_zeros: Whether it starts in the state of all zeros; else the start is arbitrary.
    """
    frame = Frame(circuit.n_wires)
    layers = [Layer()]
    for operation in circuit.operations:
        if isinstance(operation, Flip):
            frame.flip(operation)
        else:
            _insert(layers, operation, frame)
    if from_zeros:
        _start_from_zeros(layers)
    if circuit.words:
        for layer in layers:
            layer.phases.pop(0, None)
    return Schedule(
        tuple(layer for layer in layers if layer.phases or layer.turns),
        tuple(map(frame.masks, circuit.words)),
        frame.index_bits(),
    )


def _insert(layers: list[Layer], rotation: Rotation, frame: Frame) -> None:
    masks = frame.masks(rotation.word)
    conditions = frame.conditions(rotation.controls)
    angle = rotation.angle.scaled(masks.sign)
    if not masks.x:
        for mask, part in _phases(masks.z, angle, conditions):
            _insert_phase(layers, mask, part)
        return
    if masks.n_y % 2:
        _insert_turn(layers, _turn(masks.x, masks.z, masks.n_y, angle, conditions))
        return
    helper = masks.x & -masks.x
    _insert_phase(layers, helper, _CONSTANT_QUARTER)
    turn = _turn(masks.x, masks.z ^ helper, masks.n_y + 1, angle, conditions)
    _insert_turn(layers, turn)
    _insert_phase(layers, helper, _CONSTANT_QUARTER.scaled(-1))


def _turn(x: int, z: int, n_y: int, angle: Angle, conditions: tuple[tuple[int, int], ...]) -> Turn:
    return Turn(x, z, angle if n_y % 4 == 1 else angle.scaled(-1), conditions)


def _phases(
    z: int, angle: Angle, conditions: tuple[tuple[int, int], ...]
) -> Iterable[tuple[int, Angle]]:
    r"""Expand a controlled phase by :math:`[b = v] = (1 + (-1)^v Z) / 2` for each condition."""
    share = angle.scaled(0.5 ** len(conditions))
    for chosen in itertools.product((False, True), repeat=len(conditions)):
        mask, sign = z, 1
        for (condition, value), taken in zip(conditions, chosen, strict=True):
            if taken:
                mask ^= condition
                sign *= -1 if value else 1
        yield mask, share.scaled(sign)


def _insert_phase(layers: list[Layer], mask: int, angle: Angle) -> None:
    place = len(layers)
    while place and not any(_odd(mask & turn.x) for turn in layers[place - 1].turns):
        place -= 1
    if place == len(layers):
        layers.append(Layer())
    phases = layers[place].phases
    merged = phases.get(mask, Angle()).plus(angle)
    if merged.terms or merged.offset:
        phases[mask] = merged
    else:
        phases.pop(mask, None)


def _insert_turn(layers: list[Layer], turn: Turn) -> None:
    place = len(layers) - 1
    while place and layers[place].lets_pass(turn):
        place -= 1
    turns = layers[place].turns
    for i in range(len(turns) - 1, -1, -1):
        other = turns[i]
        if (other.x, other.z, other.conditions) == (turn.x, turn.z, turn.conditions):
            turns[i] = Turn(turn.x, turn.z, other.angle.plus(turn.angle), turn.conditions)
            return
        if not turn.commutes_with(other):
            break
    turns.append(turn)


def _start_from_zeros(layers: list[Layer]) -> None:
    """Phases of the zeros are one global phase; turns of fresh bits go from the lowest bit up."""
    first = layers[0]
    constant = Angle()
    for angle in first.phases.values():
        constant = constant.plus(angle)
    first.phases = {0: constant} if constant.terms or constant.offset else {}
    if all(a.commutes_with(b) for a, b in itertools.combinations(first.turns, 2)):
        first.turns.sort(key=lambda turn: turn.x)


def _odd(bits: int) -> bool:
    return bool(bits.bit_count() & 1)
