"""How deep a circuit is in gates on two wires, which take longest and fail most on machines."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import pennylane as qml
from pennylane.ops.op_math import Adjoint
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
    return longest_chain(_wires_of_gates(tape))


def two_qubit_gates(tape: QuantumScript) -> int:
    """Return how many gates on two wires a circuit has, counted as :func:`two_qubit_depth` does."""
    return sum(len(wires) > 1 for wires in _wires_of_gates(tape))


def two_qubit_costs(tape: QuantumScript) -> tuple[int, int]:
    """Return the depth of a circuit and its number of gates, taking it apart once for both."""
    gates = _wires_of_gates(tape)
    return longest_chain(gates), sum(len(wires) > 1 for wires in gates)


def _wires_of_gates(tape: QuantumScript) -> list[Sequence[Hashable]]:
    apart: dict[int, list[Sequence[Hashable]]] = {}
    return [wires for gate in tape.operations for wires in _wires_of_parts(gate, apart)]


def _wires_of_parts(
    gate: Any, apart: dict[int, list[Sequence[Hashable]]]
) -> list[Sequence[Hashable]]:
    """Return the wires of the small gates in one gate; one that repeats is taken apart once.

    An adjoint has the gates of its base from the last to the first.
    """
    if id(gate) not in apart:
        if isinstance(gate, Adjoint):
            apart[id(gate)] = _wires_of_parts(gate.base, apart)[::-1]
        else:
            apart[id(gate)] = _taken_apart(gate)
    return apart[id(gate)]


def _taken_apart(gate: Any) -> list[Sequence[Hashable]]:
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
