"""Reads the Pauli words of PennyLane's operators."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import matmul
from typing import Any

import numpy as np
from pennylane.ops import LinearCombination, Prod, SProd, Sum
from pennylane.ops.functions import bind_new_parameters
from pennylane.pauli import PauliSentence
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


def words_of(operator: Any) -> PauliSentence | None:
    """Return the ``pauli_rep`` of an operator as its numbers are now.

    PennyLane works it out where the operator is made; its factors may have changed since.
    """
    if operator.pauli_rep is None or not operator.data:
        return operator.pauli_rep
    if isinstance(operator, SProd):
        words = _known(operator.base)
        return PauliSentence({word: factor * operator.scalar for word, factor in words.items()})
    if isinstance(operator, Prod):
        return reduce(matmul, map(_known, operator.operands))
    if isinstance(operator, Sum) and not isinstance(operator, LinearCombination):
        total = PauliSentence()
        for term in map(_known, operator.operands):
            for word, factor in term.items():
                total[word] += factor
        return total
    if any(isinstance(value, Tensor | np.ndarray) for value in operator.data):
        operator = bind_new_parameters(operator, operator.data)
    return operator.pauli_rep


def _known(operator: Any) -> PauliSentence:
    """Return the words of a part of an operator that has words."""
    words = words_of(operator)
    assert words is not None
    return words
