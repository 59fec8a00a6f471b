"""Brings every observable into the computational basis, and answers from chances in there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pennylane as qml
from pennylane.measurements import ExpectationMP, ProbabilityMP
from pennylane.tape import QuantumScript, QuantumScriptBatch
from pennylane.tape.tape import rotations_and_diagonal_measurements


@qml.transform  # type: ignore[untyped-decorator]
def diagonal(tape: QuantumScript) -> tuple[QuantumScriptBatch, Callable[..., Any]]:
    """Turn the wires of a tape so that its observables, which commute, are read off them."""
    rotations, measurements = rotations_and_diagonal_measurements(tape)
    turned = list(rotations)
    read = []
    for measurement in measurements:
        gates = measurement.diagonalizing_gates()
        turned += gates
        if gates:
            values = measurement.eigvals()
            measurement = type(measurement)(wires=measurement.wires, eigvals=values)
        read.append(measurement)
    return (of_same_gates(tape, read, turned),), only


def of_same_gates(
    tape: QuantumScript, measurements: list[Any], more: list[Any] | None = None
) -> QuantumScript:
    """Return a tape with other measurements, perhaps after more gates, that trains the same gates.

    Args:
        tape: The circuit.
        measurements: What is measured instead; no number in it is trained.
        more: Gates after those of the tape, with fixed numbers.
    """
    n_numbers = sum(operation.num_params for operation in tape.operations)
    return tape.copy(
        operations=[*tape.operations, *(more or [])],
        measurements=measurements,
        trainable_params=[index for index in tape.trainable_params if index < n_numbers],
    )


def only(results: Any) -> Any:
    """Return the answer of the one tape that a transform made."""
    return results[0]


def answer_from(measurement: Any, chances: Any) -> Any:
    """Return an expectation value, a variance or probabilities from the chances of outcomes.

    Args:
        measurement: What is asked for.
        chances: Chances of shape (..., 2**n) in its basis, in any of PennyLane's interfaces.
    """
    if isinstance(measurement, ProbabilityMP):
        return chances
    values = qml.math.cast_like(qml.math.convert_like(measurement.eigvals(), chances), chances)
    mean = qml.math.sum(chances * values, axis=-1)
    if isinstance(measurement, ExpectationMP):
        return mean
    return qml.math.sum(chances * values**2, axis=-1) - mean**2
