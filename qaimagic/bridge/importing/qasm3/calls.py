"""Reads what a gate is called with: modifiers, parameters, qubits."""

from __future__ import annotations

from collections.abc import Sequence

from qaimagic._checks import did_you_mean
from qaimagic.bridge.importing.expressions import Expression
from qaimagic.bridge.importing.gates import Gate
from qaimagic.bridge.importing.qasm3.formulas import angle, formula, whole
from qaimagic.bridge.importing.qasm3.scope import Scope
from qaimagic.bridge.importing.qasm3.standard import STANDARD, Definition
from qaimagic.bridge.importing.qasm3.tokens import Token
from qaimagic.errors import CircuitError

_CONTROLS = ("ctrl", "negctrl")
_MODIFIERS = (*_CONTROLS, "inv", "pow")
_MOST_GATES = 1_000_000


def is_call(scope: Scope) -> bool:
    """Whether the next word begins the call of a gate."""
    return scope.tokens.next.text in (*_MODIFIERS, *scope.gates)


def read_call(scope: Scope) -> list[Gate]:
    """Read a call, and return what it does.

    Raises:
        CircuitError: If there is no such gate, or it is not called as it is defined.
    """
    tokens = scope.tokens
    modifiers: list[tuple[Token, int]] = []
    while modifier := tokens.accept(*_MODIFIERS):
        modifiers.append((modifier, _argument_of(modifier, scope)))
        tokens.expect("@")
    token = tokens.next
    name = tokens.take_name()
    if name not in scope.gates:
        raise no_gate(token, scope)
    angles = _angles(scope)
    operands: list[list[int]] = []
    while not tokens.accept(";"):
        if operands:
            tokens.expect(",")
        operands.append(scope.qubit())
    definition = scope.gates[name]
    n_controls = sum(n for modifier, n in modifiers if modifier.text in _CONTROLS)
    _check(token, definition, len(angles), len(operands) - n_controls)
    calls = _calls(operands, token)
    _check_size(token, len(calls) * len(definition.gates))
    return [gate for wires in calls for gate in _modified(definition, modifiers, angles, wires)]


def no_gate(token: Token, scope: Scope) -> CircuitError:
    """Return the error to raise for a word that is no gate."""
    if token.text in STANDARD:
        message = f'the gate `{token.text}` needs `include "stdgates.inc";` before it.'
    else:
        message = f"there is no gate `{token.text}`.{did_you_mean(token.text, scope.gates)}"
    return CircuitError(f"OpenQASM 3: {message}", line=token.line)


def _argument_of(modifier: Token, scope: Scope) -> int:
    if not scope.tokens.accept("("):
        return 1
    value = whole(scope.tokens, scope.numbers)
    scope.tokens.expect(")")
    is_count = modifier.text in _CONTROLS
    if is_count and value < 1:
        message = f"OpenQASM 3: `{modifier.text}` takes at least 1 control, not {value}."
        raise CircuitError(message, line=modifier.line)
    return value


def _angles(scope: Scope) -> list[Expression]:
    angles: list[Expression] = []
    if not scope.tokens.accept("("):
        return angles
    while not scope.tokens.accept(")"):
        if angles:
            scope.tokens.expect(",")
        angles.append(angle(formula(scope.tokens, scope.numbers)))
    return angles


def _check(token: Token, known: Definition, n_angles: int, n_wires: int) -> None:
    if n_angles != len(known.parameters):
        what = f"{len(known.parameters)} parameters, but it is given {n_angles}"
    elif n_wires != known.n_wires:
        what = f"{known.n_wires} qubits besides controls, but it is given {n_wires}"
    else:
        return
    raise CircuitError(f"OpenQASM 3: `{token.text}` takes {what}.", line=token.line)


def _check_size(token: Token, n_gates: int) -> None:
    if n_gates > _MOST_GATES:
        message = f"OpenQASM 3: `{token.text}` stands for {n_gates:,} gates, which is too many."
        raise CircuitError(message, line=token.line)


def _calls(operands: Sequence[list[int]], token: Token) -> list[tuple[int, ...]]:
    """Return the wires of each call, one for each entry of registers."""
    sizes = {len(one) for one in operands if len(one) != 1}
    if len(sizes) > 1:
        message = f"OpenQASM 3: `{token.text}` is given registers of different sizes."
        raise CircuitError(message, line=token.line)
    size = sizes.pop() if sizes else 1
    columns = [one * size if len(one) == 1 else one for one in operands]
    calls: list[tuple[int, ...]] = list(zip(*columns, strict=True)) or [()]
    if any(len(set(wires)) < len(wires) for wires in calls):
        message = f"OpenQASM 3: `{token.text}` is given the same qubit twice."
        raise CircuitError(message, line=token.line)
    return calls


def _modified(
    definition: Definition,
    modifiers: Sequence[tuple[Token, int]],
    angles: Sequence[Expression],
    wires: tuple[int, ...],
) -> list[Gate]:
    """Return a gate's gates under its modifiers, whose controls come first among the wires."""
    n_left = len(wires) - definition.n_wires
    gates = definition.applied(angles, wires[n_left:])
    for modifier, value in reversed(modifiers):
        if modifier.text in _CONTROLS:
            own = wires[n_left - value : n_left]
            n_left -= value
            controls = tuple((wire, modifier.text == "ctrl") for wire in own)
            gates = [one.controlled(controls) for one in gates]
        else:
            is_undone = modifier.text == "inv" or value < 0
            once = [one.inverse() for one in reversed(gates)] if is_undone else gates
            times = 1 if modifier.text == "inv" else abs(value)
            _check_size(modifier, len(once) * times)
            gates = once * times
    return gates
