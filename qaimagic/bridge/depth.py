"""How deep a circuit is in gates on two wires, which take longest and fail most on machines."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import pennylane as qml
from pennylane.tape import QuantumScript


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
    _, depth = two_qubit_costs(tape)
    return depth


def two_qubit_gates(tape: QuantumScript) -> int:
    """Return how many gates on two wires a circuit has, counted as :func:`two_qubit_depth` does."""
    gates, _ = two_qubit_costs(tape)
    return gates


def two_qubit_costs(tape: QuantumScript) -> tuple[int, int]:
    """Return :func:`two_qubit_gates` and :func:`two_qubit_depth`, taking gates apart once."""
    parts = _wires_of_gates(tape)
    return sum(len(wires) > 1 for wires in parts), longest_chain(parts)


def _wires_of_gates(tape: QuantumScript) -> list[Sequence[Hashable]]:
    apart: dict[int, list[Sequence[Hashable]]] = {}
    places: dict[Hashable, list[list[int]]] = {}
    for gate in tape.operations:
        if id(gate) in apart:
            continue
        shape = _shape_of(gate)
        if shape is None:
            apart[id(gate)] = _wires_of_parts(gate)
            continue
        if shape not in places:
            own = list(gate.wires)
            places[shape] = [[own.index(w) for w in wires] for wires in _wires_of_parts(gate)]
        apart[id(gate)] = [[gate.wires[at] for at in part] for part in places[shape]]
    return [wires for gate in tape.operations for wires in apart[id(gate)]]


def _shape_of(gate: Any) -> Hashable | None:
    """Return what controlled X gates with the same parts have in common, or None for others."""
    if not isinstance(gate, qml.MultiControlledX) or gate.work_wires:
        return None
    return len(gate.wires), tuple(gate.control_values)


def _wires_of_parts(gate: Any) -> list[Sequence[Hashable]]:
    """Return the wires of the small gates in one gate; one that repeats is taken apart once."""
    parts = [gate]
    if not _is_small(gate):
        alone = QuantumScript([gate])
        [tape], _ = qml.devices.preprocess.decompose(alone, stopping_condition=_is_small)
        parts = tape.operations
    return [part.wires for part in parts if not _is_barrier(part)]


def _is_small(operation: Any) -> bool:
    is_template = type(operation).__module__.startswith("pennylane.templates")
    fits = len(operation.wires) <= 2 and not is_template
    return fits or _is_barrier(operation) or not operation.has_decomposition


def _is_barrier(operation: Any) -> bool:
    return isinstance(operation, qml.Barrier)
