"""A circuit without the gates that entangle its wires: what is left is a product of wires."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pennylane as qml
from pennylane.devices.preprocess import decompose
from pennylane.operation import StatePrepBase
from pennylane.ops import Adjoint, Prod
from pennylane.tape import QuantumScript, QuantumScriptBatch

from qaimagic.errors import CircuitError


def without_entanglers(tape: QuantumScript) -> QuantumScript:
    """Return ``tape`` without its gates on two or more wires.

    Templates are taken apart into gates first, of which those on one wire stay. A gate on several
    wires is left out as a whole, ``SWAP`` too, and the parameters in it then change nothing.
    Measurements stay as they are.

    Args:
        tape: The circuit, for one sample or a batch.

    Raises:
        CircuitError: If it begins in a state of several wires that need not be a product.
    """
    [apart], _ = decompose(tape, stopping_condition=_is_gate, name="a circuit without entanglers")
    kept = [operation for operation in apart.operations if _stays(operation)]
    return apart.copy(operations=kept, trainable_params=None)


@qml.transform  # type: ignore[untyped-decorator]
def unentangled(tape: QuantumScript) -> tuple[QuantumScriptBatch, Callable[..., Any]]:
    """Do the same as a transform of a QNode."""
    return (without_entanglers(tape),), _only


def _is_gate(operation: Any) -> bool:
    """Return whether an operation is a gate, rather than a template that stands for several."""
    named = operation
    while isinstance(named, Adjoint):
        named = named.base
    is_template = type(named).__module__.startswith("pennylane.templates")
    composed = isinstance(named, Prod) or (is_template and not isinstance(named, StatePrepBase))
    return len(operation.wires) < 2 or not (composed and operation.has_decomposition)


def _stays(operation: Any) -> bool:
    if isinstance(operation, qml.BasisState) or len(operation.wires) < 2:
        return True
    if isinstance(operation, StatePrepBase):
        raise CircuitError(
            f"`{operation.name}` begins in a state of {len(operation.wires)} wires, which may be "
            "entangled already: there is no such circuit without entanglement."
        )
    return False


def _only(results: Any) -> Any:
    return results[0]
