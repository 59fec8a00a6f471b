"""Reads SymPy's expressions, as Cirq's parameters are."""

from __future__ import annotations

from typing import Any

from qaimagic.bridge.importing.expressions import Expression, Symbol, call
from qaimagic.errors import CircuitError

_FUNCTIONS = {"Abs": "abs", "Add": "+", "Mul": "*", "Pow": "**"}
_SAME = ("conjugate", "re")
"""What leaves real numbers as they are."""

_BY_NAME = frozenset(
    {"acos", "asin", "atan", "cos", "cosh", "exp", "log", "sign", "sin", "sinh", "tan", "tanh"}
)


def from_sympy(value: Any) -> Expression:
    """Return an expression of SymPy's as ours.

    Args:
        value: A number or an expression, whose symbols stand for real numbers.

    Raises:
        CircuitError: If it has a function that is not known here, or is no finite real number.
    """
    import sympy

    try:
        return _read(sympy.sympify(value))
    except (ValueError, ArithmeticError, TypeError) as error:
        raise CircuitError(
            f"The parameter `{value}` of the circuit is no real number: {error}."
        ) from error


def _read(value: Any) -> Expression:
    if value.is_Symbol:
        return Symbol(str(value.name))
    if value.is_number:
        return float(value)
    kind = value.func.__name__
    if kind in _SAME:
        return _read(value.args[0])
    function = _FUNCTIONS.get(kind, kind if kind in _BY_NAME else None)
    if function is None:
        raise CircuitError(
            f"The parameter `{value}` of the circuit uses `{kind}`, which has no counterpart in "
            "torch here. Compute it before the circuit, and make its value the parameter."
        )
    return call(function, *map(_read, value.args))
