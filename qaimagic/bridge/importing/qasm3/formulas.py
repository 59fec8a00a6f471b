"""Reads formulas. What has no point is a whole number, which OpenQASM divides as such."""

from __future__ import annotations

import math
from collections.abc import Mapping

from qaimagic._checks import did_you_mean
from qaimagic.bridge.importing.expressions import Expression, call, negative
from qaimagic.bridge.importing.qasm3.tokens import Tokens
from qaimagic.errors import CircuitError

Number = int | Expression

CONSTANTS: dict[str, Number] = {
    "pi": math.pi,
    "π": math.pi,
    "tau": math.tau,
    "τ": math.tau,
    "euler": math.e,
    "ℇ": math.e,
}
_MOST_POWER = 64
_FUNCTIONS = {
    "abs": "abs",
    "arccos": "acos",
    "arcsin": "asin",
    "arctan": "atan",
    "cos": "cos",
    "exp": "exp",
    "log": "log",
    "sin": "sin",
    "sqrt": "sqrt",
    "tan": "tan",
}


def formula(tokens: Tokens, names: Mapping[str, Number]) -> Number:
    """Read a formula.

    Args:
        tokens: The program.
        names: What the names in it stand for.

    Raises:
        CircuitError: If it is none, or cannot be computed; names the line.
    """
    line = tokens.next.line
    try:
        return _sum(tokens, names)
    except RecursionError as error:
        message = "OpenQASM 3: this formula is nested too deeply."
        raise CircuitError(message, line=line) from error
    except (ArithmeticError, ValueError, OverflowError) as error:
        raise CircuitError(f"OpenQASM 3: this is no real number: {error}.", line=line) from error


def whole(tokens: Tokens, names: Mapping[str, Number]) -> int:
    """Read a formula that is a whole number.

    Raises:
        CircuitError: If it is not.
    """
    line = tokens.next.line
    value = formula(tokens, names)
    if not isinstance(value, int):
        raise CircuitError("OpenQASM 3: a whole number is expected here.", line=line)
    return value


def angle(value: Number) -> Expression:
    """Return a formula's value as an angle."""
    return float(value) if isinstance(value, int) else value


def _sum(tokens: Tokens, names: Mapping[str, Number]) -> Number:
    value = _product(tokens, names)
    while sign := tokens.accept("+", "-"):
        other = _product(tokens, names)
        if isinstance(value, int) and isinstance(other, int):
            value = value + other if sign.text == "+" else value - other
        else:
            value = call("+", angle(value), _signed(sign.text, angle(other)))
    return value


def _signed(sign: str, value: Expression) -> Expression:
    return value if sign == "+" else negative(value)


def _product(tokens: Tokens, names: Mapping[str, Number]) -> Number:
    value = _signed_power(tokens, names)
    while sign := tokens.accept("*", "/"):
        other = _signed_power(tokens, names)
        if not (isinstance(value, int) and isinstance(other, int)):
            by = angle(other) if sign.text == "*" else call("**", angle(other), -1.0)
            value = call("*", angle(value), by)
        elif sign.text == "*":
            value *= other
        elif value % other:
            raise CircuitError(
                f"OpenQASM 3: `{value}/{other}` divides whole numbers, which gives "
                f"{int(value / other)}. Write `{value}.0/{other}`.",
                line=sign.line,
            )
        else:
            value //= other
    return value


def _signed_power(tokens: Tokens, names: Mapping[str, Number]) -> Number:
    if tokens.accept("+"):
        return _signed_power(tokens, names)
    if tokens.accept("-"):
        value = _signed_power(tokens, names)
        return -value if isinstance(value, int) else negative(value)
    value = _single(tokens, names)
    if not tokens.accept("**"):
        return value
    power = _signed_power(tokens, names)
    if isinstance(value, int) and isinstance(power, int) and 0 <= power < _MOST_POWER:
        return int(value**power)
    return call("**", angle(value), angle(power))


def _single(tokens: Tokens, names: Mapping[str, Number]) -> Number:
    if tokens.accept("("):
        value = _sum(tokens, names)
        tokens.expect(")")
        return value
    token = tokens.next
    if token.kind == "number":
        text = tokens.take().text.replace("_", "")
        return int(text) if text.isdigit() else float(text)
    if token.kind != "name":
        raise tokens.wrong("a number is expected")
    name = tokens.take().text
    if name in _FUNCTIONS and tokens.accept("("):
        value = _sum(tokens, names)
        tokens.expect(")")
        return call(_FUNCTIONS[name], angle(value))
    if name not in names:
        hint = did_you_mean(name, [*names, *_FUNCTIONS])
        message = f"OpenQASM 3: there is no number or function `{name}`.{hint}"
        raise CircuitError(message, line=token.line)
    return names[name]
