r"""The Hadamard test: an auxiliary wire feels what a gate's generator does to the answer.

A gate :math:`e^{i \phi G}` with :math:`G = \sum_j g_j P_j`, the P Pauli words, changes an
expectation value by

.. math:: \frac{\partial \langle O \rangle}{\partial \phi}
    = \sum_j g_j \, \langle i [O, P_j] \rangle = -2 \sum_j g_j \, \langle Y \otimes O \rangle_j

The right side is measured: the auxiliary wire starts in :math:`|+\rangle`, and after the gate
controls :math:`P_j`. One circuit a word, at the angle itself, where parameter-shift takes two or
more beside it; the price is one more wire, and a controlled gate.

References:
    Li et al., Phys. Rev. Lett. 118, 150503 (2017), arXiv:1608.00677; Schuld et al., Phys. Rev. A
    99, 032331 (2019), arXiv:1811.11184.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pennylane as qml
from pennylane.exceptions import GeneratorUndefinedError
from pennylane.measurements import MeasurementProcess
from pennylane.pauli import PauliSentence
from pennylane.tape import QuantumScript

from qaimagic.gradients.readings import sentence_of
from qaimagic.gradients.recipes import Circuit, Recipe, one_by_one
from qaimagic.gradients.shifts import shifted


def differentiates(operation: Any) -> bool:
    """Return whether an operation is turned by one parameter about a known generator."""
    if operation.num_params != 1 or isinstance(operation, qml.operation.Channel):
        return False
    try:
        return sentence_of(operation.generator()) is not None
    except GeneratorUndefinedError:
        return False


def recipe(tape: QuantumScript, auxiliary: Any) -> Recipe:
    """Return how to get the derivatives by a tape's trainable parameters.

    A number that multiplies an observable has nothing to control: it is shifted.

    Args:
        tape: The circuit.
        auxiliary: A wire that it leaves alone.
    """
    parts = []
    for parameter in range(len(tape.trainable_params)):
        operation, index, _ = tape.get_operation(parameter)
        if isinstance(tape[index], MeasurementProcess):
            parts.append(shifted(tape, parameter))
            continue
        generator = sentence_of(operation.generator()) or PauliSentence()
        words = {word: weight for word, weight in generator.items() if word}
        tests = [_test(tape, index, word.operation(), auxiliary) for word in words]
        parts.append((tests, [-2 * float(np.real(weight)) for weight in words.values()]))
    return one_by_one(len(parts), parts)


def _test(tape: QuantumScript, index: int, word: Any, auxiliary: Any) -> Circuit:
    controlled = [qml.Hadamard(auxiliary), qml.ctrl(word, control=auxiliary)]
    operations = [*tape.operations[: index + 1], *controlled, *tape.operations[index + 1 :]]
    return Circuit(tape.copy(operations=operations), auxiliary)
