r"""What every method has in common: a derivative is a weighted sum of circuits' answers.

.. math:: \frac{\partial y}{\partial \phi_p} = \sum_c F_{pc} \, r_c

A recipe says which circuits c to run and by what factors F to weigh their answers r. The methods
differ in nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
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


class Circuit(NamedTuple):
    """One circuit of a recipe.

    Attributes:
        tape: Its gates, and what is measured.
        auxiliary: A further wire, whose Pauli Y multiplies everything that is measured.
        row: The same for a simulator, which runs many at once; None where it stands alone.
    """

    tape: QuantumScript
    auxiliary: Any = None
    row: Row | None = None


@dataclass(frozen=True)
class Recipe:
    """How to get the derivatives of one circuit.

    Attributes:
        circuits: What to run.
        factors: How much each answer counts, of shape (n_parameters, n_circuits).
    """

    circuits: tuple[Circuit, ...]
    factors: Numbers


def moved(tape: QuantumScript, move: Numbers) -> Circuit:
    """Return a tape whose trainable parameters are moved by ``move``, (n_parameters,)."""
    indices = np.flatnonzero(move)
    parameters = np.array(tape.get_parameters(), dtype=np.float64) + move
    places = [tape.trainable_params[index] for index in indices]
    bound = tape.bind_new_parameters(parameters[indices].tolist(), places)
    in_gates = not any(one.obs is not None and one.obs.data for one in tape.measurements)
    return Circuit(bound, row=Row(tape, parameters) if in_gates else None)


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
