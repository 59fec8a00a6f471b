"""Reads the Pauli words of PennyLane's operators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from pennylane.ops import LinearCombination
from pennylane.ops.functions import bind_new_parameters
from torch import Tensor

_bind_by_pennylane = bind_new_parameters.dispatch(LinearCombination)


@bind_new_parameters.register(LinearCombination)  # type: ignore[untyped-decorator]
def _bind_combination(operator: LinearCombination, parameters: Sequence[Any]) -> LinearCombination:
    """Keep tensors in an array of objects, each as it is.

    PennyLane keeps a list and asks for its shape, at which torch warns that it makes numbers of
    tensors that want a gradient.
    """
    if not any(isinstance(value, Tensor) for value in parameters):
        return _bind_by_pennylane(operator, parameters)
    coefficients = np.empty(len(operator.ops), dtype=object)
    terms = []
    left = list(parameters)
    for place, term in enumerate(operator.ops):
        coefficients[place], *left = left
        own, left = left[: len(term.data)], left[len(term.data) :]
        terms.append(bind_new_parameters(term, own) if own else term)
    return LinearCombination(coefficients, terms, _grouping_indices=operator.grouping_indices)


def words_of(operator: Any) -> Any | None:
    """Return the ``pauli_rep`` of an operator as its numbers are now.

    PennyLane works it out where the operator is made; tensors and arrays may have changed since.
    """
    changeable = any(isinstance(value, Tensor | np.ndarray) for value in operator.data)
    if changeable and operator.pauli_rep is not None:
        operator = bind_new_parameters(operator, operator.data)
    return operator.pauli_rep
