"""Turns native operations into the engine's rotations and flips."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pennylane.ops import Controlled
from pennylane.ops.op_math import Adjoint, Pow

from qaimagic.bridge.lowering.gates import RULES, RULES_BY_FORM, UNSCALED
from qaimagic.bridge.lowering.steps import Step, controlled, flat, inverted, scaled
from qaimagic.engine.circuit import Angle, Flip, Rotation

AngleOf = Callable[[Any], Angle]
"""Turns a gate parameter (a number, an array or tensor, a traced value) into an angle."""


def is_native(operation: Any) -> bool:
    """Return whether ``lower`` takes this operation as it is."""
    kind = type(operation)
    if kind in RULES or kind in RULES_BY_FORM:
        return True
    if isinstance(operation, Pow):
        return _is_scalable(operation.base) and isinstance(operation.z, int | float)
    return isinstance(operation, Controlled | Adjoint) and is_native(operation.base)


def lower(
    operations: Iterable[Any], wire_index: Mapping[Any, int], angle_of: AngleOf
) -> list[Rotation | Flip]:
    """Return native operations as rotations and flips.

    Args:
        operations: Operations, first to last, each of which `is_native`.
        wire_index: The number of each wire.
        angle_of: Turns a gate parameter into an angle.
    """
    result: list[Rotation | Flip] = []
    for operation in operations:
        result.extend(flat(_steps(operation, wire_index, angle_of)))
    return result


def _is_scalable(base: Any) -> bool:
    if isinstance(base, Controlled):
        return _is_scalable(base.base)
    kind = type(base)
    return (kind in RULES or kind in RULES_BY_FORM) and kind not in UNSCALED


def _steps(operation: Any, wire_index: Mapping[Any, int], angle_of: AngleOf) -> list[Step]:
    rule = RULES.get(type(operation))
    if rule is None and isinstance(operation, Controlled):
        bits = zip(operation.control_wires, operation.control_values, strict=True)
        controls = tuple(sorted((wire_index[wire], int(bit)) for wire, bit in bits))
        return controlled(_steps(operation.base, wire_index, angle_of), controls)
    if rule is None and isinstance(operation, Adjoint):
        return inverted(_steps(operation.base, wire_index, angle_of))
    if rule is None and isinstance(operation, Pow):
        return scaled(_steps(operation.base, wire_index, angle_of), operation.z)
    if rule is None:
        rule = RULES_BY_FORM[type(operation)](operation)
    angles = [angle_of(value) for value in operation.data]
    return rule(angles, [wire_index[wire] for wire in operation.wires])
