"""Takes the tapes out of a user's QNode, with its own transforms, shots and gradient method."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import pennylane as qml
from pennylane.tape import QuantumScript

from qaimagic._clock import Phase
from qaimagic.bridge.body import explain
from qaimagic.bridge.counting import CircuitCounter
from qaimagic.bridge.execution import execute
from qaimagic.errors import CircuitError


def run_qnode(
    qnode: qml.QNode,
    arguments: Mapping[str, Any],
    *,
    device: Any = None,
    shots: int | None = None,
    counter: CircuitCounter | None = None,
) -> Any:
    """Run ``qnode`` and return what calling it would, differentiable by every gradient method.

    Args:
        qnode: The QNode; its transforms apply.
        arguments: A value for each of its arguments.
        device: A device object to run on instead of the QNode's own.
        shots: A number of shots instead of the QNode's own.
        counter: Counts the circuits that run, those for gradients included.

    Raises:
        CircuitError: If the QNode's function fails.
    """
    tapes, post_process = _construct(qnode, arguments)
    results = execute(
        tapes,
        qnode.device if device is None else device,
        diff_method=qnode.diff_method,
        shots=shots,
        gradient_kwargs=qnode.gradient_kwargs,
        max_diff=qnode.execute_kwargs.get("max_diff", 1),
        counter=counter,
    )
    [answer] = post_process(tuple(results))
    return answer


def tape_of(qnode: qml.QNode, arguments: Mapping[str, Any]) -> QuantumScript:
    """Return the circuit that ``qnode`` runs for ``arguments``, after its own transforms.

    Raises:
        CircuitError: If the QNode's function fails, or its transforms make several circuits.
    """
    tapes, _ = _construct(qnode, arguments)
    if len(tapes) != 1:
        raise CircuitError(
            f"`{qnode.func.__name__}` runs as {len(tapes)} circuits, by its transforms, whose "
            "answers PennyLane combines; what was asked for is known of one circuit alone."
        )
    return tapes[0]


def _construct(qnode: qml.QNode, arguments: Mapping[str, Any]) -> tuple[Any, Any]:
    try:
        with Phase("tracing"):
            tapes, post_process = qml.workflow.construct_batch(qnode, level="user")(**arguments)
    except Exception as error:
        raise explain(error, qnode.func) from error
    return tapes, post_process


def trace_qnode(qnode: qml.QNode, arguments: Mapping[str, Any]) -> QuantumScript:
    """Return the tape that ``qnode`` queues for ``arguments``, before any transform.

    Raises:
        CircuitError: If the QNode's function fails.
    """
    try:
        return qml.workflow.construct_tape(qnode, level=0)(**arguments)
    except Exception as error:
        raise explain(error, qnode.func) from error


def arguments_of(qnode: qml.QNode) -> list[str]:
    """Return the names of the arguments of ``qnode``, in order."""
    return list(inspect.signature(qnode.func).parameters)
