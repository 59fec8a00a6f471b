"""Turns native operations into the engine's rotations and flips."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from numbers import Real
from typing import Any

import pennylane as qml
from pennylane.ops import Controlled
from pennylane.ops.op_math import Adjoint, Pow

from qaimagic.bridge.lowering.gates import RULES, RULES_BY_FORM, UNSCALED
from qaimagic.bridge.lowering.steps import Step, controlled, flat, inverted, reach, scaled
from qaimagic.engine.circuit import Angle, Flip, Rotation

_ROUNDING = 1e-9
_PARAMETER = Angle(((0, 1.0),))

AngleOf = Callable[[Any], Angle]
"""Turns a gate parameter (a number, an array or tensor, a traced value) into an angle."""


def is_native(operation: Any) -> bool:
    """Return whether ``lower`` takes this operation as it is."""
    kind = type(operation)
    if kind in RULES or kind in RULES_BY_FORM:
        return True
    if isinstance(operation, Pow):
        return is_scalable(operation.base) and (
            is_whole(operation.z)
            or (isinstance(operation.z, Real) and not operation.data and is_principal(operation))
        )
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


def is_whole(power: Any) -> bool:
    """Return whether a power is a whole number."""
    return isinstance(power, Real) and float(power).is_integer()


def is_scalable(base: Any) -> bool:
    """Return whether scaling the angles of a gate's steps gives a power of it."""
    if isinstance(base, Controlled):
        return is_scalable(base.base)
    kind = type(base)
    return (kind in RULES or kind in RULES_BY_FORM) and kind not in UNSCALED


def is_principal(power: Any) -> bool:
    r"""Return whether scaling the angles gives the principal power, as of a matrix.

    It does where the eigenvalues of the base have phases within :math:`\pm\pi`; beyond, they are
    those of other angles, and so is a fractional power of them. Of parameters it is asked, and
    checked again when a program of them runs.

    Args:
        power: A ``Pow`` whose base `is_scalable`, and has one parameter or none.
    """
    base = power.base
    steps = _steps(base, {wire: i for i, wire in enumerate(base.wires)}, lambda _: _PARAMETER)
    bound = reach(steps)
    room = math.pi + _ROUNDING - bound.offset
    if not base.data:
        return room >= 0
    [value] = base.data
    most = room / sum(factor for _, factor in bound.terms)
    # A comparison of this form is one that a trace makes again in every run.
    return bool(qml.math.allclose(value, 0.0, rtol=0, atol=most))


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
