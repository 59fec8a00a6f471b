"""What the names in a program stand for, and how its words are read in their light."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from qaimagic._checks import did_you_mean
from qaimagic.bridge.importing.qasm3.formulas import CONSTANTS, Number, whole
from qaimagic.bridge.importing.qasm3.standard import BUILT_IN, Definition
from qaimagic.bridge.importing.qasm3.tokens import Token, Tokens
from qaimagic.errors import CircuitError

_MOST_WIRES = 10_000


@dataclass
class Scope:
    """What the names in a program, or in the definition of a gate, stand for.

    Attributes:
        tokens: The program.
        numbers: Constants and parameters.
        gates: Definitions of gates.
        qubits: For each register of qubits its wires.
        bits: For each register of bits their numbers.
    """

    tokens: Tokens
    numbers: dict[str, Number] = field(default_factory=lambda: dict(CONSTANTS))
    gates: dict[str, Definition] = field(default_factory=lambda: dict(BUILT_IN))
    qubits: dict[str, list[int]] = field(default_factory=dict)
    bits: dict[str, list[int]] = field(default_factory=dict)

    def new_name(self) -> str:
        """Read a name that stands for nothing yet."""
        token = self.tokens.next
        name = self.tokens.take_name()
        if name in self.numbers or name in self.qubits or name in self.bits:
            raise CircuitError(f"OpenQASM 3: `{name}` is declared twice.", line=token.line)
        return name

    def names_until(self, end: str) -> list[str]:
        """Read names with commas between them, up to the sign ``end``, which is taken."""
        names: list[str] = []
        while not self.tokens.accept(end):
            if names:
                self.tokens.expect(",")
            names.append(self.tokens.take_name())
        return names

    def size(self) -> int | None:
        """Read a size in brackets, if there is one."""
        token = self.tokens.accept("[")
        if token is None:
            return None
        size = whole(self.tokens, self.numbers)
        if not 1 <= size <= _MOST_WIRES:
            message = f"OpenQASM 3: a size is from 1 to {_MOST_WIRES}, not {size}."
            raise CircuitError(message, line=token.line)
        self.tokens.expect("]")
        return size

    def qubit(self) -> list[int]:
        """Read a qubit, a register or a part of one, and return its wires."""
        return self._part(self.qubits, "qubit")

    def bit(self) -> list[int]:
        """Read a bit, a register or a part of one."""
        return self._part(self.bits, "bit")

    def _part(self, registers: Mapping[str, list[int]], what: str) -> list[int]:
        tokens = self.tokens
        token = tokens.next
        name = tokens.take_name()
        if name not in registers:
            hint = did_you_mean(name, registers)
            raise CircuitError(f"OpenQASM 3: there is no {what} `{name}`.{hint}", line=token.line)
        if not tokens.accept("["):
            return registers[name]
        first = whole(tokens, self.numbers)
        last = whole(tokens, self.numbers) if tokens.accept(":") else first
        tokens.expect("]")
        return _slice(token, registers[name], first, last)


def _slice(token: Token, register: list[int], first: int, last: int) -> list[int]:
    size = len(register)
    if not (-size <= first < size and -size <= last < size):
        message = f"OpenQASM 3: `{token.text}` has {size} entries, from 0 to {size - 1}."
        raise CircuitError(message, line=token.line)
    return register[first % size : last % size + 1]
