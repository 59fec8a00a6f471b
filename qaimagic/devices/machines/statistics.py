"""What measurements in the computational basis answer, from probabilities or from samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pennylane as qml
from pennylane import measurements as mp
from pennylane.measurements import MeasurementProcess
from pennylane.tape import QuantumScript
from pennylane.wires import Wires

EXACT = (mp.ExpectationMP, mp.VarianceMP, mp.ProbabilityMP)
"""What has an exact value."""
SAMPLED = (*EXACT, mp.SampleMP, mp.CountsMP)
"""What can be told from samples."""


def from_probabilities(tape: QuantumScript, chances: Any, read: Sequence[Any]) -> Any:
    """Return the exact answers of a tape, in PennyLane's nesting.

    Args:
        tape: The circuit; its measurements are diagonal.
        chances: Probabilities of shape (rows, 2**n_read), in the order of ``read``.
        read: The wires that were read.
    """
    answers = [_exact(measurement, chances, list(read)) for measurement in tape.measurements]
    if tape.batch_size is None:
        answers = [answer[0] for answer in answers]
    return tuple(answers) if len(answers) > 1 else answers[0]


def from_samples(tape: QuantumScript, samples: Any, read: Sequence[Any]) -> Any:
    """Return the answers to a tape's shots, in PennyLane's nesting.

    Args:
        tape: The circuit; its measurements are diagonal.
        samples: Bits of shape (rows, n_shots, n_read), in the order of ``read``.
        read: The wires that were read.
    """
    order = Wires(read)
    parts = tuple(_sampled(tape, samples[:, first:last], order) for first, last in _bins(tape))
    return parts if tape.shots.has_partitioned_shots else parts[0]


def _bins(tape: QuantumScript) -> list[tuple[int, int]]:
    return list(tape.shots.bins())


def _exact(measurement: MeasurementProcess, chances: Any, read: list[Any]) -> Any:
    wires = list(measurement.wires) or read
    cube = chances.reshape(-1, *[2] * len(read))
    axes = [1 + read.index(wire) for wire in wires]
    rest = tuple(axis for axis in range(1, 1 + len(read)) if axis not in axes)
    ahead = cube.transpose(0, *axes, *rest).reshape(len(cube), 2 ** len(axes), -1)
    marginal = ahead.sum(axis=-1)
    if isinstance(measurement, mp.ProbabilityMP):
        return marginal
    values = np.real(qml.math.toarray(measurement.eigvals()))
    means = marginal @ values
    if isinstance(measurement, mp.ExpectationMP):
        return means
    return marginal @ values**2 - means**2


def _sampled(tape: QuantumScript, samples: Any, order: Wires) -> Any:
    columns = []
    for measurement in tape.measurements:
        rows = [measurement.process_samples(bits, order) for bits in samples]
        if tape.batch_size is None:
            columns.append(rows[0])
        else:
            columns.append(rows if isinstance(rows[0], dict) else np.stack(rows))
    return tuple(columns) if len(columns) > 1 else columns[0]
