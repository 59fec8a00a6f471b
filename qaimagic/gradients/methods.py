"""The gradient methods by name: which gates each differentiates, and its recipe for a circuit."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from pennylane.ops import MidMeasure
from pennylane.tape import QuantumScript

from qaimagic.bridge.body import kind_of
from qaimagic.bridge.by_circuits import BY_CIRCUITS, auxiliary_wire
from qaimagic.errors import CircuitError
from qaimagic.gradients import differences, directions, hadamard, shifts
from qaimagic.gradients.problem import Problem, as_numbers, in_gates
from qaimagic.gradients.readings import Reading, is_readable, reading_of
from qaimagic.gradients.recipes import Recipe

EXACT = ("backprop", "adjoint")
"""The methods of simulators, which take no circuits besides those for the answers."""

METHODS = EXACT + BY_CIRCUITS

_MAX_NOISY_WIRES = 2


class Setting(NamedTuple):
    """What a method can be told.

    Attributes:
        step: How far finite differences and SPSA move a parameter to either side.
        directions: The number of SPSA's directions for each sample.
        rng: Where SPSA's directions come from.
    """

    step: float
    directions: int
    rng: np.random.Generator


class Plan(NamedTuple):
    """How one circuit is differentiated.

    Attributes:
        tape: Its gates; trainable parameters are torch tensors.
        recipe: How to get the derivatives by those parameters.
        readings: How each circuit of the recipe is read.
    """

    tape: QuantumScript
    recipe: Recipe
    readings: tuple[Reading, ...]

    @property
    def n_circuits(self) -> int:
        """How many circuits run: one for each basis that is read."""
        return sum(len(reading.bases) for reading in self.readings)


def prepared(problem: Problem, method: str, setting: Setting) -> list[Plan]:
    """Return for each circuit of a problem how to get its derivatives.

    Raises:
        CircuitError: If the method has no rule for one of the gates or measurements.
        DeviceError: If the Hadamard test lacks a wire.
    """
    for tape in problem.tapes:
        _check(tape, method)
    differentiates, recipe = _parts(problem, method, setting)

    def takes(operation: Any) -> bool:
        if problem.is_noisy and len(operation.wires) > _MAX_NOISY_WIRES:
            return False
        return differentiates(operation)

    tapes = [in_gates(tape, takes, method) for tape in problem.tapes]
    plans = []
    for tape in tapes:
        own = recipe(as_numbers(tape))
        read = tuple(reading_of(circuit, problem.wires or ()) for circuit in own.circuits)
        plans.append(Plan(tape, own, read))
    return plans


def _parts(
    problem: Problem, method: str, setting: Setting
) -> tuple[Callable[[Any], bool], Callable[[QuantumScript], Recipe]]:
    if method == "parameter-shift":
        return shifts.differentiates, shifts.recipe
    if method == "hadamard":
        wire = auxiliary_wire(problem.wires or (), problem.device_wires)
        return hadamard.differentiates, partial(hadamard.recipe, auxiliary=wire)
    if method == "finite-diff":
        return _any, partial(differences.recipe, step=setting.step)
    rule = partial(
        directions.recipe, step=setting.step, directions=setting.directions, rng=setting.rng
    )
    return _any, rule


def _check(tape: QuantumScript, method: str) -> None:
    unreadable = [one for one in tape.measurements if not is_readable(one)]
    if any(isinstance(operation, MidMeasure) for operation in tape.operations):
        raise CircuitError(
            f"Gradient method `{method}` reads circuits at their end, but this one measures before "
            "that. Use `backprop`, on a simulator."
        )
    if unreadable:
        raise CircuitError(
            f"Gradient method `{method}` differentiates `expval` and `probs` of observables that "
            f"are sums of Pauli words, but this circuit returns `{kind_of(unreadable[0])}` of "
            f"`{unreadable[0].obs or unreadable[0]}`. Use `backprop`, on a simulator."
        )
    for one in tape.measurements:
        trained = one.obs is not None and any(
            getattr(value, "requires_grad", False) for value in one.obs.data
        )
        if trained and not shifts.is_weighted_sum(one.obs):
            raise CircuitError(
                f"Gradient method `{method}` takes trained numbers inside an observable only as "
                f"factors, as in `theta[0] * qml.Z(0)`, but this one is `{one.obs.name}`. Use "
                "`backprop`, on a simulator."
            )


def _any(operation: Any) -> bool:
    """Return that every operation will do, which needs no rule of its own."""
    del operation
    return True
