r"""Parameter-shift: exact derivatives from the circuit itself, at angles far away.

A gate :math:`e^{-i \phi G}` makes an expectation value a sum of few sines and cosines of
:math:`\phi`, whose frequencies are the differences of eigenvalues of G. So many points fix the sum,
and with it the slope:

.. math:: f'(\phi) = \sum_s c_s \, f(\phi + s)

One frequency, as of ``RX``, takes two terms, :math:`\tfrac12 [f(\phi + \tfrac\pi2) -
f(\phi - \tfrac\pi2)]`; two frequencies, as of ``CRX``, take four. What is small in a difference
quotient is large here: shots blur no difference of nearly equal numbers.

References:
    Mitarai et al., Phys. Rev. A 98, 032309 (2018), arXiv:1803.00745; general rules: Wierichs et
    al., Quantum 6, 677 (2022), arXiv:2107.12390.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pennylane as qml
from pennylane.exceptions import ParameterFrequenciesUndefinedError
from pennylane.gradients import generate_shift_rule
from pennylane.measurements import MeasurementProcess
from pennylane.ops import Prod, SProd, Sum
from pennylane.tape import QuantumScript

from qaimagic.gradients.recipes import Circuit, Recipe, moved, one_by_one

Terms = list[tuple[float, float]]
"""Pairs of a move of the parameter and the factor of the value there."""

_OF_A_FACTOR: Terms = [(1.0, 0.5), (-1.0, -0.5)]
"""The rule of a number that multiplies an observable: a straight line has one slope."""


def differentiates(operation: Any) -> bool:
    """Return whether each parameter of an operation has a shift rule."""
    try:
        for place in range(operation.num_params):
            _terms(operation, place)
    except ParameterFrequenciesUndefinedError:
        return False
    return True


def recipe(tape: QuantumScript) -> Recipe:
    """Return how to get the derivatives by a tape's trainable parameters."""
    n_parameters = len(tape.trainable_params)
    return one_by_one(n_parameters, shifted(tape, range(n_parameters)))


def shifted(
    tape: QuantumScript, parameters: Sequence[int]
) -> list[tuple[list[Circuit], list[float]]]:
    """Return for trainable parameters their shifted circuits, and the factors of the answers."""
    rules = [_rule(tape, parameter) for parameter in parameters]
    unit = np.eye(len(tape.trainable_params))
    pairs = zip(parameters, rules, strict=True)
    moves = [shift * unit[parameter] for parameter, terms in pairs for shift, _ in terms]
    circuits = iter(moved(tape, moves))
    return [([next(circuits) for _ in terms], [factor for _, factor in terms]) for terms in rules]


def _rule(tape: QuantumScript, parameter: int) -> Terms:
    operation, index, place = tape.get_operation(parameter)
    return _OF_A_FACTOR if isinstance(tape[index], MeasurementProcess) else _terms(operation, place)


def is_weighted_sum(observable: Any) -> bool:
    """Return whether all parameters of an observable are factors, as in ``theta[0] * qml.Z(0)``."""
    if isinstance(observable, SProd):
        return is_weighted_sum(observable.base)
    if isinstance(observable, Sum | Prod):
        return all(map(is_weighted_sum, observable.operands))
    return not observable.data


def _terms(operation: Any, place: int) -> Terms:
    """Return the rule of one parameter; channels and a few gates bring their own."""
    own = getattr(operation, "grad_recipe", None)
    if own is not None and own[place] is not None:
        value = float(qml.math.detach(operation.data[place]))
        return [((scale - 1) * value + shift, factor) for factor, scale, shift in own[place]]
    frequencies = operation.parameter_frequencies[place]
    if not len(frequencies):
        return []
    return [(float(shift), float(factor)) for factor, shift in generate_shift_rule(frequencies)]
