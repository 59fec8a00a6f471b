r"""How far the averages over shots scatter: standard errors, from exact variances.

A measurement with N shots answers with an average :math:`\bar o`, whose standard deviation over
repetitions is :math:`\sqrt{\mathrm{Var}(O) / N}`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pennylane as qml
import torch
from pennylane import measurements as mp
from pennylane.tape import QuantumScript
from torch import Tensor

from qaimagic.bridge.execution import as_samples, execute
from qaimagic.bridge.mapping import MappedTapes
from qaimagic.errors import CircuitError


def standard_errors(mapped: MappedTapes, device: Any, shots: int) -> list[Tensor]:
    """Return the standard error of every answer that ``shots`` shots would give.

    Terms of a sum that share a basis share their shots, as PennyLane measures them; the others
    are independent.

    Args:
        mapped: The circuits of a batch; expectation values and probabilities are measured.
        device: A PennyLane device object that gives exact answers.
        shots: The number of shots.

    Returns:
        For each measurement a tensor of shape (batch, ...).

    Raises:
        CircuitError: If something else is measured.
        DeviceError: If the device gives no exact answers.
    """
    asked = mapped.tapes[0].measurements
    tapes = tuple(_of_variances(tape) for tape in mapped.tapes)
    with torch.no_grad():
        results = execute(tapes, device, diff_method="best")
    answers = iter(as_samples(results, MappedTapes(tapes, mapped.batch_size)))
    errors = []
    for measurement in asked:
        parts = [next(answers) for _ in _variances(measurement)]
        if isinstance(measurement, mp.ProbabilityMP):
            [chances] = parts
            variance = chances * (1 - chances)
        else:
            variance = torch.stack(parts).sum(dim=0)
        errors.append((variance.clamp(min=0) / shots).sqrt())
    return errors


def _of_variances(tape: QuantumScript) -> QuantumScript:
    wanted = [exact for measurement in tape.measurements for exact in _variances(measurement)]
    return QuantumScript(tape.operations, wanted)


def _variances(measurement: Any) -> list[Any]:
    """Return the exact measurements whose sum is the variance of one shot, or the chances."""
    if isinstance(measurement, mp.ProbabilityMP):
        return [measurement]
    if not isinstance(measurement, mp.ExpectationMP):
        raise CircuitError(
            f"Standard errors are known for `qml.expval` and `qml.probs`, but this circuit returns "
            f"`{type(measurement).__name__}`."
        )
    if measurement.mv is not None:
        return [qml.var(op=measurement.mv)]
    observable = measurement.obs
    if not isinstance(observable, qml.ops.Sum):
        return [qml.var(observable)]
    factors, terms = observable.terms()
    return [
        qml.var(qml.dot([factors[index] for index in group], [terms[index] for index in group]))
        for group in _shared_bases(terms)
    ]


def _shared_bases(terms: Sequence[Any]) -> list[list[int]]:
    words = [index for index, term in enumerate(terms) if qml.pauli.is_pauli_word(term)]
    others = [[index] for index in range(len(terms)) if index not in words]
    if not words:
        return others
    parts = qml.pauli.compute_partition_indices([terms[index] for index in words])
    return [[words[place] for place in part] for part in parts] + others
