"""How deep a circuit is in gates on two wires, which take longest and fail most on machines."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import pennylane as qml
from pennylane.ops.op_math import Adjoint
from pennylane.tape import QuantumScript
from pennylane.wires import Wires


def longest_chain(gates: Iterable[Sequence[Hashable]]) -> int:
    """Return the most gates on two wires and more that wait for each other.

    Args:
        gates: The wires of each gate, in order.

    Example:
        >>> longest_chain([(0, 1), (2, 3), (1, 2), (3,)])
        2
    """
    done: dict[Hashable, int] = {}
    for wires in gates:
        if len(wires) > 1:
            level = 1 + max(done.get(wire, 0) for wire in wires)
            done |= dict.fromkeys(wires, level)
    return max(done.values(), default=0)


def two_qubit_depth(tape: QuantumScript) -> int:
    """Return the depth of a circuit in gates on two wires, templates and larger gates taken apart.

    What cannot be taken apart counts as one gate.
    """
    return two_qubit_costs(tape)[1]


def two_qubit_gates(tape: QuantumScript) -> int:
    """Return how many gates on two wires a circuit has, counted as :func:`two_qubit_depth` does."""
    return two_qubit_costs(tape)[0]


def two_qubit_costs(tape: QuantumScript) -> tuple[int, int]:
    """Return how many gates on two wires a circuit has, and its depth in these."""
    apart: dict[Hashable, tuple[Wires, list[Sequence[Hashable]]]] = {}
    found = [wires for gate in tape.operations for wires in _wires_of_parts(gate, apart)]
    return len(found), longest_chain(found)


def _wires_of_parts(
    gate: Any, apart: dict[Hashable, tuple[Wires, list[Sequence[Hashable]]]]
) -> list[Sequence[Hashable]]:
    """Return the wires of the gates on two wires in one gate; alike ones are taken apart once."""
    if isinstance(gate, Adjoint):
        return _wires_of_parts(gate.base, apart)[::-1]
    form = _form(gate)
    if form not in apart:
        apart[form] = gate.wires, _taken_apart(gate)
    own, parts = apart[form]
    if own == gate.wires:
        return parts
    here = dict(zip(own, gate.wires, strict=True))
    return [[here[wire] for wire in part] for part in parts]


def _form(gate: Any) -> Hashable:
    """Return the same for gates that are taken apart alike but for their wires."""
    if type(gate) is qml.MultiControlledX and not gate.work_wires:
        return qml.MultiControlledX, len(gate.wires)
    return id(gate)


def _taken_apart(gate: Any) -> list[Sequence[Hashable]]:
    parts = [gate]
    if not _is_small(gate):
        alone = QuantumScript([gate])
        [tape], _ = qml.devices.preprocess.decompose(alone, stopping_condition=_is_small)
        parts = tape.operations
    return [part.wires for part in parts if len(part.wires) > 1 and not _is_barrier(part)]


def _is_small(operation: Any) -> bool:
    is_template = type(operation).__module__.startswith("pennylane.templates")
    fits = len(operation.wires) <= 2 and not is_template
    return fits or _is_barrier(operation) or not operation.has_decomposition


def _is_barrier(operation: Any) -> bool:
    return isinstance(operation, qml.Barrier)
