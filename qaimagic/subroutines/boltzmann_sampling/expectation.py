"""Means of whatever one writes with an energy's own variables."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np

from qaimagic._checks import requirement
from qaimagic.devices.annealers.spectrum import Terms
from qaimagic.drawing.curves_axes import with_error
from qaimagic.subroutines.energies.algebra import Energy
from qaimagic.subroutines.energies.problem import Problem


@dataclass(frozen=True, eq=False)
class Mean:
    """A mean over samples with its standard error; of many things at once where many were asked.

    Attributes:
        value: A number, or as many as were asked for, in the same array or dict.
        standard_error: Of each.
    """

    value: Any
    standard_error: Any

    def __repr__(self) -> str:
        """Return each number with its error.

        Example:
            >>> Mean(0.12345, 0.0123)
            0.123 ± 0.012
            >>> Mean(np.array([1.0, 2.0]), np.array([0.5, 0.25]))
            [1.00 ± 0.50, 2.00 ± 0.25]
        """
        if isinstance(self.value, dict):
            each = {k: Mean(v, self.standard_error[k]) for k, v in self.value.items()}
            return repr(each)
        if isinstance(self.value, np.ndarray):
            pairs = zip(self.value, self.standard_error, strict=True)
            return f"[{', '.join(repr(Mean(v, error)) for v, error in pairs)}]"
        return with_error(self.value, self.standard_error)


def mapped(problem: Problem, expression: Any, function: Callable[[Terms], float]) -> Any:
    """Return what a function makes of each polynomial in an expression, in the same shape.

    Args:
        problem: Whose variables may occur.
        expression: What ``spins`` or ``bits`` gave, an array of energies, or an energy; of a model
            without variables of one's own also a label.
        function: Takes the coefficient of each product, by the variables' numbers.

    Raises:
        TypeError: If it is none of these.
        ValueError: If it has a variable that the problem has not.
    """
    if isinstance(expression, Energy):
        return function(_numbered(problem, expression))
    if isinstance(expression, dict):
        return {label: mapped(problem, part, function) for label, part in expression.items()}
    if isinstance(expression, np.ndarray) and expression.dtype == object:
        numbers = [mapped(problem, part, function) for part in expression.flat]
        return np.array(numbers, dtype=np.float64).reshape(expression.shape)
    if not problem.variables and isinstance(expression, Hashable) and expression in problem.labels:
        return function({(problem.labels.index(expression),): 1.0})
    rule = "be spins, bits, or an energy of them"
    if not problem.variables:
        rule += ", or a variable's label"
    raise TypeError(requirement("expression", rule, f"it is {expression!r}"))


def _numbered(problem: Problem, expression: Energy) -> Terms:
    """Return an expression's terms by the numbers that its variables have in the problem."""
    place = {variable: i for i, variable in enumerate(problem.variables)}
    terms: dict[tuple[int, ...], float] = {}
    for product, coefficient in expression.terms.items():
        for variable in product:
            if variable not in place:
                kind = "spin" if variable.is_spin else "bit"
                label = variable.family.labels[variable.index]
                received = f"it has the {kind} {label!r}, on which the energy does not depend"
                rule = "have no other variables than the energy"
                raise ValueError(requirement("expression", rule, received))
        terms[tuple(sorted(place[variable] for variable in product))] = coefficient
    return terms
