"""Circuit bodies without arguments and without a measurement, as gates."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any

import pennylane as qml
from pennylane.tape import QuantumScript

from qaimagic._checks import requirement
from qaimagic.bridge.body import explain


def recorded(argument: str, body: Callable[[], Any], why_nothing: str = "") -> QuantumScript:
    """Run a body once, and return its gates.

    Args:
        argument: The name of the argument that the body was given for.
        body: A function without arguments.
        why_nothing: Why it is not to measure, with a colon before it.

    Raises:
        ValueError: If it takes arguments, or measures.
        CircuitError: If it fails; names its line.
    """
    name = body.__name__
    if arguments := inspect.signature(body).parameters:
        received = f"`{name}` takes `{next(iter(arguments))}`"
        fix = "Let it read its numbers from around it."
        raise ValueError(requirement(argument, "take no arguments", received, fix))
    try:
        with qml.queuing.AnnotatedQueue() as queue:
            returned = body()
    except Exception as error:
        raise explain(error, body) from error
    tape = QuantumScript.from_queue(queue)
    if returned is not None or tape.measurements:
        what = "measurement" if returned is None else type(returned).__name__
        received = f"`{name}` returns a {what}"
        raise ValueError(requirement(argument, f"return nothing{why_nothing}", received))
    return tape


def check_one_value(argument: str, gates: Iterable[Any]) -> None:
    """Check that no gate stands for many samples.

    Raises:
        ValueError: If one does.
    """
    for gate in gates:
        if gate.batch_size is not None:
            received = f"`{gate.name}` is given many"
            raise ValueError(requirement(argument, "give each gate one value", received))
