"""Reads a program statement by statement. Qubits in the order declared are the wires 0, 1, ..."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from qaimagic.bridge.importing.circuit import Builder, Imported, Parameter
from qaimagic.bridge.importing.expressions import Symbol
from qaimagic.bridge.importing.gates import Gate
from qaimagic.bridge.importing.qasm3.calls import is_call, no_gate, read_call
from qaimagic.bridge.importing.qasm3.formulas import formula
from qaimagic.bridge.importing.qasm3.scope import Scope
from qaimagic.bridge.importing.qasm3.standard import STANDARD, Definition
from qaimagic.bridge.importing.qasm3.tokens import Tokens
from qaimagic.errors import CircuitError

_NOT_GATES = re.compile(
    "if|else|for|while|switch|end|def|return|break|continue|let|box|cal|defcal|extern|"
    "int|uint|float|angle|bool|complex|duration|stretch|array|output|pragma"
).fullmatch


def read_qasm3(text: str) -> Imported:
    """Return a program as plain data.

    Args:
        text: OpenQASM 3; inputs of type ``float`` or ``angle`` are the free parameters.

    Raises:
        CircuitError: If it is wrong, or does what a layer cannot do; names the line.
    """
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens = Tokens(text)
        self._scope = Scope(self._tokens)
        self._parameters: list[Parameter] = []
        self._builder = Builder(0)
        self._statements: dict[str, Callable[[], None]] = {
            "OPENQASM": self._skip,
            "include": self._include,
            "input": self._input,
            "const": self._constant,
            "qubit": self._declare_qubits,
            "qreg": self._declare_qubits,
            "bit": self._declare_bits,
            "creg": self._declare_bits,
            "gate": self._define,
            "barrier": self._skip,
            "delay": self._skip,
            "reset": self._reset,
            "measure": self._measure,
        }

    def read(self) -> Imported:
        while self._tokens.next.kind != "end":
            line = self._tokens.next.line
            try:
                self._statement()
            except CircuitError as error:
                if error.line is None:
                    raise CircuitError(str(error), line=line) from error
                raise
        return self._builder.finished("circuit", self._parameters)

    def _statement(self) -> None:
        first = self._tokens.next
        if first.kind != "name":
            raise self._tokens.wrong("a statement is expected")
        if first.text in self._statements:
            self._tokens.take()
            self._statements[first.text]()
        elif first.text in self._scope.bits:
            self._scope.bit()
            self._measured()
        elif is_call(self._scope):
            for gate in read_call(self._scope):
                self._builder.take(gate)
        elif _NOT_GATES(first.text):
            raise CircuitError(
                f"OpenQASM 3: `{first.text}` is not read here. A layer is a list of gates that "
                "measures at its end: write the circuit as a `@qaimagic.quantum` body."
            )
        else:
            raise no_gate(first, self._scope)

    def _include(self) -> None:
        token = self._tokens.take()
        if token.text[1:-1] != "stdgates.inc":
            raise CircuitError(
                f"OpenQASM 3: only `stdgates.inc` is included, not {token.text}: no files are "
                "read. Put its gates into the text."
            )
        self._scope.gates.update(STANDARD)
        self._tokens.expect(";")

    def _input(self) -> None:
        self._real_type("an input of a layer")
        name = self._scope.new_name()
        self._parameters.append(Parameter(name))
        self._scope.numbers[name] = Symbol(name)
        self._tokens.expect(";")

    def _constant(self) -> None:
        if self._tokens.accept("int", "uint"):
            self._scope.size()
        else:
            self._real_type("a constant of a layer")
        name = self._scope.new_name()
        self._tokens.expect("=")
        self._scope.numbers[name] = formula(self._tokens, self._scope.numbers)
        self._tokens.expect(";")

    def _real_type(self, what: str) -> None:
        if not self._tokens.accept("float", "angle"):
            raise self._tokens.wrong(f"{what} is a `float` or an `angle`")
        self._scope.size()

    def _declare_qubits(self) -> None:
        name, size = self._register()
        first = self._builder.n_wires
        self._builder.n_wires += size
        self._scope.qubits[name] = list(range(first, first + size))
        self._tokens.expect(";")

    def _declare_bits(self) -> None:
        name, size = self._register()
        self._scope.bits[name] = list(range(size))
        if self._tokens.next.text == "=":
            self._measured()
        else:
            self._tokens.expect(";")

    def _register(self) -> tuple[str, int]:
        before = self._scope.size()
        name = self._scope.new_name()
        return name, before or self._scope.size() or 1

    def _define(self) -> None:
        tokens = self._tokens
        name = tokens.take_name()
        if name in self._scope.gates:
            raise CircuitError(f"OpenQASM 3: there is a gate `{name}` already.")
        parameters = self._scope.names_until(")") if tokens.accept("(") else []
        qubits = self._scope.names_until("{")
        numbers = {**self._scope.numbers, **{one: Symbol(one) for one in parameters}}
        wires = {one: [wire] for wire, one in enumerate(qubits)}
        inner = replace(self._scope, numbers=numbers, qubits=wires, bits={})
        gates: list[Gate] = []
        while not tokens.accept("}"):
            if tokens.accept("barrier"):
                self._skip()
            elif is_call(inner):
                gates += read_call(inner)
            elif tokens.next.kind == "name":
                raise no_gate(tokens.next, inner)
            else:
                raise tokens.wrong("a gate is expected")
        self._scope.gates[name] = Definition(tuple(parameters), len(qubits), tuple(gates))

    def _measured(self) -> None:
        self._tokens.expect("=")
        self._tokens.expect("measure")
        self._measure()

    def _measure(self) -> None:
        for wire in self._scope.qubit():
            self._builder.measure(wire)
        if self._tokens.accept("->"):
            self._scope.bit()
        self._tokens.expect(";")

    def _reset(self) -> None:
        for wire in self._scope.qubit():
            self._builder.reset(wire)
        self._tokens.expect(";")

    def _skip(self) -> None:
        while not self._tokens.accept(";"):
            if self._tokens.next.kind == "end":
                raise self._tokens.wrong("`;` is expected")
            self._tokens.take()
