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

import math
from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pennylane as qml
from pennylane.exceptions import GeneratorUndefinedError
from pennylane.measurements import MeasurementProcess
from pennylane.pauli import PauliSentence, PauliWord
from pennylane.tape import QuantumScript

from qaimagic.gradients.readings import sentence_of
from qaimagic.gradients.recipes import Circuit, Recipe, Row, one_by_one
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
    tests: list[tuple[int, PauliWord]] = []
    parts: list[tuple[list[Circuit], list[float]]] = []
    places: list[tuple[int, list[int]]] = []
    for parameter in range(len(tape.trainable_params)):
        operation, index, _ = tape.get_operation(parameter)
        if isinstance(tape[index], MeasurementProcess):
            parts += shifted(tape, [parameter])
            continue
        generator = sentence_of(operation.generator()) or PauliSentence()
        words = {word: weight for word, weight in generator.items() if word}
        places.append((parameter, list(range(len(tests), len(tests) + len(words)))))
        tests += [(index, word) for word in words]
        parts.append(([], [-2 * float(np.real(weight)) for weight in words.values()]))
    template = _all_tests(tape, tests, auxiliary)
    for parameter, own in places:
        for place in own:
            index, word = tests[place]
            row = Row(template, math.pi * (np.arange(len(tests)) == place))
            build = partial(_test, tape, index, word, auxiliary)
            circuit = Circuit(build, tape.measurements, auxiliary, row)
            parts[parameter][0].append(circuit)
    return one_by_one(len(parts), parts)


def _test(tape: QuantumScript, index: int, word: PauliWord, auxiliary: Any) -> QuantumScript:
    controlled = [qml.Hadamard(auxiliary), qml.ctrl(word.operation(), control=auxiliary)]
    operations = [*tape.operations[: index + 1], *controlled, *tape.operations[index + 1 :]]
    return tape.copy(operations=operations)


def _all_tests(
    tape: QuantumScript, tests: Sequence[tuple[int, PauliWord]], auxiliary: Any
) -> QuantumScript:
    r"""Return one circuit that is each test, where one of its angles is pi and the others are 0.

    A controlled word is its controlled rotation by :math:`\pi`, and an S on the control.
    """
    after: dict[int, list[Any]] = defaultdict(list)
    for index, word in tests:
        letters = "".join(word.values())
        after[index].append(qml.ctrl(qml.PauliRot(0.0, letters, wires=list(word)), auxiliary))
    operations = [qml.Hadamard(auxiliary), qml.S(auxiliary)]
    trainable, n_parameters = [], 0
    for index, operation in enumerate(tape.operations):
        operations.append(operation)
        n_parameters += operation.num_params
        for turn in after[index]:
            operations.append(turn)
            trainable.append(n_parameters)
            n_parameters += 1
    return QuantumScript(operations, tape.measurements, trainable_params=trainable)
