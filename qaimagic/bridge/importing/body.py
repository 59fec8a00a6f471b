"""Makes the body of a layer from a circuit as plain data."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from typing import Any

from pennylane.measurements import MeasurementProcess

from qaimagic.bridge.importing.circuit import Imported
from qaimagic.bridge.importing.gates import queue, queued

_CLASS = re.compile(r"(?<![\w.])(?=[A-Z]\w*\()")


def body_of(
    circuit: Imported,
    arguments: tuple[str, ...],
    measurements: tuple[MeasurementProcess, ...],
    n_features: int,
) -> Callable[..., Any]:
    """Return a function that queues a circuit and returns ``measurements``.

    Args:
        circuit: The circuit, whose angles read entries of the arguments.
        arguments: The names of its arguments; the first receives the data if there are any.
        measurements: What it returns.
        n_features: The number of features that the data have, 0 if there are none.
    """

    def body(*values: Any, **named: Any) -> Any:
        given = {**dict(zip(arguments, values, strict=False)), **named}
        if n_features and len(given[arguments[0]]) != n_features:
            raise ValueError(f"the circuit reads {n_features} features")
        _queue(circuit, given)
        return [copy(one) for one in measurements]

    body.__name__ = circuit.name
    return body


def _queue(circuit: Imported, arguments: Mapping[str, Any]) -> None:
    for gate in circuit.gates:
        queue(gate, arguments)


def source_of(
    circuit: Imported, arguments: Sequence[str], measurements: Sequence[MeasurementProcess]
) -> str:
    """Return the same body as one would write it; ``arguments`` with their annotations."""
    lines = [f"def {circuit.name}({', '.join(arguments)}):"]
    lines += [f"    {queued(gate)}" for gate in circuit.gates]
    returned = ", ".join(_CLASS.sub("qml.", f"qml.{one!r}") for one in measurements)
    return "\n".join([*lines, f"    return [{returned}]", ""])
