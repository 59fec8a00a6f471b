"""Angles as plain data: numbers, parameters, and what is computed from them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add, mul
from typing import Any

import torch


@dataclass(frozen=True)
class Symbol:
    """A parameter, by the name that the circuit gives it."""

    name: str


@dataclass(frozen=True)
class Entry:
    """Where a parameter's value comes from.

    Attributes:
        argument: The name of a weight, or of the data.
        index: The place in it, or None for a single number.
    """

    argument: str
    index: int | None = None


@dataclass(frozen=True)
class Call:
    """What a function of :data:`FUNCTIONS` makes of its operands."""

    function: str
    operands: tuple[Expression, ...]


Expression = float | Symbol | Entry | Call


def _sum(*values: Any) -> Any:
    return reduce(add, values)


def _product(*values: Any) -> Any:
    return reduce(mul, values)


def _sign(value: float) -> float:
    return float((value > 0) - (value < 0))


FUNCTIONS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "+": (_sum, _sum),
    "*": (_product, _product),
    "**": (pow, pow),
    "sin": (torch.sin, math.sin),
    "cos": (torch.cos, math.cos),
    "tan": (torch.tan, math.tan),
    "asin": (torch.asin, math.asin),
    "acos": (torch.acos, math.acos),
    "atan": (torch.atan, math.atan),
    "sinh": (torch.sinh, math.sinh),
    "cosh": (torch.cosh, math.cosh),
    "tanh": (torch.tanh, math.tanh),
    "exp": (torch.exp, math.exp),
    "log": (torch.log, math.log),
    "sqrt": (torch.sqrt, math.sqrt),
    "abs": (torch.abs, abs),
    "sign": (torch.sign, _sign),
}
"""What can be computed of parameters: for tensors, and for numbers."""

_NEUTRAL = {"+": 0.0, "*": 1.0}


def call(function: str, *operands: Expression) -> Expression:
    """Return what ``function`` makes of ``operands``; of numbers alone, a number.

    Raises:
        ValueError: If it cannot be computed, as the logarithm of a negative number.
        ArithmeticError: If it is infinite, as one over zero.
    """
    if all(isinstance(operand, float) for operand in operands):
        value = FUNCTIONS[function][1](*operands)
        if isinstance(value, complex):
            raise ValueError("it is a complex number")
        return float(value)
    if function not in _NEUTRAL:
        return Call(function, operands)
    number = FUNCTIONS[function][1](
        _NEUTRAL[function], *(one for one in operands if isinstance(one, float))
    )
    others = tuple(one for one in operands if not isinstance(one, float))
    if number != _NEUTRAL[function]:
        return Call(function, (number, *others))
    return others[0] if len(others) == 1 else Call(function, others)


def negative(expression: Expression) -> Expression:
    """Return an expression with the other sign."""
    return call("*", -1.0, expression)


def names_in(expression: Expression) -> set[str]:
    """Return the names of the parameters that an expression depends on."""
    if isinstance(expression, Call):
        return set().union(*map(names_in, expression.operands))
    return {expression.name} if isinstance(expression, Symbol) else set()


def bound(expression: Expression, values: Mapping[str, Expression]) -> Expression:
    """Return an expression with other expressions in the place of parameters."""
    if isinstance(expression, Symbol):
        return values[expression.name]
    if isinstance(expression, Call):
        return call(expression.function, *(bound(one, values) for one in expression.operands))
    return expression


def value_of(expression: Expression, arguments: Mapping[str, Any]) -> Any:
    """Return the value of an expression, differentiable in the tensors that it reads.

    Args:
        expression: A number, or what is computed of entries; no parameter is left in it.
        arguments: A tensor for each argument.
    """
    if isinstance(expression, Entry):
        tensor = arguments[expression.argument]
        return tensor if expression.index is None else tensor[expression.index]
    if isinstance(expression, Call):
        operands = [value_of(one, arguments) for one in expression.operands]
        return FUNCTIONS[expression.function][0](*operands)
    return expression


def written(expression: Expression) -> str:
    """Return an expression as one would write it in a circuit's body."""
    if isinstance(expression, Entry):
        index = "" if expression.index is None else f"[{expression.index}]"
        return f"{expression.argument}{index}"
    if not isinstance(expression, Call):
        return repr(expression)
    operands = [written(one) for one in expression.operands]
    if expression.function in ("+", "*", "**"):
        return f"({f' {expression.function} '.join(operands)})"
    return f"torch.{expression.function}({', '.join(operands)})"
