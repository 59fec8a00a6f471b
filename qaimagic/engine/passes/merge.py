"""Brings rotations about the same word together."""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

from qaimagic.engine.circuit import Circuit, Flip, Rotation
from qaimagic.engine.frame import Frame

_WINDOW = 200


class _Turn(NamedTuple):
    """A rotation on the bits that stand for the wires, so that flips need no looking at.

    Attributes:
        x: The bits it flips.
        z: The bits whose parity gives its sign.
        conditions: Pairs of a mask and the parity that an index must have there, sorted.
    """

    x: int
    z: int
    conditions: tuple[tuple[int, int], ...]

    def commutes_with(self, other: _Turn) -> bool:
        """Whether the order of two rotations is sure not to matter."""
        if ((self.x & other.z).bit_count() ^ (self.z & other.x).bit_count()) & 1:
            return False
        return not any((mask & other.x).bit_count() & 1 for mask, _ in self.conditions) and not any(
            (mask & self.x).bit_count() & 1 for mask, _ in other.conditions
        )


def merge(circuit: Circuit) -> Circuit:
    """Return the circuit with the angles of equal rotations summed, where their order allows it.

    Rotations about the same word are brought together past rotations that commute with them and
    past flips, through which words are carried, if at most 200 gates lie between them. Constant
    angles of zero, also as a sum, are left out. The unitary stays the same.
    """
    frame = Frame(circuit.n_wires)
    operations: list[Rotation | Flip | None] = []
    turns: list[_Turn | None] = []
    powers: list[int] = []
    latest: dict[_Turn, int] = {}
    for operation in circuit.operations:
        if isinstance(operation, Flip):
            frame.flip(operation)
            turn, power = None, 0
        elif _is_zero(operation):
            continue
        else:
            turn, power = _on_bits(operation, frame)
            place = latest.get(turn)
            if place is not None and _may_join(turn, turns[place + 1 :]):
                same = (-1) ** ((power - powers[place]) // 2)
                operations[place] = merged = _joined(operations[place], operation, same)
                if merged is None:
                    turns[place] = None
                    del latest[turn]
                continue
            latest[turn] = len(operations)
        operations.append(operation)
        turns.append(turn)
        powers.append(power)
    kept = tuple(operation for operation in operations if operation is not None)
    return dataclasses.replace(circuit, operations=kept)


def _on_bits(rotation: Rotation, frame: Frame) -> tuple[_Turn, int]:
    """Return a rotation on the bits, and the power of i in its word's phase."""
    masks = frame.masks(rotation.word)
    conditions = tuple(sorted(frame.conditions(rotation.controls)))
    return _Turn(masks.x, masks.z, conditions), masks.n_y + 1 - masks.sign


def _may_join(turn: _Turn, between: list[_Turn | None]) -> bool:
    return len(between) <= _WINDOW and all(
        other is None or turn.commutes_with(other) for other in reversed(between)
    )


def _joined(earlier: Rotation | Flip | None, later: Rotation, sign: int) -> Rotation | None:
    assert isinstance(earlier, Rotation)
    merged = dataclasses.replace(earlier, angle=earlier.angle.plus(later.angle.scaled(sign)))
    return None if _is_zero(merged) else merged


def _is_zero(rotation: Rotation) -> bool:
    return not rotation.angle.terms and not rotation.angle.offset
