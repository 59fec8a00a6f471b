"""Rewrites a tape with native operations alone: the same numbers, decomposed where need be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import pennylane as qml
from pennylane.exceptions import DecompositionUndefinedError
from pennylane.operation import Channel
from pennylane.ops import BasisState, Controlled
from pennylane.ops.mid_measure import MidMeasure
from pennylane.ops.op_math import Adjoint, Conditional, Exp, Pow
from pennylane.tape import QuantumScript

from qaimagic.bridge.lowering.errors import NotNativeError
from qaimagic.bridge.lowering.exponentials import exponential
from qaimagic.bridge.lowering.lower import is_native, is_whole
from qaimagic.bridge.lowering.matrices import IsConstant, constant_unitary, diagonal
from qaimagic.bridge.lowering.powers import fractional_power
from qaimagic.bridge.lowering.start import gathered


def is_constant(value: Any) -> bool:
    """Return whether ``value`` asks for no gradient."""
    return not qml.math.requires_grad(value)


Stays = Callable[[Any], bool]
"""Tells the operations that are left as they are."""


def prepared(
    tape: QuantumScript, is_constant: IsConstant = is_constant, stays: Stays = is_native
) -> QuantumScript:
    """Return a tape of native operations with the same answers.

    Mid-circuit measurements are deferred; what is not native is decomposed by PennyLane's own
    rules. A ``qml.StatePrep`` stays, as the first operation, where no gate comes before it.

    Args:
        tape: A tape of one circuit, or a broadcast one.
        is_constant: Tells the parameters that are the same in every run; matrices are taken
            apart only if they are.
        stays: Tells the operations that need not be taken apart.

    Raises:
        NotNativeError: If an operation cannot be brought into native form exactly.
    """
    operations = tape.operations
    if all(map(stays, operations)):
        return tape
    if any(isinstance(operation, MidMeasure | Conditional) for operation in operations):
        tape = _deferred(tape)
        operations = tape.operations
    with qml.QueuingManager.stop_recording():
        start, operations = gathered(operations)
        native = _all_native(operations, is_constant, stays)
    return QuantumScript(start + native, tape.measurements, shots=tape.shots)


def _deferred(tape: QuantumScript) -> QuantumScript:
    if any(getattr(one, "postselect", None) is not None for one in tape.operations):
        raise NotNativeError("it keeps only some outcomes of a mid-circuit measurement")
    try:
        tapes, _ = qml.defer_measurements(tape)
    except ValueError as error:
        raise NotNativeError(f"its mid-circuit measurements cannot be deferred: {error}") from error
    [deferred] = tapes
    return deferred


def _all_native(operations: Iterable[Any], is_constant: IsConstant, stays: Stays) -> list[Any]:
    result: list[Any] = []
    for operation in operations:
        if stays(operation):
            result.append(operation)
        else:
            parts = _taken_apart(operation, is_constant)
            _check_parameters(operation, parts, is_constant)
            result.extend(_all_native(parts, is_constant, stays))
    return result


def _check_parameters(operation: Any, parts: Iterable[Any], is_constant: IsConstant) -> None:
    """Refuse a decomposition that turned the parameters into constants."""
    if all(map(is_constant, operation.data)):
        return
    if all(is_constant(value) for part in parts for value in part.data):
        raise NotNativeError(f"the decomposition of `{operation.name}` reads its parameters")


def _taken_apart(operation: Any, is_constant: IsConstant) -> list[Any]:
    if isinstance(operation, Adjoint):
        parts = _taken_apart(operation.base, is_constant)
        return [Adjoint(part) for part in reversed(parts)]
    if isinstance(operation, Controlled):
        parts = _taken_apart(operation.base, is_constant)
        wires, values = operation.control_wires, operation.control_values
        return [Controlled(part, wires, control_values=values) for part in parts]
    if isinstance(operation, Pow):
        if not is_whole(operation.z):
            return fractional_power(operation, is_constant)
        parts = [operation.base] * abs(int(operation.z))
        return [Adjoint(part) for part in parts] if operation.z < 0 else parts
    if isinstance(operation, Channel):
        raise NotNativeError(f"`{operation.name}` is noise")
    if isinstance(operation, Exp):
        return exponential(operation, is_constant)
    if isinstance(operation, qml.DiagonalQubitUnitary):
        return diagonal(operation.data[0], operation.wires)
    if isinstance(operation, BasisState):
        return _basis_state(operation, is_constant)
    if operation.has_decomposition and not isinstance(operation, qml.QubitUnitary):
        with suppress(DecompositionUndefinedError):
            return list(operation.decomposition())
    return constant_unitary(operation, is_constant)


def _basis_state(operation: Any, is_constant: IsConstant) -> list[Any]:
    [bits] = operation.data
    if not is_constant(bits):
        raise NotNativeError("the bits of a basis state are a parameter")
    return [qml.X(wire) for wire, bit in zip(operation.wires, bits, strict=True) if bit]
