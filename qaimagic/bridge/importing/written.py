"""Reads formulas as Qiskit writes them out, in Python's words.

Qiskit 2.3 writes its parameters' formulas right, but turns the sign of some, such as ``a - b * c``,
where it makes SymPy's of them; and it binds a few wrongly, such as ``(a + b)**2``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from typing import Any

from qaimagic.bridge.importing.expressions import FUNCTIONS, Expression, Symbol, call, negative
from qaimagic.errors import CircuitError

_SAME = ("conj", "conjugate")
"""What leaves real numbers as they are."""


def from_written(value: Any) -> Expression:
    """Return a ``qiskit.circuit.ParameterExpression`` or a number as ours.

    Raises:
        CircuitError: If it has a function that is not known here, or is no finite real number.
    """
    text, symbols = _renamed(str(value), [one.name for one in getattr(value, "parameters", ())])
    try:
        return _read(ast.parse(text, mode="eval").body, symbols)
    except (ValueError, ArithmeticError, TypeError, SyntaxError) as error:
        raise CircuitError(
            f"The parameter `{value}` of the circuit is no real number: {error}."
        ) from error


def _renamed(text: str, names: Iterable[str]) -> tuple[str, dict[str, Symbol]]:
    """Put names that Python can read in the place of parameters' names."""
    places = {name: f"_{place}_" for place, name in enumerate(names)}
    longest_first = sorted(map(re.escape, places), key=len, reverse=True)
    if not longest_first:
        return text, {}
    anyone = re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?![\w(])")
    renamed = anyone.sub(lambda found: places[found[0]], text)
    return renamed, {place: Symbol(name) for name, place in places.items()}


def _read(node: ast.expr, symbols: Mapping[str, Symbol]) -> Expression:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name) if name in symbols:
            return symbols[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return negative(_read(operand, symbols))
        case ast.BinOp(left=left, op=sign, right=right):
            return _binary(sign, _read(left, symbols), _read(right, symbols))
        case ast.Call(func=ast.Name(id=name), args=[operand]) if name in _SAME:
            return _read(operand, symbols)
        case ast.Call(func=ast.Name(id=name), args=[operand]) if name in FUNCTIONS:
            return call(name, _read(operand, symbols))
    raise ValueError(f"nothing here knows `{ast.unparse(node)}`")


def _binary(sign: ast.operator, left: Expression, right: Expression) -> Expression:
    match sign:
        case ast.Add():
            return call("+", left, right)
        case ast.Sub():
            return call("+", left, negative(right))
        case ast.Mult():
            return call("*", left, right)
        case ast.Div():
            return call("*", left, call("**", right, -1.0))
        case ast.Pow():
            return call("**", left, right)
    raise ValueError(f"nothing here knows `{type(sign).__name__}`")
