"""A tape taken apart into gates with their matrices, and what they do to a state, one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pennylane as qml
from numpy.typing import NDArray
from pennylane.operation import Channel, StatePrepBase
from pennylane.ops import MidMeasure
from pennylane.ops.meta import Barrier, Snapshot, WireCut
from pennylane.ops.op_math.condition import Conditional
from pennylane.tape import QuantumScript

from qaimagic.bridge.mapping import tensor_of
from qaimagic.errors import CircuitError

State = NDArray[np.complex128]

_MARKS = (Barrier, Snapshot, WireCut)
_NOT_PURE = (MidMeasure, Conditional, Channel)


@dataclass(frozen=True)
class Gate:
    """What one operation does to a state.

    Attributes:
        matrix: Its matrix, shape (2**k, 2**k); for a prepared state its amplitudes, shape
            (2**k, 1); None for a mark that does nothing.
        axes: The numbers of its k wires.
        parameters: Its parameters; None in the place of an array.
    """

    matrix: State | None
    axes: tuple[int, ...]
    parameters: tuple[float | None, ...]

    def act(self, state: State) -> State:
        """Return the state after the gate.

        Args:
            state: Shape (2, ..., 2), an axis for each wire.
        """
        if self.matrix is None:
            return state
        k = len(self.axes)
        outer = (2,) * k
        if self.matrix.shape[1] == 1:
            at_zero = tuple(0 if axis in self.axes else slice(None) for axis in range(state.ndim))
            moved = np.multiply.outer(self.matrix.reshape(outer), state[at_zero])
        else:
            matrix = self.matrix.reshape(outer + outer)
            moved = np.tensordot(matrix, state, axes=(range(k, 2 * k), self.axes))
        return np.moveaxis(moved, range(k), self.axes)


def taken_apart(tape: QuantumScript) -> QuantumScript:
    """Return ``tape`` with templates, and whatever else has no matrix, taken apart into gates.

    A state that is prepared on wires at 0 stays; later on, it is made of gates.

    Raises:
        CircuitError: If the circuit has no pure state between its gates.
    """
    touched: set[Any] = set()
    operations = []
    for operation in _decomposed(tape.operations, _is_gate):
        if isinstance(operation, _NOT_PURE):
            what = "adds noise" if isinstance(operation, Channel) else "measures before its end"
            raise CircuitError(
                f"The circuit {what} (`{operation.name}`), so that it has no single state between "
                "its gates. Take that out to look into it gate by gate."
            )
        if isinstance(operation, StatePrepBase) and not touched.isdisjoint(operation.wires):
            operations += _decomposed(operation.decomposition(), _is_later_gate)
        else:
            operations.append(operation)
        touched.update(operation.wires)
    return tape.copy(operations=operations)


def gates_of(tape: QuantumScript, wires: Sequence[Any]) -> list[Gate]:
    """Return the gates of a tape that `taken_apart` has returned, for one sample.

    Args:
        tape: The tape; its values must be numbers, not traced ones.
        wires: All wires, the most significant first.
    """
    numbers = {wire: number for number, wire in enumerate(wires)}
    return [_gate(operation, numbers) for operation in tape.operations]


def first_state(n_wires: int) -> State:
    """Return the state in which all wires are at 0, shape (2, ..., 2)."""
    state = np.zeros((2,) * n_wires, np.complex128)
    state[(0,) * n_wires] = 1
    return state


def _decomposed(operations: Sequence[Any], condition: Any) -> list[Any]:
    [flat], _ = qml.devices.preprocess.decompose(
        QuantumScript(operations), stopping_condition=condition, name="qaimagic"
    )
    return list(flat.operations)


def _is_later_gate(operation: Any) -> bool:
    return isinstance(operation, (*_MARKS, *_NOT_PURE)) or (
        operation.has_matrix and not type(operation).__module__.startswith("pennylane.templates")
    )


def _is_gate(operation: Any) -> bool:
    return isinstance(operation, StatePrepBase) or _is_later_gate(operation)


def _gate(operation: Any, numbers: Mapping[Any, int]) -> Gate:
    axes = tuple(numbers[wire] for wire in operation.wires)
    parameters = tuple(_number(value) for value in operation.parameters)
    if isinstance(operation, _MARKS):
        return Gate(None, axes, parameters)
    if isinstance(operation, StatePrepBase):
        amplitudes = tensor_of(operation.state_vector(wire_order=operation.wires))
        return Gate(_plain(amplitudes, (-1, 1)), axes, parameters)
    size = 2 ** len(axes)
    return Gate(_plain(tensor_of(operation.matrix()), (size, size)), axes, parameters)


def _plain(values: Any, shape: tuple[int, int]) -> State:
    plain: State = values.detach().reshape(shape).numpy().astype(np.complex128)
    return plain


def _number(value: Any) -> float | None:
    tensor = tensor_of(value).detach()
    return float(tensor.real) if tensor.numel() == 1 else None
