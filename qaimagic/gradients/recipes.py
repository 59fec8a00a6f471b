r"""What every method has in common: a derivative is a weighted sum of circuits' answers.

.. math:: \frac{\partial y}{\partial \phi_p} = \sum_c F_{pc} \, r_c

A recipe says which circuits c to run and by what factors F to weigh their answers r. The methods
differ in nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pennylane.measurements import MeasurementProcess
from pennylane.tape import QuantumScript

Numbers = NDArray[np.float64]


class Row(NamedTuple):
    """A circuit as numbers for a template that many have in common.

    Attributes:
        template: Gates whose trainable parameters are to be filled in.
        parameters: The numbers for those, (n_trainable,).
    """

    template: QuantumScript
    parameters: Numbers


@dataclass(frozen=True)
class Circuit:
    """One circuit of a recipe.

    Attributes:
        build: Returns its gates, and what is measured.
        measurements: What is measured.
        auxiliary: A further wire, whose Pauli Y multiplies everything that is measured.
        row: The same for a simulator, which runs many at once; None where it stands alone.
    """

    build: Callable[[], QuantumScript]
    measurements: Sequence[MeasurementProcess]
    auxiliary: Any = None
    row: Row | None = None

    @cached_property
    def tape(self) -> QuantumScript:
        """Its gates, and what is measured."""
        return self.build()


@dataclass(frozen=True)
class Recipe:
    """How to get the derivatives of one circuit.

    Attributes:
        circuits: What to run.
        factors: How much each answer counts, of shape (n_parameters, n_circuits).
    """

    circuits: tuple[Circuit, ...]
    factors: Numbers


def moved(tape: QuantumScript, moves: Sequence[Numbers]) -> list[Circuit]:
    """Return copies of a tape whose trainable parameters are moved, each by (n_parameters,)."""
    parameters = np.array(tape.get_parameters(), dtype=np.float64)
    in_gates = not any(one.obs is not None and one.obs.data for one in tape.measurements)
    circuits = []
    for move in moves:
        row = Row(tape, parameters + move)
        build = partial(_bound, row, np.flatnonzero(move).tolist())
        if in_gates:
            circuits.append(Circuit(build, tape.measurements, row=row))
        else:
            circuits.append(Circuit(build, build().measurements))
    return circuits


def _bound(row: Row, changed: Sequence[int]) -> QuantumScript:
    places = [row.template.trainable_params[index] for index in changed]
    return row.template.bind_new_parameters(row.parameters[changed].tolist(), places)


def one_by_one(n_parameters: int, parts: Sequence[tuple[list[Circuit], list[float]]]) -> Recipe:
    """Return the recipe in which each parameter has circuits of its own.

    Args:
        n_parameters: The number of parameters.
        parts: For each parameter its circuits, and the factors of their answers.
    """
    circuits = [circuit for own, _ in parts for circuit in own]
    factors = np.zeros((n_parameters, len(circuits)))
    start = 0
    for parameter, (own, weights) in enumerate(parts):
        factors[parameter, start : start + len(own)] = weights
        start += len(own)
    return Recipe(tuple(circuits), factors)
